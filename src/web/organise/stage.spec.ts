import { everyDay, scoreBins, stageOf, type StageFacts } from './stage.js';

const at = (day: string): Date => new Date(`${day}T00:00:00Z`);
const facts = (change: Partial<StageFacts>): StageFacts => ({
  now: at('2027-12-01'),
  opensAt: at('2027-05-01'),
  closesAt: at('2027-11-01'),
  reviewingSince: at('2027-11-02'),
  startsAt: null,
  endsAt: null,
  assigned: 9,
  handedIn: 4,
  undecided: 3,
  pending: 0,
  released: 0,
  ...change,
});

describe('where a conference stands', () => {
  it.each([
    ['before', { now: at('2027-04-30') }],
    ['open', { now: at('2027-10-31') }],
    ['closed', { now: at('2027-11-01'), reviewingSince: null }],
    ['reviewing', {}],
    ['reviewing', { assigned: 0, handedIn: 0 }],
    ['deciding', { handedIn: 9 }],
    ['deciding', { pending: 1 }],
    ['deciding', { released: 2 }],
    ['deciding', { released: 3, undecided: 0, pending: 1 }],
    ['proceedings', { released: 3, undecided: 0 }],
    ['proceedings', { released: 3, undecided: 0, startsAt: at('2028-05-12'), endsAt: at('2028-05-15') }],
    ['conference', { released: 3, undecided: 0, startsAt: at('2027-12-10'), endsAt: at('2027-12-12') }],
    ['conference', { startsAt: at('2027-12-01'), endsAt: at('2027-12-03') }],
    ['over', { startsAt: at('2027-11-20'), endsAt: at('2027-12-01') }],
  ])('%s', (stage, change) => {
    expect(stageOf(facts(change as Partial<StageFacts>))).toBe(stage);
  });
});

describe('means', () => {
  it('fall into steps of half a point', () => {
    const bins = scoreBins([1, 1.49, 1.5, 4.99, 5]);
    expect(bins.map(({ count }) => count)).toEqual([2, 1, 0, 0, 0, 0, 0, 2]);
    expect(bins[0]!.label).toBe('1.0–1.5');
    expect(bins[7]!.label).toBe('4.5–5.0');
  });
});

describe('days', () => {
  it('are listed without gaps, the last ones where there are many', () => {
    const days = everyDay({ '2027-10-31': 3, '2027-10-28': 1 }, 10);
    expect(days).toEqual([
      { day: '2027-10-28', count: 1 },
      { day: '2027-10-29', count: 0 },
      { day: '2027-10-30', count: 0 },
      { day: '2027-10-31', count: 3 },
    ]);
    expect(everyDay({ '2027-10-31': 3, '2027-10-28': 1 }, 2).map(({ count }) => count)).toEqual([0, 3]);
    expect(everyDay({}, 10)).toEqual([]);
  });
});

import { affinityOf, BIDS, WordFits, type Fit } from './affinity.js';

test('affinity is the share of the topics that the reviewer knows, in millionths, where nothing else is known', () => {
  expect(affinityOf({ sharedTopics: 0, topics: 3 })).toBe(0);
  expect(affinityOf({ sharedTopics: 1, topics: 3 })).toBe(333_333);
  expect(affinityOf({ sharedTopics: 2, topics: 2 })).toBe(1_000_000);
});

test('a submission without topics fits everybody alike', () => {
  expect(affinityOf({ sharedTopics: 0, topics: 0 })).toBe(0);
});

const ALL = { words: true, bids: true };

test('words and bids count beside the topics, 150 and 300 of 1,000', () => {
  expect(affinityOf({ sharedTopics: 2, topics: 2, words: 1, bid: 'yes' }, ALL)).toBe(1_000_000);
  expect(affinityOf({ sharedTopics: 2, topics: 2, words: 0, bid: 'no' }, ALL)).toBe(550_000);
  expect(affinityOf({ sharedTopics: 1, topics: 2, words: 0.5, bid: 'maybe' }, ALL)).toBe(550_000);
  expect(affinityOf({ sharedTopics: 0, topics: 2 }, ALL)).toBe(150_000);
  expect(affinityOf({ sharedTopics: 0, topics: 2, words: 1 }, { words: true, bids: false })).toBe(214_286);
});

test('a wish counts in its order, and no wish between maybe and no', () => {
  const of = (bid: Fit['bid']) => affinityOf({ sharedTopics: 1, topics: 2, bid }, ALL);
  expect(of('yes')).toBeGreaterThan(of('maybe'));
  expect(of('maybe')).toBeGreaterThan(of(undefined));
  expect(of(undefined)).toBeGreaterThan(of('no'));
  expect(of('conflict')).toBe(of('no'));
});

test('no bid lifts a pair without a topic in common above one with all topics', () => {
  for (const words of [false, true])
    for (const bids of [false, true])
      for (const best of [undefined, ...BIDS])
        for (const worst of [undefined, ...BIDS])
          for (const topics of [1, 2, 5])
            expect(
              affinityOf({ sharedTopics: 0, topics, words: 1, bid: best }, { words, bids }),
            ).toBeLessThan(
              affinityOf({ sharedTopics: topics, topics, words: 0, bid: worst }, { words, bids }),
            );
});

describe('WordFits', () => {
  const fits = new WordFits([
    new Set(['ceasefir', 'monitor', 'border', 'common']),
    new Set(['school', 'languag', 'common']),
    new Set(),
  ]);
  it('is nearer the more of the rarer words are shared, and 0 for who has said nothing', () => {
    const [border, school, silent] = fits.of(['border', 'monitor', 'common', 'unheard']);
    expect(border).toBe(1);
    expect(school).toBeGreaterThan(0);
    expect(school).toBeLessThan(border!);
    expect(silent).toBe(0);
  });
  it('is between 0 and 1, and less where the text speaks of much else', () => {
    const other = Array.from({ length: 200 }, (_one, n) => `other${n}`);
    const [near] = fits.of(['border', 'monitor', ...other]);
    expect(near).toBeGreaterThan(0);
    expect(near).toBeLessThan(1);
    expect([...fits.of([])]).toEqual([0, 0, 0]);
    expect([...new WordFits([]).of(['word'])]).toEqual([]);
  });
});

import { ABSTRACT_CORES } from './example-abstracts.js';
import { BY_HAND, OWN_OF_AUTHOR, reviewsIn, SCHEDULE } from './example-schedule.js';

const kinds = (indices: readonly number[]) => indices.map((index) => SCHEDULE[index]!.fate.kind);

const pendingQuality = (outcome: string) =>
  SCHEDULE.flatMap(({ fate, quality }) =>
    fate.kind === 'pending' && fate.outcome === outcome ? [quality] : [],
  );

describe('the schedule of the example', () => {
  it('has a place for every abstract, earliest first, half of them in the last two days', () => {
    expect(SCHEDULE).toHaveLength(ABSTRACT_CORES.length);
    const hours = SCHEDULE.map(({ hoursBefore }) => hoursBefore);
    expect(hours).toEqual(hours.toSorted((a, b) => b - a));
    expect(hours.filter((before) => before < 50).length).toBeGreaterThanOrEqual(18);
  });

  it('changes what was handed in before the deadline only, and never a draft', () => {
    const changed = SCHEDULE.filter(({ changedHoursLater }) => changedHoursLater !== undefined);
    expect(changed.length).toBeGreaterThan(2);
    for (const { changedHoursLater, hoursBefore, fate } of changed) {
      expect(changedHoursLater).toBeLessThan(hoursBefore);
      expect(fate.kind).not.toBe('draft');
    }
  });

  it('gives the printed people what they are to find', () => {
    expect(kinds(OWN_OF_AUTHOR)).toEqual(['released', 'underReview', 'draft']);
    expect(kinds(BY_HAND.map(({ submission }) => submission))).toEqual(BY_HAND.map(() => 'underReview'));
  });

  it('has all reviews of what is decided, few of the rest and none of what was withdrawn', () => {
    expect(reviewsIn({ kind: 'released', outcome: 'accepted', release: 1 }, 0)).toBe(3);
    expect(reviewsIn({ kind: 'pending', outcome: 'rejected' }, 2)).toBe(3);
    expect([0, 1, 2, 3, 4, 5].map((order) => reviewsIn({ kind: 'underReview' }, order))).toEqual([
      1, 1, 0, 2, 1, 1,
    ]);
    expect(reviewsIn({ kind: 'withdrawnInReview', daysAgo: 4 }, 0)).toBe(0);
  });

  it('lets reviewers think better of what is accepted', () => {
    for (const { quality } of SCHEDULE) {
      expect(quality).toBeGreaterThanOrEqual(1);
      expect(quality).toBeLessThanOrEqual(5);
    }
    expect(Math.min(...pendingQuality('accepted'))).toBeGreaterThan(4);
    expect(Math.max(...pendingQuality('rejected'))).toBeLessThan(2.5);
  });
});

import {
  canMove,
  DECIDED,
  isDecided,
  OUTCOMES,
  STATUSES,
  transitions,
  type Status,
} from './submission-states.js';

describe('transitions', () => {
  it('know each status, and only those', () => {
    expect(Object.keys(transitions).toSorted()).toEqual([...STATUSES].toSorted());
    for (const to of Object.values(transitions).flat()) expect(STATUSES).toContain(to);
  });

  it('name each move once, and none from a state to itself', () => {
    for (const from of STATUSES) {
      expect(new Set(transitions[from]).size).toBe(transitions[from].length);
      expect(canMove(from, from)).toBe(false);
    }
  });

  it('reach every state from draft', () => {
    const reached = new Set<Status>(['draft']);
    for (const from of reached) for (const to of transitions[from]) reached.add(to);
    expect([...reached].toSorted()).toEqual([...STATUSES].toSorted());
  });

  it('lead back to draft only for a draft that was withdrawn', () => {
    expect(STATUSES.filter((from) => canMove(from, 'draft'))).toEqual(['withdrawn']);
  });

  it('allow withdrawing from any other state', () => {
    expect(STATUSES.filter((from) => !canMove(from, 'withdrawn'))).toEqual(['withdrawn']);
  });

  it('start the review only of what was submitted, and decide only after it', () => {
    expect(STATUSES.filter((from) => canMove(from, 'under_review'))).toEqual(['submitted', 'withdrawn']);
    for (const outcome of OUTCOMES) {
      expect(canMove('under_review', outcome)).toBe(true);
      expect(canMove('submitted', outcome)).toBe(false);
      expect(canMove('draft', outcome)).toBe(false);
    }
  });

  it('correct any decided one until it is published', () => {
    const wrong = DECIDED.flatMap((from) =>
      OUTCOMES.filter((to) => to !== from && canMove(from, to) !== (from !== 'published')).map((to) => [
        from,
        to,
      ]),
    );
    expect(wrong).toEqual([]);
  });

  it('confirm only the accepted, and publish the accepted and the confirmed', () => {
    expect(STATUSES.filter((from) => canMove(from, 'confirmed'))).toEqual(['accepted']);
    expect(STATUSES.filter((from) => canMove(from, 'published'))).toEqual(['accepted', 'confirmed']);
  });

  it('bring a withdrawn one back to where it was', () => {
    expect(STATUSES.filter((to) => canMove('withdrawn', to))).toEqual([
      'draft',
      'submitted',
      'under_review',
      ...OUTCOMES,
    ]);
  });
});

describe('isDecided', () => {
  it('is true of the outcomes and what follows from them', () => {
    expect(STATUSES.filter(isDecided).toSorted()).toEqual([...DECIDED].toSorted());
    expect(isDecided('under_review')).toBe(false);
    expect(isDecided('withdrawn')).toBe(false);
  });
});

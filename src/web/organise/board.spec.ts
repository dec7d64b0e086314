import { closeCalls, openRows, pendingCounts, ranks, wantedOutcomes, withoutSmall } from './board.js';

describe('the board', () => {
  const row = (
    status: 'accepted' | 'waitlisted' | 'under_review',
    pendingOutcome: 'rejected' | null = null,
  ) => ({ status, pendingOutcome });

  it('holds what waits for a decision or its release, and everything once nothing does', () => {
    const rows = [row('accepted'), row('accepted', 'rejected'), row('waitlisted'), row('under_review')];
    expect(openRows(rows)).toEqual(rows.slice(1));
    expect(openRows([row('accepted')])).toHaveLength(1);
  });
});

describe('ranks', () => {
  it('are shared by equal means, and nobody has one without reviews', () => {
    const rows = [
      { id: 'a', mean: 5 },
      { id: 'b', mean: 4 },
      { id: 'c', mean: 4 },
      { id: 'd', mean: 3 },
      { id: 'e', mean: null },
    ];
    expect([...ranks(rows).values()]).toEqual([1, 2, 2, 4, null]);
  });
});

describe('pending outcomes', () => {
  it('are counted', () => {
    const counts = pendingCounts([
      { pendingOutcome: 'accepted' },
      { pendingOutcome: null },
      { pendingOutcome: 'accepted' },
    ]);
    expect(counts).toEqual({ accepted: 2, conditionally_accepted: 0, waitlisted: 0, rejected: 0, none: 1 });
  });
});

describe('a board that was sent', () => {
  it('says the outcome of every row with the version seen', () => {
    const form = {
      act: 'save',
      outcomes: { A: 'accepted', B: '', C: 'nonsense' },
      versions: { A: '3', B: 'x' },
    };
    expect(wantedOutcomes(form)).toEqual([
      { id: 'A', outcome: 'accepted', seenVersion: 3 },
      { id: 'B', outcome: null, seenVersion: undefined },
      { id: 'C', outcome: null, seenVersion: undefined },
    ]);
  });

  it('says one outcome for the chosen', () => {
    const form = { act: 'bulk', outcome: 'rejected', chosen: ['A', '', { x: 1 }], versions: { A: '1' } };
    expect(wantedOutcomes(form)).toEqual([{ id: 'A', outcome: 'rejected', seenVersion: 1 }]);
    expect(wantedOutcomes({ ...form, chosen: 'B' })).toEqual([
      { id: 'B', outcome: 'rejected', seenVersion: undefined },
    ]);
    expect(wantedOutcomes({ ...form, outcome: 'draft' })).toEqual([]);
    expect(wantedOutcomes({ act: 'bulk', outcome: 'accepted' })).toEqual([]);
  });

  it('says nothing when it is odd', () => {
    expect(wantedOutcomes({ outcomes: ['accepted'] })).toEqual([]);
    expect(wantedOutcomes({})).toEqual([]);
  });
});

const named = <R extends object>(rows: readonly R[]): (R & { id: string })[] =>
  rows.map((row, index) => ({ ...row, id: String(index) }));

describe('close calls', () => {
  const row = (score: number, reach = 0.5) => ({
    calibrated: { score, low: score - reach, high: score + reach },
  });

  it('are those whose interval crosses the line, on either side of it', () => {
    // The line stands at 3.0.
    const rows = named([row(4.5), row(3.2), row(2.8), row(2.6), row(1)]);
    expect(closeCalls(rows, 2)).toEqual({ above: new Set(['1']), below: new Set(['2', '3']) });
  });

  it('leave out what has no calibrated score', () => {
    expect(closeCalls(named([row(4), { calibrated: null }, row(3.6), row(2)]), 2)).toEqual({
      above: new Set(),
      below: new Set(['2']),
    });
  });

  it.each([
    ['without a line', [row(4), row(2)], 0],
    ['when everything fits', [row(4), row(2)], 2],
    ['without calibrated scores', [{ calibrated: null }, { calibrated: null }], 1],
  ])('are not known %s', (_name, rows, places) =>
    expect(
      closeCalls(named<{ calibrated: ReturnType<typeof row>['calibrated'] | null }>(rows), places),
    ).toBeNull(),
  );
});

describe('figures of groups', () => {
  const groups = [
    { key: 'a', decided: 20, accepted: 9 },
    { key: 'b', decided: 6, accepted: 2 },
    { key: 'c', decided: 4, accepted: 4 },
  ];
  const shown = (partition: boolean, rows = groups) =>
    withoutSmall(rows, partition)
      .filter(({ decided }) => decided !== null)
      .map(({ key }) => key);

  it('leave small groups out, and what would give a single one away', () => {
    expect(shown(false)).toEqual(['a', 'b']);
    expect(shown(true)).toEqual(['a']);
    expect(withoutSmall(groups, true)[2]).toEqual({ key: 'c', decided: null, accepted: null });
    expect(shown(true, groups.slice(0, 2))).toEqual(['a', 'b']);
    expect(shown(true, groups.slice(2))).toEqual([]);
    expect(shown(true, [...groups, { key: 'd', decided: 1, accepted: 0 }])).toEqual(['a', 'b']);
  });
});

describe('words beside many', () => {
  it('go with the chosen where there are any', () => {
    const form = {
      act: 'bulk',
      outcome: 'rejected',
      chosen: ['A'],
      textToAuthors: 'Sorry.',
      conditions: ' ',
    };
    expect(wantedOutcomes(form)).toEqual([
      { id: 'A', outcome: 'rejected', seenVersion: undefined, words: { textToAuthors: 'Sorry.' } },
    ]);
  });
});

import { samePairs, visibleProposal } from './run-rules.js';

const pair = (submissionId: string, reviewerId: string) => ({ submissionId, reviewerId });

describe('visibleProposal', () => {
  const proposal = {
    pairs: [pair('s1', 'r1'), pair('own', 'r2')],
    standing: [pair('own', 'r1'), pair('s2', 'r1'), pair('s2', 'gone')],
    reviewers: ['r1', 'r2'],
  };
  const open = [
    { submissionId: 's1', missing: 1 },
    { submissionId: 'own', missing: 2 },
  ];
  it('shows everything to whom nothing is hidden from', () => {
    expect(visibleProposal(proposal, open, new Set())).toEqual({
      pairs: proposal.pairs,
      openPlaces: open,
      loads: [0, 1, 0, 1],
    });
  });
  it('leaves out hidden submissions, in numbers too', () => {
    expect(visibleProposal(proposal, open, new Set(['own']))).toEqual({
      pairs: [pair('s1', 'r1')],
      openPlaces: [{ submissionId: 's1', missing: 1 }],
      loads: [1, 0, 1],
    });
  });
});

describe('samePairs', () => {
  it('compares sets', () => {
    expect(samePairs([], [])).toBe(true);
    expect(samePairs([pair('a', 'b'), pair('c', 'd')], [pair('c', 'd'), pair('a', 'b')])).toBe(true);
    expect(samePairs([pair('a', 'b')], [pair('a', 'c')])).toBe(false);
    expect(samePairs([pair('a', 'b')], [])).toBe(false);
  });
});

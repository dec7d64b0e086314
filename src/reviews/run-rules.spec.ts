import type { StoredProposal } from './run-outcome.js';
import { samePairs, visibleProposal } from './run-rules.js';

const pair = (submissionId: string, reviewerId: string) => ({ submissionId, reviewerId });
const rated = (submissionId: string, reviewerId: string, fit: number) => ({
  ...pair(submissionId, reviewerId),
  fit,
});

describe('visibleProposal', () => {
  const proposal: StoredProposal = {
    seed: 1,
    pairs: [rated('s1', 'r1', 400_000), rated('own', 'r2', 1_000_000)],
    stays: [rated('s1', 'r2', 600_000)],
    goes: [pair('s2', 'r1'), pair('own', 'r1')],
    standing: [pair('own', 'r1'), pair('s2', 'r1'), pair('s1', 'r2'), pair('s2', 'gone')],
    reviewers: ['r1', 'r2'],
  };
  const report = {
    openPlaces: [
      { submissionId: 's1', missing: 1, because: 'few' as const },
      { submissionId: 'own', missing: 2, because: 'full' as const },
    ],
    short: [{ reviewerId: 'r1', missing: 1 }],
  };
  it('shows everything to whom nothing is hidden from', () => {
    expect(visibleProposal(proposal, report, new Set())).toEqual({
      pairs: proposal.pairs,
      stays: proposal.stays,
      goes: proposal.goes,
      openPlaces: report.openPlaces,
      loads: [0, 1, 1],
      fits: [0, 0, 0, 0, 1, 0, 1, 0, 0, 1],
      total: 2_000_000,
      worstPair: 400_000,
      worstServed: [
        { submissionId: 's1', mean: 500_000, lowest: 400_000 },
        { submissionId: 'own', mean: 1_000_000, lowest: 1_000_000 },
      ],
      short: report.short,
    });
  });
  it('leaves out hidden submissions, in numbers too', () => {
    expect(visibleProposal(proposal, report, new Set(['own']))).toMatchObject({
      pairs: [rated('s1', 'r1', 400_000)],
      goes: [pair('s2', 'r1')],
      openPlaces: [report.openPlaces[0]],
      loads: [0, 2],
      total: 1_000_000,
      worstServed: [{ submissionId: 's1' }],
      short: [],
    });
  });
  it('has no worst pair where there is none, and names the worst by mean, lowest and name', () => {
    expect(visibleProposal({ ...proposal, pairs: [], stays: [] }, report, new Set()).worstPair).toBeNull();
    const even = {
      ...proposal,
      pairs: ['b', 'a', 'c'].map((id) => rated(id, 'r1', id === 'c' ? 3 : 5)),
      stays: [rated('c', 'r2', 7)],
    };
    expect(visibleProposal(even, report, new Set()).worstServed.map((one) => one.submissionId)).toEqual([
      'c',
      'a',
      'b',
    ]);
    const turned = { ...even, pairs: ['a', 'b'].map((id) => rated(id, 'r1', 5)), stays: [] };
    expect(visibleProposal(turned, report, new Set()).worstServed.map((one) => one.submissionId)).toEqual([
      'a',
      'b',
    ]);
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

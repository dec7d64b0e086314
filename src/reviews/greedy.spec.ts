import { histogram, propose, type ProposalInput } from './greedy.js';

const input = (changes: Partial<ProposalInput>): ProposalInput => ({
  perSubmission: 2,
  seed: 1,
  submissions: [],
  reviewers: [],
  standing: [],
  forbidden: () => false,
  ...changes,
});
const reviewer = (id: string, maxLoad = 6, ...topics: string[]) => ({ id, maxLoad, topics });
const submission = (id: string, ...topics: string[]) => ({ id, topics });

describe('propose', () => {
  it('gives every submission its reviewers and says how loads fall', () => {
    const { pairs, report } = propose(
      input({
        submissions: [submission('s1'), submission('s2')],
        reviewers: [reviewer('r1'), reviewer('r2'), reviewer('r3'), reviewer('r4')],
      }),
    );
    expect(pairs).toHaveLength(4);
    expect(new Set(pairs.map((pair) => pair.reviewerId)).size).toBe(4);
    expect(report).toEqual({ assigned: 4, openPlaces: [], loads: [0, 4] });
  });

  it('prefers shared topics, then small loads', () => {
    const { pairs } = propose(
      input({
        perSubmission: 1,
        submissions: [submission('s1', 'law', 'peace')],
        reviewers: [reviewer('r1', 6, 'law'), reviewer('r2', 6, 'peace', 'law'), reviewer('r3')],
      }),
    );
    expect(pairs).toEqual([{ submissionId: 's1', reviewerId: 'r2' }]);
    const unknown = propose(
      input({
        perSubmission: 1,
        submissions: [submission('s1', 'art')],
        reviewers: [reviewer('r1', 6, 'law')],
      }),
    );
    expect(unknown.pairs).toEqual([{ submissionId: 's1', reviewerId: 'r1' }]);
    const even = propose(
      input({
        perSubmission: 1,
        submissions: [submission('s1'), submission('s2')],
        reviewers: [reviewer('r1'), reviewer('r2')],
        standing: [{ submissionId: 'elsewhere', reviewerId: 'r1' }],
      }),
    );
    expect(even.report.loads).toEqual([0, 1, 1]);
  });

  it('counts standing assignments, of reviewers who have left too', () => {
    const { pairs, report } = propose(
      input({
        submissions: [submission('s1'), submission('s2')],
        reviewers: [reviewer('r1', 1), reviewer('r2')],
        standing: [
          { submissionId: 's1', reviewerId: 'r1' },
          { submissionId: 's2', reviewerId: 'gone' },
        ],
      }),
    );
    expect(pairs.toSorted((a, b) => (a.submissionId < b.submissionId ? -1 : 1))).toEqual([
      { submissionId: 's1', reviewerId: 'r2' },
      { submissionId: 's2', reviewerId: 'r2' },
    ]);
    expect(report.openPlaces).toEqual([]);
  });

  it('leaves places open rather than break a maximum or a conflict', () => {
    const { pairs, report } = propose(
      input({
        submissions: [submission('s1'), submission('s2')],
        reviewers: [reviewer('r1', 1), reviewer('r2', 5), reviewer('r3', 0)],
        forbidden: (submissionId, reviewerId) => submissionId === 's2' && reviewerId === 'r2',
      }),
    );
    // s2 has the smaller choice and comes first.
    expect(pairs).toEqual([
      { submissionId: 's2', reviewerId: 'r1' },
      { submissionId: 's1', reviewerId: 'r2' },
    ]);
    expect(report).toEqual({
      assigned: 2,
      openPlaces: [
        { submissionId: 's1', missing: 1 },
        { submissionId: 's2', missing: 1 },
      ],
      loads: [1, 2],
    });
  });

  it('is the same for the same seed', () => {
    const many = input({
      seed: 7,
      submissions: Array.from({ length: 30 }, (_, n) => submission(`s${n}`, `t${n % 7}`)),
      reviewers: Array.from({ length: 20 }, (_, n) => reviewer(`r${n}`, 4, `t${n % 7}`, `t${n % 3}`)),
    });
    expect(propose(many)).toEqual(propose(many));
    expect(propose({ ...many, seed: 8 }).pairs).not.toEqual(propose(many).pairs);
  });

  it('assigns 800 submissions among 300 reviewers in well under a second, without a breach', () => {
    const many = input({
      perSubmission: 3,
      submissions: Array.from({ length: 800 }, (_, n) => submission(`s${n}`, `t${n % 7}`, `t${n % 5}`)),
      reviewers: Array.from({ length: 300 }, (_, n) => reviewer(`r${n}`, 9, `t${n % 7}`, `t${(n * 3) % 7}`)),
      forbidden: (submissionId, reviewerId) =>
        Number(submissionId.slice(1)) % 300 === Number(reviewerId.slice(1)),
    });
    // Time of this process alone, so that a busy machine changes nothing.
    const started = process.cpuUsage();
    const { pairs, report } = propose(many);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
    expect(pairs.some((pair) => many.forbidden(pair.submissionId, pair.reviewerId))).toBe(false);
    expect(new Set(pairs.map((pair) => `${pair.submissionId} ${pair.reviewerId}`)).size).toBe(pairs.length);
    expect(report.loads.length).toBeLessThanOrEqual(10);
    expect(report.assigned + report.openPlaces.reduce((sum, place) => sum + place.missing, 0)).toBe(2400);
    expect(report.openPlaces).toEqual([]);
  });
});

describe('histogram', () => {
  it('counts from zero up', () => {
    expect(histogram([])).toEqual([]);
    expect(histogram([2, 0, 2])).toEqual([1, 0, 2]);
  });
});

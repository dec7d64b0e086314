import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import { OBJECTIVES, RUN_STATUSES, type AssignmentRun } from './assignment-run.entity.js';
import { visibleProposal } from './run-rules.js';

const strict = { additionalProperties: false };
const words = <T extends string>(list: readonly T[]) => Type.Unsafe<T>({ type: 'string', enum: [...list] });

const pairSchema = Type.Object({ submission: Type.String(), reviewer: Type.String() }, strict);
const ratedSchema = Type.Object(
  {
    submission: Type.String(),
    reviewer: Type.String(),
    fit: Type.Integer({
      description: 'How well they fit by topics and words, 0 to 1,000,000; bids are not told',
    }),
  },
  strict,
);
const runFields = {
  id: Type.String(),
  status: words(RUN_STATUSES),
  perSubmission: Type.Integer(),
  objective: words(OBJECTIVES),
  maxLoad: orNull(Type.Integer()),
  likelyAtMost: orNull(
    Type.Integer({ description: 'By chance: the most likely that a free pair may be, in percent' }),
  ),
  seed: Type.Integer(),
  progress: orNull(
    Type.Object(
      { stage: Type.String(), steps: Type.Integer(), between: Type.Optional(Type.Array(Type.Integer())) },
      { ...strict, description: 'While it is computed' },
    ),
  ),
  failure: orNull(
    Type.Object(
      {
        code: Type.String({
          description: '`locked`: locked assignments with a conflict of interest; `fault`: ours',
        }),
        pairs: Type.Array(pairSchema),
      },
      strict,
    ),
  ),
  assigned: Type.Integer({ description: 'Number of pairs that come' }),
  stays: Type.Integer({ description: 'Assignments of these submissions that stay' }),
  goes: Type.Array(pairSchema, { description: 'Assignments that would end' }),
  missing: Type.Integer({ description: 'Sum of open places' }),
  openPlaces: Type.Array(
    Type.Object(
      {
        submission: Type.String(),
        missing: Type.Integer(),
        because: words(['none', 'few', 'full']),
      },
      strict,
    ),
    {
      description:
        'Places that nobody can fill. `none`: nobody has accepted to review; `few`: too few without a conflict; `full`: those who may have their maximum',
    },
  ),
  short: Type.Array(Type.Object({ reviewer: Type.String(), missing: Type.Integer() }, strict), {
    description: 'Reviewers with fewer reviews than they should have at least',
  }),
  total: Type.Integer({ description: 'Sum of fit over all pairs that come or stay' }),
  worstPair: orNull(Type.Integer({ description: 'The least fit of one of them' })),
  loads: Type.Array(Type.Integer(), {
    description: 'At index n the number of reviewers with n assignments once it is applied',
  }),
  fits: Type.Array(Type.Integer(), {
    description: 'At index n the number of pairs that fit from n tenths of the highest up',
  }),
  worstServed: Type.Array(
    Type.Object({ submission: Type.String(), mean: Type.Integer(), lowest: Type.Integer() }, strict),
    { description: 'Submissions whose panels fit least' },
  ),
  balance: orNull(
    Type.Object(
      {
        met: Type.Boolean(),
        tooMany: Type.Optional(Type.Integer()),
        outsideMissing: Type.Optional(Type.Integer()),
      },
      {
        ...strict,
        description:
          'Over the whole run: whether panels are balanced; once it is applied, totals of what is missing',
      },
    ),
  ),
  skipped: Type.Array(
    Type.Object({ submission: Type.String(), reviewer: Type.String(), reason: Type.String() }, strict),
    { description: 'Pairs that were left out when the run was applied' },
  ),
  createdAt: instant,
  appliedAt: orNull(instant),
  version: Type.Integer(),
};

export const runItemSchema = Type.Object(runFields, strict);
export const runSchema = Type.Object(
  { ...runFields, pairs: Type.Array(ratedSchema) },
  { ...strict, $id: 'AssignmentRun' },
);
export type RunItemView = Static<typeof runItemSchema>;
export type RunView = Static<typeof runSchema>;

/**
 * What leaves the system about a run, to organisers and auditors.
 * @param hidden ids of the submissions of which the viewer is an author.
 */
export function projectRun(run: AssignmentRun, hidden: ReadonlySet<string>): RunView {
  const { settings, progress, failure, report } = run;
  const seen = visibleProposal(run.proposal, report, hidden);
  const shown = (pair: { submissionId: string }): boolean => !hidden.has(pair.submissionId);
  const plain = (pair: { submissionId: string; reviewerId: string }) => ({
    submission: pair.submissionId,
    reviewer: pair.reviewerId,
  });
  return {
    id: run.id,
    status: run.status,
    perSubmission: run.perSubmission,
    objective: settings.objective,
    maxLoad: settings.maxLoad,
    likelyAtMost: settings.likelyAtMost,
    seed: run.proposal.seed,
    progress: progress && {
      stage: progress.stage,
      steps: progress.steps,
      ...(progress.between && { between: [...progress.between] }),
    },
    failure: failure && {
      code: failure.code,
      pairs: failure.code === 'locked' ? failure.pairs.filter(shown).map(plain) : [],
    },
    assigned: seen.pairs.length,
    stays: seen.stays.length,
    goes: seen.goes.map(plain),
    missing: seen.openPlaces.reduce((sum, place) => sum + place.missing, 0),
    openPlaces: seen.openPlaces.map(({ submissionId, missing, because }) => ({
      submission: submissionId,
      missing,
      because,
    })),
    short: seen.short.map(({ reviewerId, missing }) => ({ reviewer: reviewerId, missing })),
    total: seen.total,
    worstPair: seen.worstPair,
    loads: seen.loads,
    fits: seen.fits,
    worstServed: seen.worstServed.map(({ submissionId, mean, lowest }) => ({
      submission: submissionId,
      mean,
      lowest,
    })),
    balance: visibleBalance(run),
    skipped: (report.skipped ?? []).filter(shown).map((pair) => ({ ...plain(pair), reason: pair.reason })),
    createdAt: run.createdAt.toISOString(),
    appliedAt: run.appliedAt?.toISOString() ?? null,
    version: run.version,
    pairs: seen.pairs.map((pair) => ({ ...plain(pair), fit: pair.fit })),
  };
}

/** Before a run is applied nothing of the balance but whether it is kept; then totals of the whole run. */
export function visibleBalance({ status, report }: AssignmentRun): RunItemView['balance'] {
  if (!report.balance) return null;
  const { tooMany, outsideMissing } = report.balance;
  const met = tooMany + outsideMissing === 0;
  return status === 'applied' ? { met, tooMany, outsideMissing } : { met };
}

/** The same without its pairs, for lists. */
export function projectRunItem(run: AssignmentRun, hidden: ReadonlySet<string>): RunItemView {
  const { pairs: _pairs, ...item } = projectRun(run, hidden);
  return item;
}

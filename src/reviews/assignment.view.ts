import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { AssignmentRun } from './assignment.entity.js';
import { visibleProposal } from './run-rules.js';

const strict = { additionalProperties: false };
const words = (...list: string[]) => Type.Union(list.map((word) => Type.Literal(word)));

/** One reviewer of a submission's panel, as its organisers see it. */
export const panelMemberSchema = Type.Object(
  {
    id: Type.String(),
    submission: Type.String(),
    reviewer: Type.String(),
    name: Type.String(),
    affiliation: orNull(Type.String()),
    status: words('assigned', 'declined', 'removed'),
    review: words('none', 'draft', 'handed_in'),
    /** A conflict of interest that exists now, also one that arose after the assignment. */
    conflict: orNull(Type.String()),
    load: Type.Integer(),
    maxLoad: Type.Integer(),
    overLoad: Type.Boolean(),
    assignedAt: instant,
    endedAt: orNull(instant),
    endReason: orNull(Type.String()),
    version: Type.Integer(),
  },
  { ...strict, $id: 'PanelMember' },
);

/** A row of a panel; the viewer's own submissions are not counted in `load`. */
export interface PanelMember {
  id: string;
  submissionId: string;
  reviewerId: string;
  name: string;
  affiliation: string | null;
  status: 'assigned' | 'declined' | 'removed';
  review: 'none' | 'draft' | 'handed_in';
  conflict: string | null;
  load: number;
  maxLoad: number;
  assignedAt: Date;
  endedAt: Date | null;
  endReason: string | null;
  version: number;
}
export type PanelMemberView = Omit<Static<typeof panelMemberSchema>, 'status' | 'review'> &
  Pick<PanelMember, 'status' | 'review'>;

/** What leaves the system about an assignment, to organisers and auditors who are no authors of the submission. */
export function projectPanelMember(row: PanelMember): PanelMemberView {
  return {
    id: row.id,
    submission: row.submissionId,
    reviewer: row.reviewerId,
    name: row.name,
    affiliation: row.affiliation,
    status: row.status,
    review: row.review,
    conflict: row.conflict,
    load: row.load,
    maxLoad: row.maxLoad,
    overLoad: row.load > row.maxLoad,
    assignedAt: row.assignedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    endReason: row.endReason,
    version: row.version,
  };
}

const pairSchema = Type.Object({ submission: Type.String(), reviewer: Type.String() }, strict);
const runFields = {
  id: Type.String(),
  status: words('proposed', 'applied', 'discarded'),
  perSubmission: Type.Integer(),
  seed: Type.Integer(),
  assigned: Type.Integer({ description: 'Number of pairs proposed' }),
  missing: Type.Integer({ description: 'Sum of open places' }),
  openPlaces: Type.Array(Type.Object({ submission: Type.String(), missing: Type.Integer() }, strict)),
  loads: Type.Array(Type.Integer(), {
    description: 'At index n the number of reviewers with n assignments, standing and proposed together',
  }),
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
  { ...runFields, pairs: Type.Array(pairSchema) },
  { ...strict, $id: 'AssignmentRun' },
);
export type RunItemView = Omit<Static<typeof runItemSchema>, 'status'> & Pick<AssignmentRun, 'status'>;
export type RunView = RunItemView & { pairs: Static<typeof pairSchema>[] };

/**
 * What leaves the system about a run, to organisers.
 * @param hidden ids of the submissions of which the viewer is an author.
 */
export function projectRun(run: AssignmentRun, hidden: ReadonlySet<string>): RunView {
  const { pairs, openPlaces, loads } = visibleProposal(run.proposal, run.report.openPlaces, hidden);
  return {
    id: run.id,
    status: run.status,
    perSubmission: run.perSubmission,
    seed: run.proposal.seed,
    assigned: pairs.length,
    missing: openPlaces.reduce((sum, place) => sum + place.missing, 0),
    openPlaces: openPlaces.map((place) => ({ submission: place.submissionId, missing: place.missing })),
    loads,
    skipped: (run.report.skipped ?? [])
      .filter((pair) => !hidden.has(pair.submissionId))
      .map((pair) => ({ submission: pair.submissionId, reviewer: pair.reviewerId, reason: pair.reason })),
    createdAt: run.createdAt.toISOString(),
    appliedAt: run.appliedAt?.toISOString() ?? null,
    version: run.version,
    pairs: pairs.map((pair) => ({ submission: pair.submissionId, reviewer: pair.reviewerId })),
  };
}

/** The same without its pairs, for lists. */
export function projectRunItem(run: AssignmentRun, hidden: ReadonlySet<string>): RunItemView {
  const { pairs: _pairs, ...item } = projectRun(run, hidden);
  return item;
}

import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';

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
    /** Runs leave it as it is. */
    locked: Type.Boolean(),
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
  locked: boolean;
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
    locked: row.locked,
    version: row.version,
  };
}

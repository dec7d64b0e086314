import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { Reviewer } from './reviewer.entity.js';

const strict = { additionalProperties: false };
const status = Type.Union(['invited', 'accepted', 'declined', 'removed'].map((word) => Type.Literal(word)));

/** A reviewer as organisers see them. */
export const reviewerSchema = Type.Object(
  {
    id: Type.String({ description: 'Also the id of the invitation' }),
    name: Type.String(),
    affiliation: orNull(Type.String()),
    country: orNull(Type.String()),
    email: Type.String(),
    status,
    topics: Type.Array(Type.String()),
    maxLoad: Type.Integer(),
    load: Type.Integer({ description: 'Submissions assigned now' }),
    handedIn: Type.Integer({ description: 'Reviews handed in of them' }),
    invitedAt: instant,
    answeredAt: orNull(instant),
    declineReason: orNull(Type.String()),
    version: Type.Integer(),
  },
  { ...strict, $id: 'Reviewer' },
);
export type ReviewerView = Omit<Static<typeof reviewerSchema>, 'status'> & { status: Reviewer['status'] };

/** A reviewer with their topics and work; work on the viewer's own submissions is not counted. */
export interface ReviewerRow extends Reviewer {
  topics: string[];
  load: number;
  handedIn: number;
}

/** What leaves the system about a reviewer, to organisers and auditors of the conference. */
export function projectReviewer(row: ReviewerRow): ReviewerView {
  return {
    id: row.id,
    name: row.name,
    affiliation: row.affiliation,
    country: row.country,
    email: row.address,
    status: row.status,
    topics: row.topics,
    maxLoad: row.maxLoad,
    load: row.load,
    handedIn: row.handedIn,
    invitedAt: row.invitedAt.toISOString(),
    answeredAt: row.answeredAt?.toISOString() ?? null,
    declineReason: row.declineReason,
    version: row.version,
  };
}

/** An invitation as the invited sees it. */
export const invitationSchema = Type.Object(
  {
    id: Type.String(),
    conference: Type.Object({ slug: Type.String(), name: Type.String() }, strict),
    name: Type.String(),
    affiliation: orNull(Type.String()),
    country: orNull(Type.String()),
    email: Type.String(),
    status,
    topics: Type.Array(Type.String()),
    maxLoad: Type.Integer(),
    ror: orNull(Type.String()),
    languages: Type.Array(Type.String(), { description: 'In which they can review; none: the floor’s' }),
    expertise: Type.String(),
    reviewsDueAt: orNull(instant),
    invitedAt: instant,
    answeredAt: orNull(instant),
    declineReason: orNull(Type.String()),
    version: Type.Integer(),
  },
  { ...strict, $id: 'Invitation' },
);
export type InvitationView = Omit<Static<typeof invitationSchema>, 'status'> & { status: Reviewer['status'] };

/** An invitation with its surroundings. */
export interface Invitation {
  reviewer: Reviewer;
  topics: string[];
  conference: { id: string; slug: string; name: string };
  reviewsDueAt: Date | null;
}

/** What leaves the system about an invitation, to the invited person only. */
export function projectInvitation({
  reviewer,
  topics,
  conference,
  reviewsDueAt,
}: Invitation): InvitationView {
  return {
    id: reviewer.id,
    conference: { slug: conference.slug, name: conference.name },
    name: reviewer.name,
    affiliation: reviewer.affiliation,
    country: reviewer.country,
    email: reviewer.address,
    status: reviewer.status,
    topics,
    maxLoad: reviewer.maxLoad,
    ror: reviewer.ror,
    languages: reviewer.languages,
    expertise: reviewer.expertise,
    reviewsDueAt: reviewsDueAt?.toISOString() ?? null,
    invitedAt: reviewer.invitedAt.toISOString(),
    answeredAt: reviewer.answeredAt?.toISOString() ?? null,
    declineReason: reviewer.declineReason,
    version: reviewer.version,
  };
}

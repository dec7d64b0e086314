import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { Call } from './call.entity.js';
import type { Conference } from './conference.entity.js';
import type { Criterion } from './criterion.entity.js';
import { dayBefore, windowState } from './deadline.js';
import type { Topic } from './topic.entity.js';
import { openingsOf, type Openings } from './who-sees-whom.js';

const closed = { additionalProperties: false };
const day = Type.String({ format: 'date' });
const words = (...list: string[]) => Type.Union(list.map((word) => Type.Literal(word)));

export const topicSchema = Type.Object({ id: Type.String(), title: Type.String() }, closed);
export const criterionSchema = Type.Object(
  { id: Type.String(), title: Type.String(), anchors: Type.Array(Type.String()), weight: Type.Integer() },
  closed,
);

const callSchema = Type.Object(
  {
    opensAt: instant,
    /** Exclusive. */
    closesAt: instant,
    /** The last day, in `deadlineZone`. */
    deadlineDay: day,
    deadlineZone: Type.String(),
    state: Type.Union(['before', 'open', 'grace', 'closed'].map((state) => Type.Literal(state))),
    /** End of the grace period; null before the deadline, and where there is none. */
    graceUntil: orNull(instant),
    wordLimit: Type.Integer(),
    blindness: Type.Union(['open', 'single', 'double'].map((state) => Type.Literal(state))),
    opens: Type.Object(
      {
        authors: words('start', 'review', 'decision', 'never'),
        reviewers: words('decision', 'never'),
        panel: words('review', 'decision', 'never'),
      },
      {
        ...closed,
        description:
          'When reviewers learn who wrote, authors who reviewed, and reviewers of each other: from the start, once their own review is handed in, with the decision, or never',
      },
    ),
    paper: words('none', 'optional', 'required'),
    paperLimitMb: Type.Integer(),
    rules: Type.String(),
    decisionsOn: orNull(day),
  },
  closed,
);

/** What organisers see besides. */
const settingsSchema = Type.Object(
  {
    codePrefix: Type.String(),
    graceMinutes: Type.Integer(),
    reviewsPerSubmission: Type.Integer(),
    reviewsDueAt: orNull(instant),
    reviewsDueDay: orNull(day),
    reviewingSince: orNull(instant),
  },
  closed,
);

export const conferenceSchema = Type.Object(
  {
    slug: Type.String(),
    name: Type.String(),
    subtitle: Type.String(),
    organiserName: Type.String(),
    description: Type.String(),
    venue: Type.String(),
    contactAddress: Type.String(),
    startsOn: orNull(day),
    endsOn: orNull(day),
    timeZone: Type.String(),
    floorLanguage: Type.String(),
    interpretation: Type.Array(Type.String()),
    /** Slug of the edition before this one. */
    previous: orNull(Type.String()),
    kind: Type.Union(['real', 'example', 'rehearsal'].map((kind) => Type.Literal(kind))),
    lettersOpen: Type.Boolean(),
    registrationOpen: Type.Boolean(),
    call: callSchema,
    topics: Type.Array(topicSchema),
    criteria: Type.Array(criterionSchema),
    settings: orNull(settingsSchema),
    version: Type.Integer(),
  },
  closed,
);

export type CallView = {
  opensAt: string;
  closesAt: string;
  deadlineDay: string;
  deadlineZone: string;
  state: 'before' | 'open' | 'grace' | 'closed';
  graceUntil: string | null;
  wordLimit: number;
  blindness: Call['blindness'];
  opens: Openings;
  paper: Call['paper'];
  paperLimitMb: number;
  rules: string;
  decisionsOn: string | null;
};
export type TopicView = Static<typeof topicSchema>;
export type CriterionView = Static<typeof criterionSchema>;
export type SettingsView = Static<typeof settingsSchema>;
export type ConferenceDetailView = Omit<Static<typeof conferenceSchema>, 'call' | 'kind'> & {
  call: CallView;
  kind: Conference['kind'];
};

/** A conference with what belongs to it. */
export interface ConferenceParts {
  conference: Conference;
  call: Call;
  /** In force, in their order. */
  topics: readonly Topic[];
  criteria: readonly Criterion[];
  previousSlug: string | null;
}

/** A call as anybody may see it; the grace period is told only once the deadline has passed. */
export function callView(call: Call, now: Date): CallView {
  const graceMs = call.graceMinutes * 60_000;
  const graceEnd = call.closesAt.getTime() + graceMs;
  return {
    opensAt: call.opensAt.toISOString(),
    closesAt: call.closesAt.toISOString(),
    deadlineDay: dayBefore(call.closesAt, call.zone),
    deadlineZone: call.zone,
    state: windowState({ opensAt: call.opensAt, closesAt: call.closesAt, graceMs }, now),
    graceUntil: graceMs > 0 && now >= call.closesAt ? new Date(graceEnd).toISOString() : null,
    wordLimit: call.wordLimit,
    blindness: call.blindness,
    opens: openingsOf(call),
    paper: call.paper,
    paperLimitMb: call.paperLimitMb,
    rules: call.rules,
    decisionsOn: call.decisionsOn,
  };
}

export const topicView = (topic: Topic): TopicView => ({ id: topic.id, title: topic.title });

export const criterionView = (criterion: Criterion): CriterionView => ({
  id: criterion.id,
  title: criterion.title,
  anchors: criterion.anchors,
  weight: criterion.weight,
});

/** The one way a conference leaves the system; `inspects` adds what only its organisers and auditors may see. */
export function conferenceView(parts: ConferenceParts, inspects: boolean, now: Date): ConferenceDetailView {
  const { conference, call } = parts;
  return {
    slug: conference.slug,
    name: conference.name,
    subtitle: conference.subtitle,
    organiserName: conference.organiserName,
    description: conference.description,
    venue: conference.venue,
    contactAddress: conference.contactAddress,
    startsOn: conference.startsOn,
    endsOn: conference.endsOn,
    timeZone: conference.timeZone,
    floorLanguage: conference.floorLanguage,
    interpretation: conference.interpretation,
    previous: parts.previousSlug,
    kind: conference.kind,
    lettersOpen: conference.lettersOpen,
    registrationOpen: conference.registrationOpen,
    call: callView(call, now),
    topics: parts.topics.map(topicView),
    criteria: parts.criteria.map(criterionView),
    settings: inspects
      ? {
          codePrefix: conference.codePrefix,
          graceMinutes: call.graceMinutes,
          reviewsPerSubmission: call.reviewsPerSubmission,
          reviewsDueAt: call.reviewsDueAt?.toISOString() ?? null,
          reviewsDueDay: call.reviewsDueAt ? dayBefore(call.reviewsDueAt, call.zone) : null,
          reviewingSince: call.reviewingSince?.toISOString() ?? null,
        }
      : null,
    version: conference.version,
  };
}

export const roleHolderSchema = Type.Object(
  { personId: Type.String(), name: Type.String(), email: Type.String(), role: Type.String() },
  closed,
);
export type RoleHolderView = Static<typeof roleHolderSchema>;

/** Somebody with a role, for the organisers. */
export const roleHolderView = (holder: {
  personId: string;
  name: string;
  address: string;
  role: string;
}): RoleHolderView => ({
  personId: holder.personId,
  name: holder.name,
  email: holder.address,
  role: holder.role,
});

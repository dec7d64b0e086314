import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { FreePlace } from './free-places.service.js';

const strict = { additionalProperties: false };
const words = (...list: string[]) => Type.Union(list.map((word) => Type.Literal(word)));

/** A reminder that went out, and what has become of the review. */
export interface SentReminder {
  assignment: string;
  reviewer: string;
  name: string;
  submission: string;
  step: number;
  sentAt: Date;
  now: 'none' | 'draft' | 'handed_in' | 'ended';
}

export const reminderSchema = Type.Object(
  {
    assignment: Type.String(),
    reviewer: Type.String(),
    name: Type.String(),
    submission: Type.String(),
    step: Type.Integer({ description: 'Days from the due day; negative before it' }),
    sentAt: instant,
    now: words('none', 'draft', 'handed_in', 'ended'),
  },
  strict,
);
export type ReminderView = Omit<Static<typeof reminderSchema>, 'now'> & Pick<SentReminder, 'now'>;

/** What leaves the system about a reminder, to organisers who are no authors of the submission. */
export const projectReminder = (row: SentReminder): ReminderView => ({
  assignment: row.assignment,
  reviewer: row.reviewer,
  name: row.name,
  submission: row.submission,
  step: row.step,
  sentAt: row.sentAt.toISOString(),
  now: row.now,
});

export const freePlacesSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          submission: Type.String(),
          title: Type.String(),
          missing: Type.Integer({ description: 'Reviewers fewer than the call wants' }),
          declined: Type.Array(
            Type.Object(
              { reviewer: Type.String(), name: Type.String(), reason: orNull(Type.String()), at: instant },
              strict,
            ),
          ),
          candidates: Type.Array(
            Type.Object(
              {
                reviewer: Type.String(),
                name: Type.String(),
                affiliation: orNull(Type.String()),
                load: Type.Integer(),
                maxLoad: Type.Integer(),
                sharedTopics: Type.Integer(),
              },
              strict,
            ),
            { description: 'Without a conflict and with room, the best first' },
          ),
        },
        strict,
      ),
    ),
    next: Type.Null(),
  },
  { ...strict, $id: 'FreePlaces' },
);

/** Places that have become free, for organisers who are no authors of the submissions. */
export const projectFreePlaces = (rows: readonly FreePlace[]): Static<typeof freePlacesSchema> => ({
  items: rows.map(({ submission, title, missing, declined, candidates }) => ({
    submission,
    title,
    missing,
    declined: declined.map(({ reviewer, name, reason, at }) => ({
      reviewer,
      name,
      reason,
      at: at.toISOString(),
    })),
    candidates: candidates.map(({ reviewer, load, sharedTopics }) => ({
      reviewer: reviewer.id,
      name: reviewer.name,
      affiliation: reviewer.affiliation,
      load,
      maxLoad: reviewer.maxLoad,
      sharedTopics,
    })),
  })),
  next: null,
});

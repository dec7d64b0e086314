import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { ReviewingSettings } from './reviewing-settings.entity.js';

const strict = { additionalProperties: false };
const fiveWords = Type.Array(Type.String(), {
  description: 'What 1 to 5 mean; empty for the usual words',
});

export const reviewingSchema = Type.Object(
  {
    overallWords: fiveWords,
    confidenceWords: fiveWords,
    lateDays: Type.Integer({ description: 'Days after the due date on which a review is still taken' }),
    reminderDays: Type.Array(Type.Integer(), { description: 'From the due day; negative before it' }),
    discussion: Type.Boolean(),
    responseWordLimit: Type.Integer(),
    responseScores: Type.Boolean(),
    responseOpenedAt: orNull(instant),
    responseClosesAt: orNull(instant),
    version: Type.Integer(),
  },
  { ...strict, $id: 'Reviewing' },
);

/** How a call reviews, for its organisers. */
export function projectReviewing(row: ReviewingSettings): Static<typeof reviewingSchema> {
  return {
    overallWords: row.overallWords,
    confidenceWords: row.confidenceWords,
    lateDays: row.lateDays,
    reminderDays: row.reminderDays,
    discussion: row.discussion,
    responseWordLimit: row.responseWordLimit,
    responseScores: row.responseScores,
    responseOpenedAt: row.responseOpenedAt?.toISOString() ?? null,
    responseClosesAt: row.responseClosesAt?.toISOString() ?? null,
    version: row.version,
  };
}

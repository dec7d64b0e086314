import { IsObject } from 'class-validator';
import { ClearableText } from '../conferences/conference.fields.js';
import { OneOf, Optional, Text, Whole } from '../platform/fields.js';
import { COMMENT_LIMIT } from './review-rules.js';

/** A review as a whole: what is absent is empty. */
export class ReviewDto {
  @OneOf(['draft', 'handed_in']) status: 'draft' | 'handed_in';
  /** Criterion id to a whole number from 1 to 5; `review-rules.ts` checks them. */
  @Optional() @IsObject() scores?: Record<string, unknown>;
  @Whole(1, 5, { optional: true }) overall?: number;
  @Whole(1, 5, { optional: true }) confidence?: number;
  @Text(COMMENT_LIMIT, { optional: true }) commentsToAuthors?: string;
  @Text(COMMENT_LIMIT, { optional: true }) commentsToOrganisers?: string;
  /** For the reviewer alone; stays as it is when absent, and the empty string deletes it. */
  @ClearableText(COMMENT_LIMIT) privateNote?: string;
}

import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthorResponse } from './author-response.entity.js';
import { AuthorResponses } from './author-responses.service.js';
import { Discussion, DiscussionEdit, DiscussionPost, DiscussionSeat } from './discussion.entity.js';
import { DiscussionsController } from './discussions.controller.js';
import { Discussions } from './discussions.service.js';
import { FreePlaces } from './free-places.service.js';
import { MetaReview } from './meta-review.entity.js';
import { MetaReviews } from './meta-reviews.service.js';
import { Reminders } from './reminders.service.js';
import { ResponsesController } from './responses.controller.js';
import { ReviewNote } from './review-note.entity.js';
import { ReviewNotes } from './review-notes.service.js';
import { ReviewReminder } from './review-reminder.entity.js';
import { ReviewingData } from './reviewing.data.js';
import { Reviewing } from './reviewing.service.js';
import { ReviewingSettings } from './reviewing-settings.entity.js';

const services = [
  Reviewing,
  ReviewNotes,
  Discussions,
  AuthorResponses,
  MetaReviews,
  Reminders,
  FreePlaces,
  ReviewingData,
];

/** What surrounds a review: how a call reviews, notes, discussions, authors' responses, meta-reviews. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([
      ReviewingSettings,
      ReviewNote,
      ReviewReminder,
      Discussion,
      DiscussionSeat,
      DiscussionPost,
      DiscussionEdit,
      AuthorResponse,
      MetaReview,
    ]),
  ],
  controllers: [DiscussionsController, ResponsesController],
  providers: services,
  exports: services,
})
export class ReviewingModule {}

import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { OneOf } from '../platform/fields.js';
import { PageQuery } from '../platform/paging.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { AcceptInvitationDto, DeclineInvitationDto, InviteReviewerDto } from './reviewer.dto.js';
import { Reviewer } from './reviewer.entity.js';
import {
  invitationSchema,
  projectInvitation,
  projectReviewer,
  reviewerSchema,
  type Invitation,
  type InvitationView,
  type ReviewerView,
} from './reviewer.view.js';
import { ReviewerGate } from './reviewers.gate.js';
import { Reviewers } from './reviewers.service.js';

export class ReviewerQuery extends PageQuery {
  @OneOf(['invited', 'accepted', 'declined', 'removed'], { optional: true }) status?: string;
}

@Controller('api/v1')
export class ReviewersController {
  constructor(private readonly reviewers: Reviewers) {}

  @Post('conferences/:slug/reviewers')
  @Allow(ConferenceGate, 'organise')
  @Answers(reviewerSchema, 201)
  async invite(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: InviteReviewerDto,
  ): Promise<ReviewerView> {
    return projectReviewer(await this.reviewers.invite(actor, conference, input));
  }

  @Get('conferences/:slug/reviewers')
  @Allow(ConferenceGate, 'inspect')
  @Answers(pageOf(reviewerSchema))
  async list(@Who() actor: Actor, @Subject() conference: Conference, @Query() query: ReviewerQuery) {
    const { items, next } = await this.reviewers.list(actor, conference.id, query);
    return { items: items.map(projectReviewer), next };
  }

  @Get('invitations/:id')
  @Allow(ReviewerGate, 'own')
  @Answers(invitationSchema)
  async invitation(
    @Subject() reviewer: Reviewer,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InvitationView> {
    return answer(await this.reviewers.invitation(reviewer), reply);
  }

  @Post('invitations/:id/accept')
  @Allow(ReviewerGate, 'own')
  @Answers(invitationSchema)
  async accept(
    @Who() actor: Actor,
    @Subject() reviewer: Reviewer,
    @Body() input: AcceptInvitationDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InvitationView> {
    return answer(await this.reviewers.accept(actor, reviewer.id, input), reply);
  }

  @Post('invitations/:id/decline')
  @Allow(ReviewerGate, 'own')
  @Answers(invitationSchema)
  async decline(
    @Who() actor: Actor,
    @Subject() reviewer: Reviewer,
    @Body() input: DeclineInvitationDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InvitationView> {
    return answer(await this.reviewers.decline(actor, reviewer.id, input), reply);
  }
}

function answer(invitation: Invitation, reply: FastifyReply): InvitationView {
  void reply.header('etag', `"${invitation.reviewer.version}"`);
  return projectInvitation(invitation);
}

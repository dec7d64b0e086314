import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import { Answers } from '../platform/answers.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { BiddingDto, BidQuery, BidsDto } from './bid.dto.js';
import { biddingSchema, bidListSchema, type BiddingView, type BidListView } from './bid.view.js';
import { Bids } from './bids.service.js';
import { Reviewer } from './reviewer.entity.js';
import { ReviewerGate } from './reviewers.gate.js';

@Controller('api/v1')
export class BidsController {
  constructor(private readonly bids: Bids) {}

  @Get('invitations/:id/bids')
  @Allow(ReviewerGate, 'own')
  @Answers(bidListSchema)
  list(@Subject() reviewer: Reviewer, @Query() query: BidQuery): Promise<BidListView> {
    return this.bids.list(reviewer, query);
  }

  @Put('invitations/:id/bids')
  @Allow(ReviewerGate, 'own')
  @Answers(bidListSchema)
  async bid(
    @Who() actor: Actor,
    @Subject() reviewer: Reviewer,
    @Body() input: BidsDto,
  ): Promise<BidListView> {
    await this.bids.bid(actor, reviewer, input.bids);
    return this.bids.list(reviewer);
  }

  @Get('conferences/:slug/bidding')
  @Allow(ConferenceGate, 'inspect')
  @Answers(biddingSchema)
  bidding(@Who() actor: Actor, @Subject() conference: Conference): Promise<BiddingView> {
    return this.bids.bidding(actor, conference);
  }

  @Put('conferences/:slug/bidding')
  @Allow(ConferenceGate, 'organise')
  @Answers(biddingSchema)
  async open(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: BiddingDto,
  ): Promise<BiddingView> {
    await this.bids.open(actor, conference, input);
    return this.bids.bidding(actor, conference);
  }
}

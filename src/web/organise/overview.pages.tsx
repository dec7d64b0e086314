import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { startOfDay } from '../../conferences/conference-rules.js';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { Conferences } from '../../conferences/conferences.service.js';
import { endOfDay } from '../../conferences/deadline.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { mean } from '../../reviews/score-rules.js';
import { Pages } from '../pages.js';
import { formatCalendarDay } from '../view.js';
import { overviewPage } from '../views/organise-overview.view.js';
import { Frame } from './frame.js';
import { OverviewQueries } from './overview.queries.js';
import { disagrees } from './panel.js';
import { everyDay, scoreBins, stageOf } from './stage.js';
import { todosOf } from './todos.js';

const LATEST = 5;
const MOST_DAYS = 60;

/** Where a conference stands and what needs a person. */
@Controller('conferences/:slug/organise')
export class OrganiseOverviewPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly queries: OverviewQueries,
    private readonly conferences: Conferences,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const { call, topics, criteria } = await this.conferences.detail(conference);
    const view = await this.frame.view(request, conference);
    const facts = await this.queries.facts(actor, conference, call.reviewsPerSubmission, view.now);
    const latest = await this.queries.latest(actor, conference.id, LATEST);
    const { startsOn, endsOn, timeZone, slug } = conference;
    const startsAt = (startsOn && startOfDay(startsOn, timeZone)) || null;
    const lastDay = endsOn ?? startsOn;
    const stage = stageOf({
      now: view.now,
      opensAt: call.opensAt,
      closesAt: call.closesAt,
      reviewingSince: call.reviewingSince,
      startsAt,
      endsAt: (lastDay && endOfDay(lastDay, timeZone)) || null,
      assigned: facts.assigned,
      handedIn: facts.handedIn,
      undecided: facts.undecided,
      pending: facts.pending,
      released: facts.released,
    });
    this.pages.send(
      reply,
      overviewPage(view, {
        zone: timeZone,
        stage,
        call: { opensAt: call.opensAt, closesAt: call.closesAt, zone: call.zone },
        reviewsDueAt: call.reviewsDueAt,
        counts: {
          submitted: facts.submitted,
          drafts: facts.drafts,
          reviewers: facts.reviewers,
          decided: facts.decided,
          released: facts.released,
          accepted: facts.accepted,
          registered: facts.registered,
        },
        startsOn: startsAt,
        todos: todosOf(slug, stage, facts, {
          topics: topics.length,
          criteria: criteria.length,
          decides: mayOnConference(actor, conference.id, 'decide'),
        }),
        days: everyDay(facts.days, MOST_DAYS).map(({ day, count }) => ({
          label: formatCalendarDay(view, day),
          count,
        })),
        reviews: {
          handedIn: facts.handedIn,
          begun: facts.begun,
          untouched: Math.max(0, facts.assigned - facts.handedIn - facts.begun),
        },
        scores: { bins: scoreBins(facts.means), mean: mean(facts.means) },
        latest: latest.map(({ total, handedIn, begun, ...row }) => ({
          ...row,
          panel: { handedIn, begun, total },
          disagree: disagrees(row.spread),
        })),
      }),
    );
  }
}

import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { PageQuery } from '../platform/paging.js';
import { Allow, KeyRequired, Subject, Who } from '../platform/policy.js';
import { ProposeDto } from './assignment.dto.js';
import { AssignmentRun } from './assignment-run.entity.js';
import { projectRun, projectRunItem, runItemSchema, runSchema, type RunView } from './assignment-run.view.js';
import { RunGate } from './assignments.gate.js';
import { AssignmentRuns } from './assignment-runs.service.js';
import { Assignments } from './assignments.service.js';

@Controller('api/v1')
export class AssignmentRunsController {
  constructor(
    private readonly runs: AssignmentRuns,
    private readonly assignments: Assignments,
  ) {}

  @Post('conferences/:slug/assignment-runs')
  @Allow(ConferenceGate, 'organise')
  @Answers(runSchema, 201)
  async propose(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: ProposeDto,
  ): Promise<RunView> {
    return this.view(actor, await this.runs.propose(actor, conference, input));
  }

  @Get('conferences/:slug/assignment-runs')
  @Allow(ConferenceGate, 'inspect')
  @Answers(pageOf(runItemSchema))
  async list(@Who() actor: Actor, @Subject() conference: Conference, @Query() query: PageQuery) {
    const { items, next } = await this.runs.runs(conference.id, query);
    const own = await this.assignments.ownSubmissions(actor, conference.id);
    return { items: items.map((run) => projectRunItem(run, own)), next };
  }

  @Get('assignment-runs/:id')
  @Allow(RunGate, 'inspect')
  @Answers(runSchema)
  run(@Who() actor: Actor, @Subject() run: AssignmentRun): Promise<RunView> {
    return this.view(actor, run);
  }

  @Post('assignment-runs/:id/apply')
  @Allow(RunGate, 'organise')
  @KeyRequired()
  @Answers(runSchema)
  async apply(@Who() actor: Actor, @Subject() run: AssignmentRun): Promise<RunView> {
    return this.view(actor, await this.runs.apply(actor, run));
  }

  @Post('assignment-runs/:id/cancel')
  @Allow(RunGate, 'organise')
  @Answers(runSchema)
  async cancel(@Who() actor: Actor, @Subject() run: AssignmentRun): Promise<RunView> {
    return this.view(actor, await this.runs.cancel(actor, run));
  }

  @Post('assignment-runs/:id/discard')
  @Allow(RunGate, 'organise')
  @Answers(runSchema)
  async discard(@Who() actor: Actor, @Subject() run: AssignmentRun): Promise<RunView> {
    return this.view(actor, await this.runs.discard(actor, run));
  }

  private async view(actor: Actor, run: AssignmentRun): Promise<RunView> {
    return projectRun(run, await this.assignments.ownSubmissions(actor, run.conferenceId));
  }
}

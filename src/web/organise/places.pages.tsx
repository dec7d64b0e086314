import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { Conferences } from '../../conferences/conferences.service.js';
import { Deciding, lastDay } from '../../conferences/deciding-settings.service.js';
import { attendanceState } from '../../decisions/attendance-rules.js';
import { Attendance } from '../../decisions/attendance.service.js';
import { PromoteDto } from '../../decisions/release-list.dto.js';
import { Waitlist } from '../../decisions/waitlist.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, KeyRequired, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { Submission } from '../../submissions/submission.entity.js';
import { SubmissionGate } from '../../submissions/submission.gate.js';
import { Submissions } from '../../submissions/submissions.service.js';
import { formOf, text } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { decidingPaths } from '../views/deciding-ways.js';
import { placesPage } from '../views/organise-places.view.js';
import { Frame } from './frame.js';

/** Who has a place, who has said that they come, and who waits for one. */
@Controller('conferences/:slug/organise')
export class OrganisePlacesPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly conferences: Conferences,
    private readonly deciding: Deciding,
    private readonly attendance: Attendance,
    private readonly waitlist: Waitlist,
    private readonly submissions: Submissions,
  ) {}

  @Get('decisions/waitlist')
  @Allow(ConferenceGate, 'inspect')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, conference));
  }

  @Post('submissions/:id/promote')
  @Allow(SubmissionGate, 'decide')
  @KeyRequired()
  async promote(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<void> {
    const words = text(formOf(body), 'textToAuthors');
    await this.deed(request, reply, actor, slug, submission, async () => {
      const dto = parse(PromoteDto, { ...(words && { textToAuthors: words }) });
      const { list } = await this.waitlist.promote(actor, submission, dto);
      return list
        ? `${decidingPaths.list(slug, list)}?done=promotedList`
        : `${decidingPaths.places(slug)}?done=promoted`;
    });
  }

  @Post('submissions/:id/confirm-for')
  @Allow(SubmissionGate, 'organise')
  async confirmFor(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
  ): Promise<void> {
    await this.deed(request, reply, actor, slug, submission, async () => {
      await this.attendance.confirm(actor, submission);
      return `${decidingPaths.places(slug)}?done=confirmedFor`;
    });
  }

  @Post('submissions/:id/joined-seen')
  @Allow(SubmissionGate, 'organise')
  async seen(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
  ): Promise<void> {
    await this.deed(request, reply, actor, slug, submission, async () => {
      await this.submissions.seeJoined(actor, submission);
      return `${decidingPaths.places(slug)}?done=joinedSeen`;
    });
  }

  private async deed(
    request: ConcordRequest,
    reply: FastifyReply,
    actor: Actor,
    slug: string,
    submission: Submission,
    act: () => Promise<string>,
  ): Promise<void> {
    const conference = await this.conferences.bySlug(slug);
    if (conference.id !== submission.conferenceId) throw notFound();
    await this.pages.attempt(request, reply, act, (again) => this.render(request, actor, conference, again));
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
  ): Promise<string> {
    const settings = await this.deciding.of(conference.id);
    const { rows, free } = await this.waitlist.of(actor, conference.id);
    const attendance = await this.attendance.list(actor, conference.id);
    const view = await this.frame.view(request, conference, again);
    return placesPage(view, {
      zone: conference.timeZone,
      free,
      waiting: rows,
      confirmOn: lastDay(settings.confirmBy, conference),
      attendance: attendance.map((row) => ({
        ...row,
        confirmedAt: row.confirmedAt && new Date(row.confirmedAt),
        state: attendanceState(row.status, settings.confirmBy, view.now),
      })),
      two: settings.twoPersons,
      may: {
        decide: mayOnConference(actor, conference.id, 'decide'),
        organise: mayOnConference(actor, conference.id, 'organise'),
      },
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
    });
  }
}

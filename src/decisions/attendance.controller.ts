import { Body, Controller, Get, Post, Res } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { Deciding } from '../conferences/deciding-settings.service.js';
import type { Actor } from '../platform/actor.js';
import { Answers, instant, orNull } from '../platform/answers.js';
import { Clock } from '../platform/clock.js';
import { Allow, KeyRequired, Subject, Who } from '../platform/policy.js';
import { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';
import { attendanceState } from './attendance-rules.js';
import { Attendance } from './attendance.service.js';
import { PromoteDto } from './release-list.dto.js';
import { Waitlist } from './waitlist.service.js';

const strict = { additionalProperties: false };
const standingSchema = Type.Object(
  { submission: Type.String(), status: Type.String(), version: Type.Integer() },
  { ...strict, $id: 'AttendanceConfirmed' },
);
const attendanceSchema = Type.Object(
  {
    confirmBy: orNull(instant),
    items: Type.Array(
      Type.Object(
        {
          submission: Type.String(),
          title: Type.String(),
          state: Type.Union(['confirmed', 'waiting', 'overdue'].map((word) => Type.Literal(word))),
          confirmedAt: orNull(instant),
          byOrganiser: Type.Boolean(),
          reminders: Type.Integer(),
          joined: Type.Array(Type.Object({ name: Type.String(), reviewed: Type.Boolean() }, strict), {
            description: 'Authors who were added after the decision and whom no organiser has looked at',
          }),
        },
        strict,
      ),
    ),
  },
  { ...strict, $id: 'Attendance' },
);
const waitlistSchema = Type.Object(
  {
    free: orNull(Type.Integer({ description: 'Free places; null while their number is not set' })),
    items: Type.Array(
      Type.Object(
        {
          submission: Type.String(),
          title: Type.String(),
          rank: orNull(Type.Integer()),
          mean: orNull(Type.Number()),
          waitsSince: instant,
          pending: Type.Boolean(),
        },
        strict,
      ),
      { description: 'In the order of promotion' },
    ),
  },
  { ...strict, $id: 'Waitlist' },
);
const promotedSchema = Type.Object(
  { release: orNull(Type.String()), list: orNull(Type.String()) },
  {
    ...strict,
    $id: 'Promoted',
    description: 'The release, or the list that waits for a second chair',
  },
);

/** What follows an acceptance: attendance, and places that become free. */
@Controller('api/v1')
export class AttendanceController {
  constructor(
    private readonly attendance: Attendance,
    private readonly waitlist: Waitlist,
    private readonly deciding: Deciding,
    private readonly clock: Clock,
  ) {}

  @Post('submissions/:id/confirm')
  @Allow(SubmissionGate, 'edit')
  @Answers(standingSchema)
  confirm(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.confirmed(actor, submission, reply);
  }

  /** An organiser confirms for the authors, as after a telephone call. */
  @Post('submissions/:id/confirm-for')
  @Allow(SubmissionGate, 'organise')
  @Answers(standingSchema)
  confirmFor(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.confirmed(actor, submission, reply);
  }

  private async confirmed(actor: Actor, submission: Submission, reply: FastifyReply) {
    const { id, status, version } = await this.attendance.confirm(actor, submission);
    void reply.header('etag', `"${version}"`);
    return { submission: id, status, version };
  }

  @Get('conferences/:slug/attendance')
  @Allow(ConferenceGate, 'inspect')
  @Answers(attendanceSchema)
  async list(@Who() actor: Actor, @Subject() conference: Conference) {
    const { confirmBy } = await this.deciding.of(conference.id);
    const now = await this.clock.now();
    const rows = await this.attendance.list(actor, conference.id);
    return {
      confirmBy: confirmBy?.toISOString() ?? null,
      items: rows.map((row) => ({
        submission: row.id,
        title: row.title,
        state: attendanceState(row.status, confirmBy, now),
        confirmedAt: row.confirmedAt?.toISOString() ?? null,
        byOrganiser: row.byOrganiser,
        reminders: row.reminders,
        joined: row.joined.map(({ name, reviewed }) => ({ name, reviewed })),
      })),
    };
  }

  @Get('conferences/:slug/waitlist')
  @Allow(ConferenceGate, 'inspect')
  @Answers(waitlistSchema)
  async waiting(@Who() actor: Actor, @Subject() conference: Conference) {
    const { rows, free } = await this.waitlist.of(actor, conference.id);
    return {
      free,
      items: rows.map(({ id, title, rank, mean, waitsSince, pending }) => ({
        submission: id,
        title,
        rank,
        mean,
        waitsSince: waitsSince.toISOString(),
        pending,
      })),
    };
  }

  @Post('submissions/:id/promote')
  @Allow(SubmissionGate, 'decide')
  @KeyRequired()
  @Answers(promotedSchema)
  promote(@Who() actor: Actor, @Subject() submission: Submission, @Body() input: PromoteDto) {
    return this.waitlist.promote(actor, submission, input);
  }
}

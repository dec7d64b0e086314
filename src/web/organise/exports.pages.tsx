import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { forbidden, notFound } from '../../platform/refusal.js';
import { VISIBLE } from '../../submissions/submission-list.js';
import { formOf } from '../form.js';
import { Pages } from '../pages.js';
import { exportsPage } from '../views/organise-exports.view.js';
import { exportStream } from './export-file.js';
import { EXPORTS, FORMATS, PERSONAL, type ExportName } from './export-names.js';
import { ExportRows } from './export-rows.js';
import { Frame } from './frame.js';
import { VISIBLE_MAIL } from './mail.queries.js';
import { RecordQueries } from './record.queries.js';
import { registrationFilters } from './registrations.pages.js';
import { submissionFilters } from './submissions.pages.js';

/** What only organisers take out, and auditors do not. */
const PERSONAL_TO_ORGANISERS: readonly ExportName[] = ['registrations', 'letters'];

const TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' } as const;

/** What can be taken out, and the files themselves. */
@Controller('conferences/:slug/organise/exports')
export class OrganiseExportsPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly db: DataSource,
    private readonly record: RecordQueries,
    private readonly exports: ExportRows,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const counts = await this.counts(actor, conference.id);
    const view = await this.frame.view(request, conference);
    this.pages.send(
      reply,
      exportsPage(view, {
        zone: conference.timeZone,
        entries: EXPORTS.map((key) => ({
          key,
          count: counts[key],
          formats: FORMATS,
          personal: PERSONAL.includes(key),
        })),
      }),
    );
  }

  /** `submissions.csv` and the like, with the filters of the list that it was asked for on. */
  @Get(':file')
  @Allow(ConferenceGate, 'inspect')
  async file(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('file') file: string,
  ): Promise<void> {
    const [name, ending] = file.split('.');
    const what = EXPORTS.find((one) => one === name);
    const format = FORMATS.find((one) => one === ending);
    if (!what || !format || file !== `${what}.${format}`) throw notFound();
    // What attendees need and partners wrote is for those who look after them.
    if (PERSONAL_TO_ORGANISERS.includes(what) && !mayOnConference(actor, conference.id, 'organise'))
      throw forbidden();
    const query = formOf(request.query);
    const rows = this.exports.rows(actor, conference, what, {
      ...(what === 'submissions' && { submissions: submissionFilters(query) }),
      ...(what === 'registrations' && { registrations: registrationFilters(query, conference) }),
    });
    void reply
      .headers({
        'content-type': TYPES[format],
        'content-disposition': `attachment; filename="${conference.slug}-${what}.${format}"`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
      })
      .send(exportStream(rows, what, format));
  }

  private async counts(actor: Actor, conferenceId: string): Promise<Record<ExportName, number>> {
    const rows: Record<ExportName, number>[] = await this.db.query(
      `with list as materialized (select s.id from submission s where ${VISIBLE})
       select (select count(*)::int from list) as submissions,
         (select count(*)::int from submission_author a where a.submission_id in (select id from list)) as authors,
         (select count(*)::int from reviewer where conference_id = $1 and status <> 'removed') as reviewers,
         (select count(*)::int from assignment a where a.submission_id in (select id from list)) as assignments,
         (select count(*)::int from assignment a join review v on v.assignment_id = a.id and v.status = 'handed_in'
          where a.status = 'assigned' and a.submission_id in (select id from list)) as reviews,
         (select count(*)::int from decision d where d.submission_id in (select id from list))
           + (select count(*)::int from pending_decision p where p.submission_id in (select id from list)) as decisions,
         (select count(*)::int from registration where conference_id = $1 and held_until is null) as registrations,
         (select count(*)::int from letter_of_interest where conference_id = $1 and held_until is null) as letters,
         (select count(*)::int from mail_message m where ${VISIBLE_MAIL}) as mail`,
      [conferenceId, actor.personId],
    );
    return { ...rows[0]!, record: (await this.record.counts(actor, conferenceId, {})).total };
  }
}

import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate } from '../../conferences/conference.gate.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { formOf } from '../form.js';
import { Pages } from '../pages.js';
import { organisePaths } from '../views/organise-parts.js';
import { recordPage } from '../views/organise-record.view.js';
import { Frame } from './frame.js';
import { RecordQueries, type RecordRow } from './record.queries.js';
import { neighbours, present, searched, startOf } from './slice.js';

/** Who changed what, newest first. */
@Controller('conferences/:slug/organise/record')
export class OrganiseRecordPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly queries: RecordQueries,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const query = formOf(request.query);
    const start = startOf(query);
    const filters = present({ q: searched(query) });
    const rows = await this.queries.rows(actor, conference.id, filters, start);
    const { total, matching } = await this.queries.counts(actor, conference.id, filters);
    const view = await this.frame.view(request, conference);
    this.pages.send(
      reply,
      recordPage(view, {
        zone: conference.timeZone,
        filters,
        entries: rows.map(({ subjectType, subjectId, label, ...row }) => ({
          ...row,
          subject: {
            type: subjectType,
            id: subjectId,
            label,
            href: hrefOf(conference.slug, subjectType, subjectId),
          },
        })),
        matching,
        total,
        ...neighbours(start, matching),
      }),
    );
  }
}

/** The page on which a subject can be seen. */
function hrefOf(slug: string, type: RecordRow['subjectType'], id: string): string | null {
  switch (type) {
    case 'submission':
    case 'pending_decision':
      return organisePaths.submission(slug, id);
    case 'letter_of_interest':
      return organisePaths.letter(slug, id);
    case 'mail_message':
      return organisePaths.message(slug, id);
    case 'proceedings_build':
      return organisePaths.build(slug, id);
    default:
      return null;
  }
}

import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { Conferences } from '../../conferences/conferences.service.js';
import { Deciding } from '../../conferences/deciding-settings.service.js';
import { decisionMail } from '../../decisions/decision-mails.js';
import { recipients } from '../../decisions/decision-rules.js';
import { ReleaseDto } from '../../decisions/decision.dto.js';
import { projectPreview, type BoardRow } from '../../decisions/decision.view.js';
import { Decisions } from '../../decisions/decisions.service.js';
import { PendingDecisions, type Wanted } from '../../decisions/pending-decisions.service.js';
import { Releases } from '../../decisions/releases.service.js';
import { render as renderMail } from '../../mail/render.js';
import type { Actor } from '../../platform/actor.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { Allow, KeyRequired, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound, Refusal, refuseField } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { OUTCOMES } from '../../submissions/submission-states.js';
import type { SubmissionAuthor } from '../../submissions/submission.entity.js';
import { Submissions } from '../../submissions/submissions.service.js';
import { countryName } from '../components/country.js';
import { formOf, pick, text, texts, whole, type Form } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { refusalMessage } from '../problem.js';
import type { View } from '../view.js';
import { decisionsPage, releasePage, type ReleaseData } from '../views/organise-decisions.view.js';
import { organisePaths, withQuery, type FormValues } from '../views/organise-parts.js';
import {
  BULK_WORDS,
  closeCalls,
  openRows,
  pendingCounts,
  ranks,
  wantedOutcomes,
  withoutSmall,
  type GroupFigures,
} from './board.js';
import { DecisionQueries, type PendingSeen, type ReleaseExtras } from './decisions.queries.js';
import { Frame } from './frame.js';
import { disagrees } from './panel.js';
import { neighbours, oneOf, PAGE_ROWS, present, searched, startOf } from './slice.js';

/** The board where chairs decide, and the release. */
@Controller('conferences/:slug/organise/decisions')
export class OrganiseDecisionsPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly queries: DecisionQueries,
    private readonly conferences: Conferences,
    private readonly submissions: Submissions,
    private readonly decisions: Decisions,
    private readonly deciding: Deciding,
    private readonly pending: PendingDecisions,
    private readonly releases: Releases,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  async board(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.renderBoard(request, actor, conference));
  }

  /** Saves row by row: what one row refuses does not keep the others from being saved. */
  @Post()
  @Allow(ConferenceGate, 'decide')
  async save(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const wanted = wantedOutcomes(form);
        // Words are for the rows that they are set for; with none they would be lost without a word.
        const forNobody = BULK_WORDS.filter((name) => text(form, name).trim() !== '');
        if (forNobody.length > 0 && (form['act'] !== 'bulk' || wanted.length === 0))
          throw new Refusal('rule', 'fields', {
            fields: forNobody.map((field) => ({ field, code: 'forNobody' })),
          });
        const before = await this.queries.pending(
          actor,
          conference.id,
          wanted.map(({ id }) => id),
        );
        if (wanted.some(({ id }) => !before.has(id))) throw notFound();
        const changed = wanted.filter((one) => differs(one, before.get(one.id) ?? null));
        const { refused } = await this.pending.moveWhatFits(actor, conference.id, changed);
        const first = refused[0]?.refusal;
        if (first)
          throw new Refusal(first.kind, first.code, {
            fields: refused.map(({ id, refusal }) => ({
              field: `outcomes[${id}]`,
              code: refusal.fields[0]?.code ?? `decision.${refusal.kind}`,
              value: id,
            })),
            values: first.values,
          });
        return withQuery(organisePaths.decisions(conference.slug), boardFilters(request), {
          done: 'decided',
        });
      },
      (again) => this.renderBoard(request, actor, conference, again, form as FormValues),
    );
  }

  @Get('release')
  @Allow(ConferenceGate, 'decide')
  async preview(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.renderRelease(request, actor, conference));
  }

  @Post('release')
  @Allow(ConferenceGate, 'decide')
  @KeyRequired()
  async release(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const values = pick(form, ['listHash', 'confirmation']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const dto = parse(ReleaseDto, { submissions: texts(form, 'submissions'), listHash: values.listHash });
        const size = dto.submissions?.length ?? 0;
        if (values.confirmation.trim() !== String(size))
          throw refuseField('confirmation', 'confirmation', size, values.confirmation);
        await this.releases.release(actor, conference, dto);
        return `${organisePaths.decisions(conference.slug)}?done=released`;
      },
      (again) => this.renderRelease(request, actor, conference, again, pick(values, ['confirmation'])),
    );
  }

  private async renderBoard(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const query = formOf(request.query);
    const start = startOf(query);
    const filters = boardFilters(request);
    const call = await this.conferences.callOf(conference.id);
    const { rows: everything, strictness } = await this.decisions.board(actor, conference.id);
    const all = openRows(everything);
    const matching = await this.filtered(actor, conference, all, filters);
    const shown = matching.slice(start, start + PAGE_ROWS);
    const extras = await this.queries.extras(shown.map(({ id }) => id));
    const topics = await this.conferences.allTopicsOf(conference.id);
    const view = await this.frame.view(request, conference, again);
    const rank = ranks(everything);
    const settings = await this.deciding.of(conference.id);
    const places = placesOf(query, all.length, settings.places);
    const close = closeCalls(all, places);
    const decides = mayOnConference(actor, conference.id, 'decide');
    const undoable = decides ? (await this.pending.undoable(actor, conference.id))[0] : undefined;
    return decisionsPage(view, {
      zone: conference.timeZone,
      filters,
      topics: topics.map(({ id, title }) => ({ id, title })),
      counts: pendingCounts(all),
      rows: shown.map((row) => ({
        id: row.id,
        title: row.title,
        topics: extras.get(row.id)!.topics,
        status: row.status,
        rank: rank.get(row.id) ?? null,
        mean: row.mean,
        spread: row.spread,
        calibrated: row.calibrated,
        scores: extras.get(row.id)!.scores,
        reviewsMissing: Math.max(0, call.reviewsPerSubmission - row.reviewsIn),
        disagree: disagrees(row.spread),
        close: Boolean(close?.above.has(row.id) || close?.below.has(row.id)),
        pending: row.pendingOutcome && { outcome: row.pendingOutcome, version: row.pendingVersion! },
      })),
      matching: matching.length,
      total: all.length,
      ...neighbours(start, matching.length),
      line: { places, after: places > 0 ? (all[places - 1]?.id ?? null) : null },
      strictness,
      close: close && { above: close.above.size, below: close.below.size },
      groups: this.groupsOf(view, await this.queries.groups(actor, conference.id)),
      undoable: undoable?.size ?? 0,
      may: { decide: decides },
      idempotencyKey: formKey(),
      ...(again && { errors: boardErrors(view, again) }),
      ...(values && { values }),
    });
  }

  private groupsOf(
    view: View,
    groups: Awaited<ReturnType<DecisionQueries['groups']>>,
  ): { byTopic: GroupFigures[]; byCountry: GroupFigures[] } {
    const of = (kind: 'topic' | 'country') => groups.filter((group) => group.kind === kind);
    return {
      byTopic: withoutSmall(of('topic'), false),
      byCountry: withoutSmall(of('country'), true).map((group) => ({
        ...group,
        key: group.key ? countryName(view, group.key) : view.t('deciding:board.noCountry'),
      })),
    };
  }

  private async filtered(
    actor: Actor,
    conference: Conference,
    all: readonly BoardRow[],
    { outcome, topic, q }: ReturnType<typeof boardFilters>,
  ): Promise<BoardRow[]> {
    const ids = await this.queries.matching(actor, conference.id, present({ topic, q }));
    return all.filter((row) => ids.has(row.id) && (!outcome || (row.pendingOutcome ?? 'none') === outcome));
  }

  private async renderRelease(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const { items, counts, mails, listHash } = projectPreview(
      await this.releases.preview(actor, conference.id),
    );
    const list = items.filter(({ releasable }) => releasable);
    const ids = list.map(({ submission }) => submission);
    const extras = await this.queries.releaseExtras(ids);
    const authors = await this.submissions.authors(ids);
    const undecided = await this.queries.undecided(actor, conference.id);
    const view = await this.frame.view(request, conference, again);
    const rows = list
      .map(({ submission, title, outcome }) => ({ id: submission, title, outcome }))
      .toSorted(
        (a, b) =>
          OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome) ||
          a.title.localeCompare(b.title, view.locale),
      );
    return releasePage(view, {
      two: (await this.deciding.of(conference.id)).twoPersons,
      zone: conference.timeZone,
      listHash,
      counts,
      mails,
      rows: rows.map((row) => ({
        ...row,
        authors: (authors.get(row.id) ?? []).map(({ name }) => name),
        textToAuthors: Boolean(extras.get(row.id)?.textToAuthors),
        correction: extras.get(row.id)?.correction ?? false,
      })),
      samples: this.samples(conference, rows, authors, extras),
      undecided,
      idempotencyKey: formKey(),
      ...(again && { errors: again.refusal.code === 'fields' ? again.errors : {} }),
      ...(values && { values }),
    });
  }

  /** One letter for each outcome on the list, as its first recipient will read it. */
  private samples(
    conference: Conference,
    rows: readonly { id: string; title: string; outcome: (typeof OUTCOMES)[number] }[],
    authors: ReadonlyMap<string, SubmissionAuthor[]>,
    extras: ReadonlyMap<string, ReleaseExtras>,
  ): ReleaseData['samples'] {
    return OUTCOMES.flatMap((outcome) => {
      for (const row of rows.filter((one) => one.outcome === outcome)) {
        const to = recipients(authors.get(row.id) ?? [])[0];
        if (!to) continue;
        const { subject, text: words } = renderMail('en', decisionMail(outcome), {
          conferenceName: conference.name,
          contactAddress: conference.contactAddress,
          recipientName: to.name,
          code: row.id,
          title: row.title,
          textToAuthors: extras.get(row.id)?.textToAuthors ?? '',
          conditions: extras.get(row.id)?.conditions ?? '',
          earlierOn: '',
          statusUrl: `${this.config.publicUrl}/submissions/${row.id}`,
        });
        return [{ outcome, to: `${to.name} <${to.address}>`, subject, text: words }];
      }
      return [];
    });
  }
}

function boardFilters(request: ConcordRequest): { outcome?: string; topic?: string; q?: string } {
  const query = formOf(request.query);
  return present({
    outcome: oneOf(query, 'outcome', [...OUTCOMES, 'none']),
    topic: text(query, 'topic').slice(0, 40),
    q: searched(query),
  });
}

/** Whether a row of the board asks for something: what is as it was seen and stays so, does not. */
const differs = (wanted: Wanted, before: PendingSeen | null): boolean =>
  wanted.words !== undefined ||
  wanted.outcome !== (before?.outcome ?? null) ||
  wanted.seenVersion !== before?.version;

/** How many submissions fit, as the line's form says, or else the conference; 0 draws no line. */
function placesOf(query: Form, most: number, stored: number | null): number {
  const places = whole(query, 'places') ?? stored;
  return typeof places === 'number' && places > 0 && places <= most ? places : 0;
}

/** Each refused row with its reason in words. */
function boardErrors(view: View, again: Again): Record<string, string> {
  return Object.fromEntries(
    again.refusal.fields.map(({ field, value }) => [
      field,
      `${String(value)}: ${again.refusal.code === 'fields' ? again.errors[field] : refusalMessage(view.t, again.refusal)}`,
    ]),
  );
}

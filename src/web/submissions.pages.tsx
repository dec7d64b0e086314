import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { Conferences } from '../conferences/conferences.service.js';
import { windowState } from '../conferences/deadline.js';
import { openingsOf } from '../conferences/who-sees-whom.js';
import { Deciding, lastDay } from '../conferences/deciding-settings.service.js';
import type { DecidingSettings } from '../conferences/deciding-settings.entity.js';
import { Attendance } from '../decisions/attendance.service.js';
import { Decisions } from '../decisions/decisions.service.js';
import { isStandIn } from '../people/stand-in.js';
import type { Actor } from '../platform/actor.js';
import { boundaryOf, partOf } from '../platform/multipart.js';
import { Allow, Subject, Who, type ConcordRequest } from '../platform/policy.js';
import { Refusal, refuseField } from '../platform/refusal.js';
import { received } from '../platform/upload.js';
import { parse } from '../platform/validate.js';
import { AuthorResponses } from '../reviews/author-responses.service.js';
import { MetaReviews } from '../reviews/meta-reviews.service.js';
import { CreateSubmissionDto, SubmissionDto, WithdrawDto } from '../submissions/submission.dto.js';
import { projectPaper } from '../submissions/paper.view.js';
import { Papers, tooLarge } from '../submissions/papers.service.js';
import { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';
import { REVISABLE } from '../submissions/revising-rules.js';
import { EDITABLE } from '../submissions/submission-rules.js';
import type { Status } from '../submissions/submission-states.js';
import { Submissions } from '../submissions/submissions.service.js';
import { warningsOf } from '../submissions/submission.view.js';
import { formKey, Pages, withProblem, type Again } from './pages.js';
import { RecordAccess } from './record.access.js';
import { changeAuthors, inputOf, readForm, type TypedForm } from './submission-form.js';
import { formatCalendarDay, paths } from './view.js';
import { EMPTY_AUTHOR, submitCheckPage, submitPage, type SubmissionValues } from './views/submit.view.js';
import { submissionPage, withdrawPage, type SubmissionState } from './views/submission.view.js';

/** Of the record, on a submission's page. */
const MOST_ENTRIES = 20;
/** What a form may have around its one file. */
const AROUND_A_FILE = 64 * 1024;

interface FormContext {
  conference: Conference;
  submission?: Submission;
  /** Kept over re-renderings, so that a form that is sent twice creates once. */
  key: string;
}

/** Where authors write, check, submit, follow and withdraw their abstracts. */
@Controller()
export class SubmissionsPages {
  constructor(
    private readonly pages: Pages,
    private readonly db: DataSource,
    private readonly conferences: Conferences,
    private readonly submissions: Submissions,
    private readonly decisions: Decisions,
    private readonly deciding: Deciding,
    private readonly attendance: Attendance,
    private readonly record: RecordAccess,
    private readonly papers: Papers,
    private readonly responses: AuthorResponses,
    private readonly metaReviews: MetaReviews,
  ) {}

  @Get('conferences/:slug/submit')
  @Allow(ConferenceGate, 'read')
  async form(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const author = {
      ...EMPTY_AUTHOR,
      name: actor.greeting?.name ?? '',
      email: actor.greeting?.address ?? '',
      corresponding: true,
      presenting: true,
      // Whoever is protected already fills in what stands for them.
      ...(isStandIn(actor.greeting?.address ?? '') && { protect: true, publicName: actor.greeting!.name }),
    };
    const values = {
      title: '',
      abstract: '',
      topics: [],
      authors: [author],
      language: '',
      namedConflicts: [],
    };
    this.pages.send(
      reply,
      await this.render(request, { conference, key: formKey() }, { act: '', values, wordCount: 0 }),
    );
  }

  @Post('conferences/:slug/submit')
  @Allow(ConferenceGate, 'read')
  async send(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const typed = readForm(body);
    const context: FormContext = { conference, key: actor.request.idempotencyKey ?? formKey() };
    await this.act(request, reply, actor, context, typed, async (status) => {
      const dto = parse(CreateSubmissionDto, { ...inputOf(typed.values), status });
      const { submission } = await this.submissions.create(actor, conference, dto);
      if (actor.kind === 'guest') {
        const corresponding = typed.values.authors.find((author) => author.corresponding);
        const email = corresponding?.email ?? '';
        return {
          submission,
          location: this.pages.heldAt(reply, conference.slug, email, status === 'draft'),
        };
      }
      return { submission, location: this.after(submission, status) };
    });
  }

  @Get('submissions/:id')
  @Allow(SubmissionGate, 'edit')
  async one(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
  ): Promise<void> {
    this.pages.send(reply, await this.status(request, actor, submission));
  }

  @Get('submissions/:id/edit')
  @Allow(SubmissionGate, 'edit')
  async edit(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() submission: Submission,
  ): Promise<void> {
    const conference = await this.conferences.byId(submission.conferenceId);
    const { now } = await this.pages.view(request, conference);
    const settings = await this.settingsOf(submission);
    if (!EDITABLE.includes(submission.status) && !(settings && mayRevise(settings, now)))
      return this.pages.redirect(reply, paths.submission(submission.id));
    const values = await this.stored(submission);
    this.pages.send(
      reply,
      await this.render(
        request,
        { conference, submission, key: formKey() },
        { act: '', values, wordCount: submission.wordCount },
      ),
    );
  }

  @Post('submissions/:id/edit')
  @Allow(SubmissionGate, 'edit')
  async change(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Body() body: unknown,
  ): Promise<void> {
    const typed = readForm(body);
    const conference = await this.conferences.byId(submission.conferenceId);
    const context: FormContext = { conference, submission, key: actor.request.idempotencyKey ?? formKey() };
    await this.act(request, reply, actor, context, typed, async (status) => {
      const dto = parse(SubmissionDto, inputOf(typed.values));
      const thenSubmit = status === 'submitted' && submission.status === 'draft';
      const changed = await this.submissions.update(actor, submission.id, dto, thenSubmit);
      return { submission: changed, location: this.after(changed, status) };
    });
  }

  /** An author confirms that it will be presented. */
  @Post('submissions/:id')
  @Allow(SubmissionGate, 'edit')
  async confirm(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.attendance.confirm(actor, submission);
        return `${paths.submission(submission.id)}?done=attends`;
      },
      (again) => this.status(request, actor, submission, again),
    );
  }

  /** What the conference lets authors of what is accepted do; null for everything else. */
  private async settingsOf(submission: Submission): Promise<DecidingSettings | null> {
    return REVISABLE.includes(submission.status as Status) ? this.deciding.of(submission.conferenceId) : null;
  }

  /** The file comes in a form with a file, which works without scripts. */
  @Post('submissions/:id/paper')
  @Allow(SubmissionGate, 'edit')
  async paper(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const boundary = boundaryOf(request.headers['content-type']);
        if (boundary === undefined) throw new Refusal('unsupported', 'unsupported');
        const limit = await this.papers.allowance(actor, submission);
        const body = await received(request, limit + AROUND_A_FILE, () => tooLarge(limit));
        const file = partOf(body, boundary, 'paper');
        if (!file || file.length === 0) throw refuseField('paper', 'required');
        await this.papers.upload(actor, submission, file);
        return `${paths.submission(submission.id)}?done=paperAdded#paper`;
      },
      (again) => this.status(request, actor, submission, again),
    );
  }

  @Get('submissions/:id/withdraw')
  @Allow(SubmissionGate, 'edit')
  async withdrawForm(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() submission: Submission,
  ): Promise<void> {
    if (submission.status === 'withdrawn') return this.pages.redirect(reply, paths.submission(submission.id));
    this.pages.send(reply, await this.renderWithdraw(request, submission));
  }

  @Post('submissions/:id/withdraw')
  @Allow(SubmissionGate, 'edit')
  async withdraw(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Body() body: unknown,
  ): Promise<void> {
    const reason = (body as Record<string, unknown> | undefined)?.['reason'];
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.submissions.withdraw(
          actor,
          submission.id,
          parse(WithdrawDto, reason === undefined ? {} : { reason }),
        );
        return `${paths.submission(submission.id)}?done=withdrawn`;
      },
      (again) => this.renderWithdraw(request, submission, typeof reason === 'string' ? reason : '', again),
    );
  }

  @Post('submissions/:id/restore')
  @Allow(SubmissionGate, 'edit')
  async restore(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.submissions.restore(actor, submission.id);
        return `${paths.submission(submission.id)}?done=restored`;
      },
      (again) => this.status(request, actor, submission, again),
    );
  }

  private after(submission: Submission, status: 'draft' | 'submitted'): string {
    if (submission.status === 'draft') return `${paths.submissionEdit(submission.id)}?done=draftSaved`;
    return `${paths.submission(submission.id)}?done=${status === 'submitted' ? 'submitted' : 'changed'}`;
  }

  /** The form's buttons: save, check, submit, back to editing, the author list's; and saving in the background. */
  private async act(
    request: ConcordRequest,
    reply: FastifyReply,
    actor: Actor,
    context: FormContext,
    typed: TypedForm,
    save: (status: 'draft' | 'submitted') => Promise<{ submission: Submission; location: string }>,
  ): Promise<void> {
    const again = (refused: Again): Promise<string> => this.render(request, context, typed, refused);
    if (typed.act === 'autosave') {
      const { submission } = await save('draft');
      const action = paths.submissionEdit(submission.id);
      void reply.status(200).header('cache-control', 'no-store').send({
        version: submission.version,
        savedAt: submission.updatedAt.toISOString(),
        action,
        autosave: action,
      });
      return;
    }
    const revising = REVISABLE.includes((context.submission?.status ?? 'draft') as Status);
    if (typed.act === 'check' && !revising) {
      try {
        await this.submissions.rehearse(
          actor,
          context.conference.id,
          parse(SubmissionDto, inputOf(typed.values)),
          context.submission?.id,
        );
      } catch (error) {
        return this.pages.attempt(request, reply, () => Promise.reject(error), again);
      }
      this.pages.send(reply, await this.renderCheck(request, context, typed));
      return;
    }
    if (typed.act === 'save' || typed.act === 'submit' || typed.act === 'check') {
      const status =
        typed.act === 'submit' || context.submission?.status === 'submitted' ? 'submitted' : 'draft';
      await this.pages.attempt(request, reply, async () => (await save(status)).location, again);
      return;
    }
    const changed = changeAuthors(typed.values, typed.act);
    this.pages.send(
      reply,
      await this.render(request, context, { ...typed, values: changed ?? typed.values }),
    );
  }

  private async frame(
    request: ConcordRequest,
    { conference, submission, key }: FormContext,
    typed: TypedForm,
  ) {
    const view = await this.pages.view(request, conference);
    const { call, topics } = await this.conferences.detail(conference);
    const settings = submission ? await this.settingsOf(submission) : null;
    const end = settings?.editUntil ?? call.closesAt;
    const zone = settings?.editUntil ? conference.timeZone : call.zone;
    return {
      view,
      data: {
        ...(submission && { id: submission.id }),
        action: submission ? paths.submissionEdit(submission.id) : paths.submit(conference.slug),
        values: typed.values,
        wordCount: typed.wordCount,
        wordLimit: call.wordLimit,
        topics: topics.map(({ id, title }) => ({ id, title })),
        languages: [conference.floorLanguage, ...call.languages],
        opens: openingsOf(call),
        paper: this.papers.asked(call),
        deadline: { end, zone, conferenceZone: conference.timeZone },
        idempotencyKey: key,
        ...(submission && { version: request.actor.request.seenVersion ?? submission.version }),
        guest: request.actor.kind === 'guest',
        status: submission && submission.status !== 'draft' ? ('submitted' as const) : ('draft' as const),
      },
    };
  }

  private async render(
    request: ConcordRequest,
    context: FormContext,
    typed: TypedForm,
    again?: Again,
  ): Promise<string> {
    const { view, data } = await this.frame(request, context, typed);
    const draft = data.status === 'draft' && request.actor.kind === 'person';
    return submitPage(withProblem(view, again), {
      ...data,
      zone: context.conference.timeZone,
      savedAt: context.submission?.updatedAt ?? null,
      ...(draft && { autosave: data.action }),
      ...(again && { errors: again.errors }),
    });
  }

  private async renderCheck(
    request: ConcordRequest,
    context: FormContext,
    typed: TypedForm,
  ): Promise<string> {
    const { view, data } = await this.frame(request, context, typed);
    const { values, opens } = data;
    return submitCheckPage(view, {
      ...data,
      warnings: warningsOf(values, values.authors, opens.authors !== 'start'),
    });
  }

  private async stored(submission: Submission): Promise<SubmissionValues> {
    const [whole] = await this.submissions.whole([submission]);
    const authors = whole!.authors.map((author) => ({
      name: author.name,
      nativeName: author.nativeName ?? '',
      affiliation: author.affiliation ?? '',
      ror: author.ror ?? '',
      country: author.country ?? '',
      email: author.address ?? '',
      orcid: author.orcid ?? '',
      corresponding: author.corresponding,
      presenting: author.presenting,
      protect: author.protected,
      publicName: author.publicName ?? '',
    }));
    return {
      title: submission.title,
      abstract: submission.abstract,
      topics: [...whole!.topics],
      authors: authors.length > 0 ? authors : [{ ...EMPTY_AUTHOR, corresponding: true }],
      language: submission.language ?? '',
      namedConflicts: whole!.namedConflicts.map(({ name, affiliation, address, reason }) => ({
        name,
        affiliation: affiliation ?? '',
        email: address ?? '',
        reason,
      })),
    };
  }

  private async renderWithdraw(
    request: ConcordRequest,
    submission: Submission,
    reason = '',
    again?: Again,
  ): Promise<string> {
    const conference = await this.conferences.byId(submission.conferenceId);
    const call = await this.conferences.callOf(conference.id);
    const view = await this.pages.view(request, conference);
    return withdrawPage(withProblem(view, again), {
      id: submission.id,
      title: submission.title,
      state: (submission.heldUntil ? 'held' : submission.status) as SubmissionState,
      reviewersTold: submission.status === 'under_review',
      undoUntil: publicWindow(call, view.now) ? call.closesAt : null,
      zone: conference.timeZone,
      values: { reason },
      idempotencyKey: formKey(),
      version: submission.version,
      ...(again && { errors: again.errors }),
    });
  }

  private async status(
    request: ConcordRequest,
    actor: Actor,
    submission: Submission,
    again?: Again,
  ): Promise<string> {
    const conference = await this.conferences.byId(submission.conferenceId);
    const view = await this.pages.view(request, conference);
    const { call, topics } = await this.conferences.detail(conference);
    const [whole] = await this.submissions.whole([submission]);
    const history = await this.submissions.history(submission.id);
    // Moves through the review keep the text; who made them is not for authors to know.
    const texts = history.filter((version, index) => version.textHash !== history[index + 1]?.textHash);
    const team = [submission.createdBy, ...whole!.authors.map((author) => author.personId)];
    const names = await this.names(
      texts.map((version) => version.byPerson).filter((id) => team.includes(id!)),
    );
    const decision = await this.decisions.released(submission.id);
    const signed = await this.decisions.signed(decision, submission, 'author');
    const response = await this.responses.of(submission.id);
    const open = publicWindow(call, view.now);
    const settings = await this.settingsOf(submission);
    const revising = settings !== null && mayRevise(settings, view.now);
    const editable = (open && EDITABLE.includes(submission.status)) || revising;
    const own = whole!.authors.some(({ orcid, personId }) => orcid && personId === actor.personId);
    const confirmed = own ? await this.submissions.withConfirmedOrcid(submission.id) : new Set<number>();
    return submissionPage(withProblem(view, again), {
      id: submission.id,
      title: submission.title,
      abstract: submission.abstract,
      state: (submission.heldUntil ? 'held' : submission.status) as SubmissionState,
      topics: topics.filter((topic) => whole!.topics.includes(topic.id)).map((topic) => topic.title),
      authors: whole!.authors.map((author) => ({
        name: author.name,
        ...(author.nativeName && { nativeName: author.nativeName }),
        ...(author.affiliation && { affiliation: author.affiliation }),
        ...(author.country && { country: author.country }),
        ...(author.address && !isStandIn(author.address) && { email: author.address }),
        ...(author.orcid && { orcid: author.orcid }),
        corresponding: author.corresponding,
        presenting: author.presenting,
        protected: author.protected,
        you: author.personId === actor.personId,
        orcidConfirmed: confirmed.has(author.position) && author.personId === actor.personId,
      })),
      versions: texts.map((version) => ({
        number: version.version,
        at: version.at,
        by: names.get(version.byPerson ?? '') ?? null,
        words: version.wordCount,
        hash: version.textHash,
      })),
      receipt: submission.submittedAt
        ? {
            at: submission.submittedAt,
            words: submission.wordCount,
            hash: submission.textHash,
            signed: submission.receipt,
          }
        : null,
      entries: await this.record.about(actor.personId!, 'submission', submission.id, MOST_ENTRIES),
      zone: conference.timeZone,
      deadline: { end: call.closesAt, zone: call.zone, conferenceZone: conference.timeZone },
      decisionsOn: call.decisionsOn ? formatCalendarDay(view, call.decisionsOn) : null,
      held: submission.heldUntil
        ? { until: submission.heldUntil, address: actor.greeting?.address ?? '' }
        : null,
      decision: decision && {
        outcome: decision.outcome,
        releasedAt: decision.releasedAt,
        message: decision.textToAuthors,
        conditions: decision.conditions,
        comments: decision.comments.map((comment) => ({ text: comment })),
        reviewers: signed,
        summary: await this.metaReviews.forAuthors(submission.id),
      },
      response: response && (response.open ? 'open' : 'over'),
      can: {
        edit: editable,
        submit: open && submission.status === 'draft',
        withdraw: !['withdrawn', 'draft'].includes(submission.status) || submission.status === 'draft',
        restore: open && submission.status === 'withdrawn',
        confirm: settings?.confirmBy != null && submission.status === 'accepted',
      },
      after: settings && {
        confirmOn: lastDay(settings.confirmBy, conference),
        confirmLate: settings.confirmBy !== null && view.now >= settings.confirmBy,
        editFields: revising ? settings.editFields : [],
        editOn: lastDay(settings.editUntil, conference),
      },
      paper: {
        asked: this.papers.asked(call),
        versions: (await this.papers.versions(submission.id)).map(projectPaper),
        hidden: whole!.hidesAuthors,
      },
      ...(again && { errors: again.errors }),
      idempotencyKey: formKey(),
      version: submission.version,
    });
  }

  /** Names of an author team's own members, for its own history. */
  private async names(ids: readonly (string | null)[]): Promise<Map<string, string>> {
    const wanted = [...new Set(ids.filter((id) => id !== null))];
    if (wanted.length === 0) return new Map();
    const rows: { id: string; name: string }[] = await this.db.query(
      `select id, name from person where id = any($1)`,
      [wanted],
    );
    return new Map(rows.map((row) => [row.id, row.name]));
  }
}

/** Whether authors of what is accepted may still change something. */
const mayRevise = (settings: DecidingSettings, now: Date): boolean =>
  settings.editFields.length > 0 && (settings.editUntil === null || now < settings.editUntil);

function publicWindow(call: { opensAt: Date; closesAt: Date; graceMinutes: number }, now: Date): boolean {
  const state = windowState(
    { opensAt: call.opensAt, closesAt: call.closesAt, graceMs: call.graceMinutes * 60_000 },
    now,
  );
  return state === 'open' || state === 'grace';
}

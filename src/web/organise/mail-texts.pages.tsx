import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { isMailLocale, MAIL_LOCALES, type MailLocale } from '../../mail/catalogue.js';
import { renderTexts, type Rendered } from '../../mail/render.js';
import { LANGUAGE_NAMES, MailTemplates } from '../../mail/templates.service.js';
import { FRAME, sampleOf, variablesOf, type Wording } from '../../mail/wording.js';
import type { Actor } from '../../platform/actor.js';
import { Line, Text } from '../../platform/fields.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { VISIBLE } from '../../submissions/submission-list.js';
import { formOf, pick, text, texts } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { mailTextPage, mailTextsPage } from '../views/organise-mail-texts.view.js';
import { organisePaths } from '../views/organise-parts.js';
import { Frame } from './frame.js';

export class MailTextDto {
  @Line(300, { optional: true }) subject?: string;
  @Text(20_000) text: string;
}

/** A page of mail may style itself and nothing else. */
const MAIL_CSP = `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
/** Submissions that a text can be tried with. */
const MOST_REAL = 5;

interface RealSubmission {
  code: string;
  title: string;
  authors: string[];
}

/** What a conference's mail says, in each language. */
@Controller('conferences/:slug/organise/mail-texts')
export class OrganiseMailTextsPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly db: DataSource,
    private readonly templates: MailTemplates,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.overview(request, actor, conference));
  }

  @Post('languages')
  @Allow(ConferenceGate, 'organise')
  async languages(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.templates.setLanguages(actor, conference.id, texts(formOf(body), 'languages'));
        return `${organisePaths.mailTexts(conference.slug)}?done=mailLanguages`;
      },
      (again) => this.overview(request, actor, conference, again),
    );
  }

  @Get(':kind/:locale')
  @Allow(ConferenceGate, 'inspect')
  async edit(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('kind') kind: string,
    @Param('locale') locale: string,
    @Query() query: unknown,
  ): Promise<void> {
    const real = text(formOf(query), 'with');
    this.pages.send(reply, await this.editor(request, actor, conference, { kind, locale, real }));
  }

  /** The saved text as a mail program shows it. */
  @Get(':kind/:locale/mail')
  @Allow(ConferenceGate, 'inspect')
  async asMail(
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('kind') kind: string,
    @Param('locale') locale: string,
    @Query() query: unknown,
  ): Promise<void> {
    const language = localeOf(locale);
    const { texts: all } = await this.templates.of(conference.id);
    this.templates.kindOf(kind);
    const wording = all.inLanguage(kind, language) ?? all.english(kind);
    const frame = (all.inLanguage(FRAME, language) ?? all.english(FRAME)).text;
    const real = (await this.real(actor, conference)).find(
      ({ code }) => code === text(formOf(query), 'with'),
    );
    void reply.header('content-security-policy', MAIL_CSP);
    this.pages.send(reply, this.rendered(actor, conference, { kind, language, wording, frame, real })!.html);
  }

  @Post(':kind/:locale')
  @Allow(ConferenceGate, 'organise')
  async save(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('kind') kind: string,
    @Param('locale') locale: string,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const values = pick(form, ['subject', 'text']);
    const real = text(form, 'with');
    if (text(form, 'act') === 'preview') {
      this.pages.send(reply, await this.editor(request, actor, conference, { kind, locale, real, values }));
      return;
    }
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const dto = parse(MailTextDto, values);
        await this.templates.save(actor, conference.id, kind, locale, {
          subject: dto.subject ?? '',
          text: dto.text,
        });
        return `${organisePaths.mailText(conference.slug, kind, locale)}?done=mailWorded`;
      },
      (again) => this.editor(request, actor, conference, { kind, locale, real, values, again }),
    );
  }

  @Post(':kind/:locale/reset')
  @Allow(ConferenceGate, 'organise')
  async reset(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('kind') kind: string,
    @Param('locale') locale: string,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.templates.reset(actor, conference.id, kind, locale);
        return `${organisePaths.mailText(conference.slug, kind, locale)}?done=mailReset`;
      },
      (again) => this.editor(request, actor, conference, { kind, locale, real: '', again }),
    );
  }

  private async overview(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
  ): Promise<string> {
    const { texts: all, languages } = await this.templates.of(conference.id);
    const view = await this.frame.view(request, conference, again);
    const kinds = [FRAME, ...this.templates.editable().map(({ kind }) => kind)];
    return mailTextsPage(view, {
      zone: conference.timeZone,
      languages,
      names: LANGUAGE_NAMES,
      offered: MAIL_LOCALES,
      rows: kinds.map((kind) => ({
        kind,
        languages: languages.map((locale) => {
          const standing = all.standing(kind, locale);
          return {
            locale,
            standing:
              standing === 'current'
                ? all.ownIn(kind, locale)
                  ? 'own'
                  : 'builtIn'
                : (standing as 'older' | 'missing'),
          };
        }),
      })),
      may: mayOnConference(actor, conference.id, 'organise'),
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
    });
  }

  private async editor(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    asked: {
      kind: string;
      locale: string;
      real: string;
      values?: Record<'subject' | 'text', string>;
      again?: Again;
    },
  ): Promise<string> {
    const { kind, values, again } = asked;
    const language = localeOf(asked.locale);
    const found = this.templates.kindOf(kind);
    const { texts: all } = await this.templates.of(conference.id);
    const submissions = await this.real(actor, conference);
    const real = submissions.find(({ code }) => code === asked.real);
    const history = await this.templates.history(conference.id, kind, language);
    const view = await this.frame.view(request, conference, again);
    const stored = all.inLanguage(kind, language);
    const wording: Wording = values ?? stored ?? { subject: '', text: '' };
    const frame = (all.inLanguage(FRAME, language) ?? all.english(FRAME)).text;
    const sample = found === FRAME ? {} : found.sample;
    const isOwn = all.ownIn(kind, language) !== null;
    const standing = all.standing(kind, language);
    return mailTextPage(view, {
      zone: conference.timeZone,
      kind,
      locale: language,
      language: LANGUAGE_NAMES[language],
      isFrame: found === FRAME,
      wording,
      standing: standing === 'current' ? (isOwn ? 'own' : 'builtIn') : standing,
      english: language === 'en' ? null : all.english(kind),
      version: again
        ? (actor.request.seenVersion ?? all.version(kind, language))
        : all.version(kind, language),
      variables: Object.entries(variablesOf(found)).map(([name, meaning]) => ({ name, meaning })),
      real:
        'code' in sample
          ? submissions.map(({ code, title }) => ({ value: code, label: `${code} ${title}` }))
          : [],
      chosen: real?.code ?? '',
      preview: this.rendered(actor, conference, { kind, language, wording, frame, real }),
      history: history.map((one) => ({
        version: one.version,
        builtIn: one.text === null,
        subject: one.subject,
        text: one.text,
        by: one.by,
        at: one.editedAt,
      })),
      isOwn,
      may: mayOnConference(actor, conference.id, 'organise'),
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
    });
  }

  /** A text as it will be read, with invented values or those of a submission; null for what cannot be filled. */
  private rendered(
    actor: Actor,
    conference: Conference,
    how: {
      kind: string;
      language: string;
      wording: Wording;
      frame: string;
      real: RealSubmission | undefined;
    },
  ): Rendered | null {
    const { kind, language, wording, frame, real } = how;
    const found = this.templates.kindOf(kind);
    const values = {
      ...sampleOf(found),
      ...(real && Object.fromEntries(Object.entries(real).filter(([name]) => name in sampleOf(found)))),
      conferenceName: conference.name,
      contactAddress: conference.contactAddress,
      recipientName: real?.authors[0] ?? actor.greeting?.name ?? '',
    };
    try {
      const said =
        found === FRAME
          ? { subject: '', text: sampleOf(FRAME)['body'] as string, frame: wording.text }
          : { ...wording, frame };
      return renderTexts(language, said, values, false);
    } catch {
      return null;
    }
  }

  /** The latest submissions that the viewer may see. */
  private real(actor: Actor, conference: Conference): Promise<RealSubmission[]> {
    return this.db.query(
      `select s.id as code, s.title,
         array(select a.name from submission_author a where a.submission_id = s.id order by a.position) as authors
       from submission s where ${VISIBLE} order by s.submitted_at desc, s.id limit ${MOST_REAL}`,
      [conference.id, actor.personId],
    );
  }
}

/** @throws Refusal 404 for a language that mail is not written in */
function localeOf(locale: string): MailLocale {
  if (!isMailLocale(locale)) throw notFound();
  return locale;
}

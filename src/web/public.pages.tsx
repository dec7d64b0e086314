import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LoginSessions } from '../accounts/login-sessions.service.js';
import { safePath } from '../accounts/next-path.js';
import { OrcidSignIn } from '../accounts/orcid-sign-in.service.js';
import { Passkeys } from '../accounts/passkeys.service.js';
import { SignIn } from '../accounts/sign-in.service.js';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { Conferences } from '../conferences/conferences.service.js';
import { windowState } from '../conferences/deadline.js';
import { openingsOf } from '../conferences/who-sees-whom.js';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Allow, Subject, Who, type ConcordRequest } from '../platform/policy.js';
import { Papers } from '../submissions/papers.service.js';
import { Submissions } from '../submissions/submissions.service.js';
import { countWords } from '../submissions/words.js';
import { Pages } from './pages.js';
import { askedCookie, forgetBrowser, setAskedCookie, setSessionCookie } from './session-cookie.js';
import { paths } from './view.js';
import { callPage } from './views/call.view.js';
import { wordsPage } from './views/help.view.js';
import { homePage } from './views/home.view.js';
import { signInConfirmPage, signInPage, signInSentPage } from './views/sign-in.view.js';

const LINK_MINUTES = 10;
const WORD_LIMIT = 300;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Pages that anybody may read: the list of conferences, a call, how words are counted; and signing in. */
@Controller()
export class PublicPages {
  constructor(
    private readonly pages: Pages,
    private readonly conferences: Conferences,
    private readonly submissions: Submissions,
    private readonly papers: Papers,
    private readonly signIn: SignIn,
    private readonly sessions: LoginSessions,
    private readonly passkeys: Passkeys,
    private readonly orcid: OrcidSignIn,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Allow('anyone')
  async home(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    const view = await this.pages.view(request);
    const { items } = await this.conferences.list(actor);
    const entries = items
      .filter(({ conference }) => conference.kind !== 'rehearsal')
      .map(({ conference, call }) => ({
        slug: conference.slug,
        name: conference.name,
        subtitle: conference.subtitle,
        organiserName: conference.organiserName,
        isExample: conference.kind === 'example',
        call: publicState(call, view.now),
        opensAt: call.opensAt,
        closesAt: call.closesAt,
        zone: call.zone,
        startsOn: conference.startsOn,
      }));
    const order = { open: 0, before: 1, closed: 2 };
    entries.sort((a, b) => Number(a.isExample) - Number(b.isExample) || order[a.call] - order[b.call]);
    this.pages.send(reply, homePage(view, { conferences: entries }));
  }

  @Get('conferences/:slug')
  @Allow(ConferenceGate, 'read')
  async call(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const view = await this.pages.view(request, conference);
    const { call, topics, previousSlug } = await this.conferences.detail(conference);
    const mine = actor.personId ? await this.submissions.mine(actor.personId) : [];
    this.pages.send(
      reply,
      callPage(view, {
        slug: conference.slug,
        organiserName: conference.organiserName,
        name: conference.name,
        subtitle: conference.subtitle,
        description: conference.description,
        call: publicState(call, view.now),
        opensAt: call.opensAt,
        closesAt: call.closesAt,
        zone: call.zone,
        conferenceZone: conference.timeZone,
        wordLimit: call.wordLimit,
        opens: openingsOf(call),
        paper: this.papers.asked(call),
        reviewsPerSubmission: call.reviewsPerSubmission,
        topics: topics.map((topic) => topic.title),
        reviewsDueAt: call.reviewsDueAt,
        decisionsOn: call.decisionsOn,
        startsOn: conference.startsOn,
        endsOn: conference.endsOn,
        venue: conference.venue,
        floorLanguage: conference.floorLanguage,
        interpretation: conference.interpretation,
        programme: (
          ['keynote', 'panel', 'workshop', 'roundtable', 'stream', 'declaration', 'brief'] as const
        ).map((kind) => ({ kind })),
        rules: call.rules,
        lettersOpen: conference.lettersOpen,
        registrationOpen: conference.registrationOpen,
        contactAddress: conference.contactAddress,
        previous: previousSlug ? { name: previousSlug, href: paths.call(previousSlug) } : null,
        mine: mine.filter((submission) => submission.conferenceId === conference.id).length,
      }),
    );
  }

  /** Where a guest lands: what they sent counts, the address has to be confirmed. The same for everybody. */
  @Get('conferences/:slug/held')
  @Allow(ConferenceGate, 'read')
  async held(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() conference: Conference,
    @Query('kept') kept: unknown,
  ): Promise<void> {
    const view = await this.pages.view(request, conference);
    const words = view.t(kept === 'draft' ? 'done:heldDraft' : 'done:held');
    this.pages.send(
      reply,
      signInSentPage(
        { ...view, notice: { kind: 'done', text: words } },
        { email: askedCookie(request, this.config.publicUrl), minutes: LINK_MINUTES, next: paths.me },
      ),
    );
  }

  @Get('help/words')
  @Allow('anyone')
  async words(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Query('text') typed: unknown,
  ): Promise<void> {
    const view = await this.pages.view(request);
    const sample = text(typed).slice(0, 20_000);
    this.pages.send(
      reply,
      wordsPage(view, { sample: { text: sample, count: countWords(sample) }, limit: WORD_LIMIT }),
    );
  }

  @Get('sign-in')
  @Allow('anyone')
  async signInForm(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Query('next') next: unknown,
  ): Promise<void> {
    const view = await this.pages.view(request);
    this.pages.send(
      reply,
      signInPage(view, {
        values: { email: '' },
        next: safePath(text(next)),
        needed: text(next) !== '',
        origin: this.passkeys.origin,
        orcid: this.orcid.isOffered,
      }),
    );
  }

  @Post('sign-in')
  @Allow('anyone')
  async requestLink(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<void> {
    const form = (body ?? {}) as Record<string, unknown>;
    const email = text(form['email']).trim();
    const next = safePath(text(form['next']));
    const view = await this.pages.view(request);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.signIn.request(email, next);
        setAskedCookie(reply, this.config.publicUrl, email);
        return `/sign-in/sent?${new URLSearchParams({ next }).toString()}`;
      },
      async (again) =>
        signInPage(view, {
          values: { email },
          next,
          needed: false,
          errors: again.errors,
          origin: this.passkeys.origin,
          orcid: this.orcid.isOffered,
        }),
    );
  }

  @Get('sign-in/sent')
  @Allow('anyone')
  async sent(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Query() query: Record<string, unknown>,
  ): Promise<void> {
    const view = await this.pages.view(request);
    const email = askedCookie(request, this.config.publicUrl);
    this.pages.send(
      reply,
      signInSentPage(view, { email, minutes: LINK_MINUTES, next: safePath(text(query['next'])) }),
    );
  }

  @Get('sign-in/:secret')
  @Allow('anyone')
  async confirm(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Param('secret') secret: string,
  ): Promise<void> {
    const view = await this.pages.view(request);
    const state = await this.signIn.look(secret, await this.clock.now());
    this.pages.send(reply, signInConfirmPage(view, { state, secret }), state === 'open' ? 200 : 410);
  }

  @Post('sign-in/:secret')
  @Allow('anyone')
  async use(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('secret') secret: string,
  ): Promise<void> {
    const view = await this.pages.view(request);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const { sessionSecret, next } = await this.signIn.use(secret, request.headers['user-agent'] ?? '');
        if (sessionSecret === null) return `${paths.passkeySignIn}?next=${encodeURIComponent(next)}`;
        await this.sessions.endReplaced(request);
        setSessionCookie(reply, this.config.publicUrl, sessionSecret);
        if (request.loginSessionId) await this.sessions.end(actor, request.loginSessionId);
        return next;
      },
      async ({ refusal }) =>
        signInConfirmPage(view, {
          state: refusal.code.slice('link.'.length) as 'used' | 'expired' | 'unknown',
          secret,
        }),
    );
  }

  @Post('sign-out')
  @Allow('anyone')
  async signOut(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
  ): Promise<void> {
    if (request.loginSessionId) await this.sessions.end(actor, request.loginSessionId);
    forgetBrowser(reply, this.config.publicUrl);
    this.pages.redirect(reply, paths.home);
  }
}

/** The call as the public knows it; a grace period is never shown. */
function publicState(call: { opensAt: Date; closesAt: Date }, now: Date): 'before' | 'open' | 'closed' {
  const state = windowState({ opensAt: call.opensAt, closesAt: call.closesAt, graceMs: 0 }, now);
  return state === 'grace' ? 'closed' : state;
}

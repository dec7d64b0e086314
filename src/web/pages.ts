import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { Conference } from '../conferences/conference.entity.js';
import { hasRole } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { hasMessage, translator } from '../platform/i18n.js';
import { newId } from '../platform/ids.js';
import { LOGGER } from '../platform/platform.module.js';
import type { ConcordRequest } from '../platform/policy.js';
import type { Refusal, RefusalKind } from '../platform/refusal.js';
import { logRefusal } from '../platform/security-log.js';
import { asRefusal, fieldErrors, refusalMessage } from './problem.js';
import { setAskedCookie } from './session-cookie.js';
import { paths, type View } from './view.js';
import { errorPage } from './views/error.view.js';

/** What a form is shown with again after a refusal: the words beside the fields and above them. */
export interface Again {
  errors: Record<string, string>;
  problem: string;
  refusal: Refusal;
}

/** Refusals that the person at the form can mend. */
const MENDABLE: readonly RefusalKind[] = ['rule', 'malformed', 'conflict', 'stale', 'tooLarge', 'full'];

/** What every page needs: its view, sending it, and forms that lose nothing. */
@Injectable()
export class Pages {
  constructor(
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The view of a request; `?done=key` of a redirect becomes a notice from `done:<key>`. */
  async view(request: ConcordRequest, conference?: Conference): Promise<View> {
    const actor = request.actor;
    const t = translator(actor?.locale ?? 'en');
    const done = (request.query as Record<string, unknown> | undefined)?.['done'];
    return {
      t,
      locale: actor?.locale ?? 'en',
      now: await this.clock.now(),
      viewer: actor?.greeting ?? null,
      path: request.url.split('?')[0]!,
      requestId: request.id,
      ...(conference && {
        conference: {
          slug: conference.slug,
          name: conference.name,
          isExample: conference.kind === 'example',
          nav: {
            call: paths.call(conference.slug),
            partners: paths.partner(conference.slug),
            register: paths.register(conference.slug),
          },
          organises: hasRole(
            actor,
            conference.id,
            'organiser',
            'auditor',
            'proceedings_editor',
            'partner_manager',
          ),
          safeguards: hasRole(actor, conference.id, 'safeguarding_officer'),
          reviews: false,
        },
      }),
      ...(typeof done === 'string' &&
        /^[a-zA-Z]{1,40}$/.test(done) &&
        hasMessage(`done:${done}`) && { notice: { kind: 'done' as const, text: t(`done:${done}`) } }),
    };
  }

  send(reply: FastifyReply, html: string, status = 200): void {
    void reply
      .status(status)
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'private, no-store')
      .send(html);
  }

  /** Where a guest lands after sending something that waits for a confirmed address, or keeping a draft. */
  heldAt(reply: FastifyReply, slug: string, email: string, isDraft = false): string {
    setAskedCookie(reply, this.config.publicUrl, email);
    return `${paths.call(slug)}/held${isDraft ? '?kept=draft' : ''}`;
  }

  redirect(reply: FastifyReply, location: string): void {
    void reply.redirect(location, 303);
  }

  /**
   * Runs what a form asks for. On success the reader is sent on to the address that `act` gives; a refusal of the form's
   * content or state shows the form again with everything typed. Other refusals become an error page.
   */
  async attempt(
    request: ConcordRequest,
    reply: FastifyReply,
    act: () => Promise<string>,
    again: (again: Again) => Promise<string>,
  ): Promise<void> {
    const location = await this.orAgain(request, reply, act, again);
    if (location !== undefined) this.redirect(reply, location);
  }

  /** The same where success is a page of its own, as for a secret that is told once. */
  async attemptPage(
    request: ConcordRequest,
    reply: FastifyReply,
    act: () => Promise<string>,
    again: (again: Again) => Promise<string>,
  ): Promise<void> {
    const html = await this.orAgain(request, reply, act, again);
    if (html !== undefined) this.send(reply, html);
  }

  private async orAgain(
    request: ConcordRequest,
    reply: FastifyReply,
    act: () => Promise<string>,
    again: (again: Again) => Promise<string>,
  ): Promise<string | undefined> {
    try {
      if (request.refusedForm) throw request.refusedForm;
      return await act();
    } catch (error) {
      const refusal = asRefusal(error);
      if (!refusal || !MENDABLE.includes(refusal.kind)) throw error;
      logRefusal(this.logger, request, refusal);
      const t = translator(request.actor.locale);
      const html = await again({
        errors: fieldErrors(t, refusal),
        problem: refusalMessage(t, refusal),
        refusal,
      });
      this.send(reply, html, refusal.status);
      return undefined;
    }
  }

  /** The error page: what happened, what was kept, how to go on. */
  sendError(request: ConcordRequest, reply: FastifyReply, refusal: Refusal | undefined): void {
    const t = translator(request.actor?.locale ?? 'en');
    const view: View = {
      t,
      locale: request.actor?.locale ?? 'en',
      now: new Date(0),
      viewer: request.actor?.greeting ?? null,
      path: request.url.split('?')[0]!,
      requestId: request.id,
    };
    const status = refusal?.status ?? 500;
    const html = errorPage(view, {
      status,
      title: t(`refusal:title.${refusal?.kind ?? 'unexpected'}`),
      message: refusal ? refusalMessage(t, refusal) : t('refusal:unexpected'),
    });
    this.send(reply, html, status);
  }
}

/** The view with a refusal told above the form, unless the words beside the fields say it all. */
export function withProblem(view: View, again: Again | undefined): View {
  if (!again || again.refusal.code === 'fields' || again.refusal.code === 'malformed') return view;
  return { ...view, notice: { kind: 'problem', text: again.problem } };
}

/** A fresh key for a form that creates something. */
export const formKey = (): string => newId() + newId();

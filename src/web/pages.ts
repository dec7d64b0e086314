import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Conference } from '../conferences/conference.entity.js';
import { hasRole } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { hasMessage, translator } from '../platform/i18n.js';
import type { ConcordRequest } from '../platform/policy.js';
import { Refusal } from '../platform/refusal.js';
import { asRefusal, fieldErrors, refusalMessage } from './problem.js';
import { paths, type View } from './view.js';
import { errorPage } from './views/error.view.js';

/** What a form is shown with again after a refusal: everything typed, and the words beside the fields. */
export interface Again {
  values: Record<string, unknown>;
  errors: Record<string, string>;
  problem: string;
  refusal: Refusal;
}

/** What every page needs: its view, sending it, and forms that lose nothing. */
@Injectable()
export class Pages {
  constructor(private readonly clock: Clock) {}

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
          organises: hasRole(actor, conference.id, 'organiser', 'auditor', 'proceedings_editor', 'partner_manager'),
          reviews: false,
        },
      }),
      ...(typeof done === 'string' &&
        /^[a-zA-Z]{1,40}$/.test(done) &&
        hasMessage(`done:${done}`) && { notice: { kind: 'done' as const, text: t(`done:${done}`) } }),
    };
  }

  send(reply: FastifyReply, html: string, status = 200): void {
    void reply.status(status).header('content-type', 'text/html; charset=utf-8').header('cache-control', 'private, no-store').send(html);
  }

  redirect(reply: FastifyReply, location: string): void {
    void reply.redirect(location, 303);
  }

  /**
   * Runs what a form asks for. On success the reader is sent on; a refusal of the form's content or state shows the form
   * again with everything typed. Other refusals become an error page.
   */
  async attempt(
    request: ConcordRequest,
    reply: FastifyReply,
    act: () => Promise<string>,
    again: (again: Again) => Promise<string>,
  ): Promise<void> {
    try {
      this.redirect(reply, await act());
    } catch (error) {
      const refusal = asRefusal(error);
      const mendable = ['rule', 'malformed', 'conflict', 'stale'];
      if (!refusal || !mendable.includes(refusal.kind)) throw error;
      const t = translator(request.actor.locale);
      const html = await again({
        values: (request.body ?? {}) as Record<string, unknown>,
        errors: fieldErrors(t, refusal),
        problem: refusalMessage(t, refusal),
        refusal,
      });
      this.send(reply, html, refusal.status);
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

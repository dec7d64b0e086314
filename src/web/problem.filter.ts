import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { CONFIG, type Config } from '../platform/config.js';
import { untilNextStep } from '../platform/even-time.js';
import { translator } from '../platform/i18n.js';
import { LOGGER } from '../platform/platform.module.js';
import type { ConcordRequest } from '../platform/policy.js';
import { Refusal } from '../platform/refusal.js';
import { logRefusal } from '../platform/security-log.js';
import { Metrics } from '../platform/telemetry.js';
import { Pages } from './pages.js';
import { asRefusal, problemOf } from './problem.js';
import { paths } from './view.js';

/** Every error leaves here: as problem+json from the API, as a page from pages. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: Metrics,
    private readonly pages: Pages,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<ConcordRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const found = asRefusal(error);
    const refusal = found?.kind === 'rule' && request.isStale ? new Refusal('stale', 'stale') : found;
    if (refusal) logRefusal(this.logger, request, refusal);
    else
      this.logger.error(
        {
          requestId: request.id,
          route: request.routeOptions?.url,
          error: (error as Error)?.message,
          stack: (error as Error)?.stack,
        },
        'unexpected error',
      );
    this.metrics.refusals.inc({ code: refusal?.code ?? 'unexpected' });
    // What is not there and what is not for this reader: whichever gate found it, and however long that took.
    const wait =
      refusal?.kind === 'notFound'
        ? untilNextStep(performance.now() - request.arrivedAt, this.config.notFoundStepMs)
        : 0;
    if (wait > 0) setTimeout(() => this.answer(request, reply, refusal), wait);
    else this.answer(request, reply, refusal);
  }

  private answer(request: ConcordRequest, reply: FastifyReply, refusal: Refusal | undefined): void {
    if (reply.sent) return;
    if (refusal?.kind === 'tooMany')
      void reply.header('retry-after', String(refusal.values['seconds'] ?? 60));
    if (refusal?.kind === 'unavailable') void reply.header('retry-after', '5');
    const t = translator(request.actor?.locale ?? 'en');
    if (request.url.startsWith('/api/')) {
      const problem = refusal
        ? problemOf(t, refusal, request.id)
        : {
            type: 'about:blank',
            title: t('refusal:title.unexpected'),
            status: 500,
            code: 'unexpected',
            detail: t('refusal:unexpected'),
            requestId: request.id,
            fields: [],
          };
      if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
      void reply
        .status(problem.status)
        .header('content-type', 'application/problem+json')
        .send(JSON.stringify(problem));
      return;
    }
    if (refusal?.kind === 'unauthenticated' && request.method === 'GET') {
      void reply.redirect(`${paths.signIn}?next=${encodeURIComponent(request.url)}`, 303);
      return;
    }
    this.pages.sendError(request, reply, refusal);
  }
}

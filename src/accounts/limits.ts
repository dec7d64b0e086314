import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../platform/actor.js';
import type { ConcordRequest } from '../platform/policy.js';
import { Refusal } from '../platform/refusal.js';
import { networkOf } from './network.js';

type Check = (
  request: FastifyRequest,
) => Promise<{ isAllowed: boolean } | { isAllowed: boolean; isExceeded: boolean; ttlInSeconds: number }>;

/**
 * Requests a minute: reading and changing, per network for guests and per person for the signed in; asking for a link per
 * network. Each is counted by itself, so that whoever uses up the links of a network stops neither passkeys nor links that
 * are mailed already.
 */
const PER_MINUTE = { reads: 1200, guestChanges: 60, changes: 600, links: 20 };

/** Rate limits, kept by @fastify/rate-limit. A rehearsal's own token is exempt. */
@Injectable()
export class Limits {
  private checks: Record<keyof typeof PER_MINUTE, Check> | undefined;

  /** Switches the limits on; without it (in tests that are about something else) nothing is limited. */
  enable(server: FastifyInstance): void {
    const check = (name: keyof typeof PER_MINUTE): Check =>
      server.createRateLimit({
        max: PER_MINUTE[name],
        timeWindow: 60_000,
        keyGenerator: (request) =>
          `${name}:${(request as ConcordRequest).actor?.personId ?? networkOf(request.ip)}`,
      });
    this.checks = {
      reads: check('reads'),
      guestChanges: check('guestChanges'),
      changes: check('changes'),
      links: check('links'),
    };
  }

  /** @throws Refusal 429 with the seconds to wait. */
  async check(request: ConcordRequest, actor: Actor): Promise<void> {
    if (!this.checks || actor.rehearsal) return;
    const reading = request.method === 'GET' || request.method === 'HEAD';
    const name = reading
      ? 'reads'
      : request.routeOptions.url === '/sign-in'
        ? 'links'
        : actor.kind === 'guest'
          ? 'guestChanges'
          : 'changes';
    const result = await this.checks[name](request);
    if (!result.isAllowed && 'isExceeded' in result && result.isExceeded)
      throw new Refusal('tooMany', 'tooMany', { values: { seconds: result.ttlInSeconds } });
  }
}

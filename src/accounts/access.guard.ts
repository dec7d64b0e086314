import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ModuleRef, Reflector } from '@nestjs/core';
import type { Actor, RequestFacts } from '../platform/actor.js';
import { PersonKeys } from '../people/person-keys.js';
import { CONFIG, type Config } from '../platform/config.js';
import { findDangerousKey, findUnstorable, madeStorable } from '../platform/json.js';
import { KEY_REQUIRED, POLICY, VERSIONED, type ConcordRequest, type Policy } from '../platform/policy.js';
import { forbidden, notFound, notSignedIn, Refusal } from '../platform/refusal.js';
import { Authentication } from './authentication.js';
import { cookieName } from './cookie-name.js';
import { Limits } from './limits.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const isForm = (request: ConcordRequest): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

/** Nest's numbers for parameters that take the body and the query. */
const BODY = 3;
const QUERY = 4;

/**
 * Every request passes here, in this order: who is it (401), is the object there for them (404), may they do this (403),
 * is the request well-formed around its body (400). Bodies are checked after it, rules in the services.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly modules: ModuleRef,
    private readonly authentication: Authentication,
    private readonly limits: Limits,
    @Inject(CONFIG) private readonly config: Config,
    private readonly keys: PersonKeys,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ConcordRequest>();
    const policy = this.reflector.getAllAndOverride<Policy | undefined>(POLICY, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!policy) throw new Error(`${request.routeOptions.url} has no policy`);
    const facts = this.facts(request);
    // Whoever has not shown who they are counts as a guest, so that nobody tries tokens without end.
    request.actor = this.authentication.guest(facts);
    const actor = await this.actor(request, facts).catch(async (error: unknown) => {
      await this.limits.check(request, request.actor);
      throw error;
    });
    request.actor = actor;
    await this.limits.check(request, actor);
    if (policy === 'signedIn' && request.actor.kind === 'guest') throw notSignedIn();
    if (typeof policy === 'object') {
      // What cannot be stored names nothing.
      if (findUnstorable(request.params) !== undefined)
        throw request.actor.kind === 'guest' ? notSignedIn() : notFound();
      const gate = this.modules.get(policy.gate, { strict: false });
      request.subject = await gate.pass(request.actor, policy.act, request.params as Record<string, string>);
      const seen = request.actor.request.seenVersion;
      if (seen !== undefined && this.reflector.get<boolean>(VERSIONED, context.getHandler()))
        request.isStale = (request.subject as { version: number }).version !== seen;
    }
    this.wellFormed(request);
    this.nothingUnread(request, context);
    if (
      this.reflector.get<boolean>(KEY_REQUIRED, context.getHandler()) &&
      !request.actor.request.idempotencyKey
    )
      throw new Refusal('malformed', 'idempotency.missing');
    return true;
  }

  private async actor(request: ConcordRequest, facts: RequestFacts): Promise<Actor> {
    const bearer = /^Bearer (\S{20,200})$/.exec(request.headers.authorization ?? '')?.[1];
    if (bearer) return this.authentication.byToken(bearer, facts);
    if (request.headers.authorization) throw notSignedIn();
    if (!SAFE.has(request.method) && this.crossSite(request)) throw forbidden('crossSite');
    const cookie = request.cookies[cookieName('session', this.config.publicUrl)];
    const session = cookie ? await this.authentication.bySession(cookie, facts) : undefined;
    if (!session) return this.authentication.guest(facts);
    request.loginSessionId = session.sessionId;
    return session.actor;
  }

  /** A browser always says where a form comes from; only a form of our own may change something. */
  private crossSite(request: ConcordRequest): boolean {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined) return site !== 'same-origin' && site !== 'none';
    const origin = request.headers.origin;
    return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== request.headers.host);
  }

  /** Keys and versions come by header from programs and by hidden field from forms, where they leave the body. */
  private facts(request: ConcordRequest): RequestFacts {
    const body = request.body as Record<string, unknown> | null | undefined;
    let key = request.headers['idempotency-key'];
    let version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(request.headers['if-match'] ?? '')?.[1];
    if (isForm(request) && body && typeof body === 'object') {
      if (typeof body['idempotencyKey'] === 'string') key = body['idempotencyKey'];
      if (typeof body['version'] === 'string' && /^\d{1,9}$/.test(body['version'])) version = body['version'];
      delete body['idempotencyKey'];
      delete body['version'];
    }
    return {
      id: request.id,
      arrivedAt: request.arrivedAt,
      route: `${request.method} ${request.url.split('?')[0]}`,
      ...(typeof key === 'string' && key.length > 0 && { idempotencyKey: key }),
      ...(body !== undefined && {
        bodyHash: this.keys.bodyHash(JSON.stringify(body) ?? ''),
      }),
      ...(version !== undefined && { seenVersion: Number(version) }),
    };
  }

  /** By API what nothing reads is refused: what is passed over in silence today may mean something tomorrow. */
  private nothingUnread(request: ConcordRequest, context: ExecutionContext): void {
    if (!request.url.startsWith('/api/v1/')) return;
    const taken = Object.keys(
      (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) as
        object | undefined) ?? {},
    );
    for (const [kind, part] of [
      [QUERY, request.query],
      [BODY, request.body],
    ] as const) {
      const [unknown] = Object.keys(part ?? {});
      if (unknown !== undefined && !taken.some((key) => key.startsWith(`${kind}:`)))
        throw new Refusal('malformed', 'malformed', {
          fields: [{ field: unknown, code: 'whitelistValidation' }],
        });
    }
  }

  private wellFormed(request: ConcordRequest): void {
    const key = request.actor.request.idempotencyKey;
    if (key && !/^[\x21-\x7e]{8,128}$/.test(key)) throw new Refusal('malformed', 'idempotency.form');
    for (const part of [request.params, request.query, request.body]) {
      const dangerous = findDangerousKey(part);
      if (dangerous !== undefined)
        throw new Refusal('malformed', 'malformed', {
          fields: [{ field: dangerous, code: 'whitelistValidation' }],
        });
      const unstorable = findUnstorable(part);
      if (unstorable === undefined) continue;
      const refusal = new Refusal('malformed', 'malformed', {
        fields: [{ field: unstorable, code: 'unstorable' }],
      });
      // A form keeps what was typed, with a mark where it cannot be kept.
      const marked = part === request.body && isForm(request) ? madeStorable(part) : part;
      if (findUnstorable(marked) !== undefined) throw refusal;
      request.body = marked;
      request.refusedForm = refusal;
    }
  }
}

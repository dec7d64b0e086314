import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor, Grant, RequestFacts } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { hashSecret } from '../platform/ids.js';
import { pageLocale } from '../platform/i18n.js';
import { notSignedIn } from '../platform/refusal.js';
import { LIVE } from './login-sessions.service.js';

interface Row {
  id: string;
  person_id: string;
  locale: string;
  name: string;
  address: string | null;
  stale: boolean;
  role: string | null;
  conference_id: string | null;
  rehearsal: boolean;
  grants: { role: Grant['role']; conferenceId: string | null }[];
}

const PERSON = `p.id as person_id, p.locale, p.name,
  (select a.address from person_address a where a.person_id = p.id and a.is_primary) as address,
  coalesce((select jsonb_agg(jsonb_build_object('role', g.role, 'conferenceId', g.conference_id))
  from role_grant g where g.person_id = p.id and g.revoked_at is null), '[]') as grants`;

const greetingOf = (row: Row): Actor['greeting'] => ({ name: row.name, address: row.address ?? '' });

/** Turns a session cookie or a bearer token into an actor, with the roles of this very moment. One statement each. */
@Injectable()
export class Authentication {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
  ) {}

  guest(request: RequestFacts): Actor {
    return {
      kind: 'guest',
      personId: null,
      greeting: null,
      grants: [],
      rehearsal: false,
      locale: 'en',
      request,
    };
  }

  /** The actor of a login session, or undefined when the session is unknown, ended, expired or idle for too long. */
  async bySession(
    secret: string,
    request: RequestFacts,
  ): Promise<{ actor: Actor; sessionId: string } | undefined> {
    const rows: Row[] = await this.db.query(
      `select s.id, ${PERSON}, s.last_seen_at < t.now - interval '5 minutes' as stale
       from login_session s join person p on p.id = s.person_id,
         (select clock_timestamp() + make_interval(secs => $2) as now) t
       where s.secret_hash = $1 and ${LIVE}`,
      [hashSecret(secret), this.clock.offsetMs / 1000],
    );
    const row = rows[0];
    if (!row) return undefined;
    if (row.stale)
      await this.db.query(
        `update login_session set last_seen_at = clock_timestamp() + make_interval(secs => $2) where id = $1`,
        [row.id, this.clock.offsetMs / 1000],
      );
    return {
      sessionId: row.id,
      actor: {
        kind: 'person',
        personId: row.person_id,
        greeting: greetingOf(row),
        grants: row.grants,
        rehearsal: false,
        locale: pageLocale(row.locale),
        request,
      },
    };
  }

  /**
   * The actor of a bearer token: of the person's roles only the token's own.
   * @throws Refusal 401 when the token is unknown, revoked or expired.
   */
  async byToken(secret: string, request: RequestFacts): Promise<Actor> {
    const rows: Row[] = await this.db.query(
      `select t.id, t.role, t.conference_id, t.rehearsal, ${PERSON}
       from access_token t join person p on p.id = t.person_id
       where t.secret_hash = $1 and t.revoked_at is null and t.expires_at > clock_timestamp() + make_interval(secs => $2)`,
      [hashSecret(secret), this.clock.offsetMs / 1000],
    );
    const row = rows[0];
    if (!row) throw notSignedIn();
    const grants = row.grants
      .filter((grant) => grant.conferenceId === row.conference_id)
      .filter((grant) => grant.role === row.role || (row.role === 'organiser' && grant.role === 'chair'))
      .map((grant) => ({ ...grant, role: row.role as Grant['role'] }));
    return {
      kind: 'person',
      personId: row.person_id,
      greeting: greetingOf(row),
      grants,
      rehearsal: row.rehearsal,
      locale: pageLocale(row.locale),
      request,
    };
  }
}

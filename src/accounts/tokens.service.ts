import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { isReservedDomain } from '../people/email.js';
import { People } from '../people/people.service.js';
import { type Actor, type Role } from '../platform/actor.js';
import { hashSecret, newId, newSecret } from '../platform/ids.js';
import { forbidden, refuseField } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { AccessToken } from './account.entity.js';

const DEFAULT_DAYS = 90;
/** Roles that are relations, not grants. */
const WITHOUT_GRANT = new Set(['author', 'reviewer']);

export interface NewToken {
  personId: string;
  name: string;
  role: string;
  conferenceId: string | null;
  days?: number | undefined;
  rehearsal?: boolean;
}

/** Personal access tokens. A token carries one role that its person has; losing the role empties the token. */
@Injectable()
export class Tokens {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly people: People,
    private readonly audit: Audit,
  ) {}

  /**
   * Makes a token; its secret is told once, here. Whoever acts by a token passes on no role that it does not carry.
   * @throws Refusal 422 `notHeld` when the person does not have the role, or not here.
   */
  async create(actor: Actor, token: NewToken): Promise<{ id: string; secret: string }> {
    if (!WITHOUT_GRANT.has(token.role)) {
      const grants =
        actor.personId === token.personId ? actor.grants : await this.people.grants(token.personId);
      const conferenceId = token.role === 'operator' ? null : token.conferenceId;
      const held = grants.some(
        (grant) =>
          grant.conferenceId === conferenceId &&
          (grant.role === token.role || (token.role === 'organiser' && grant.role === 'chair')),
      );
      if (!held) throw refuseField('role', 'notHeld', undefined, token.role);
    }
    return this.work.run((tx) => this.insert(tx, actor, token));
  }

  private async insert(tx: Tx, actor: Actor, token: NewToken): Promise<{ id: string; secret: string }> {
    const id = newId();
    const secret = `concord_${newSecret()}`;
    await tx.manager.insert(AccessToken, {
      id,
      secretHash: hashSecret(secret),
      personId: token.personId,
      name: token.name,
      role: token.role,
      conferenceId: token.role === 'operator' ? null : token.conferenceId,
      rehearsal: token.rehearsal ?? false,
      createdAt: tx.now,
      expiresAt: new Date(tx.now.getTime() + (token.days ?? DEFAULT_DAYS) * 86_400_000),
      revokedAt: null,
      lastUsedAt: null,
    });
    await this.audit.record(tx, actor, {
      conferenceId: token.conferenceId,
      action: 'token.created',
      subject: ['access_token', id],
      after: { person: token.personId, role: token.role, rehearsal: token.rehearsal ?? false },
    });
    return { id, secret };
  }

  /**
   * A token for an invented person of a rehearsal, made by a rehearsing operator; the address must be at a reserved domain,
   * so that no real person can ever be acted for.
   */
  async createForRehearsal(
    actor: Actor,
    person: { email: string; name: string },
    role: string,
    conference: { id: string; kind: string } | null,
  ): Promise<{ id: string; secret: string }> {
    if (!actor.rehearsal) throw forbidden('rehearsal.only');
    if (!isReservedDomain(person.email)) throw refuseField('email', 'reserved', undefined, person.email);
    if (conference && conference.kind !== 'rehearsal') throw forbidden('rehearsal.only');
    return this.work.run(async (tx) => {
      const [found] = await this.people.resolve(tx, [person], () => 'email');
      if (!WITHOUT_GRANT.has(role)) {
        if (!conference || role === 'operator') throw refuseField('role', 'notHeld', undefined, role);
        await this.people.grant(tx, actor, found!.personId, role as Role, conference.id);
      }
      return this.insert(tx, actor, {
        personId: found!.personId,
        name: 'rehearsal',
        role,
        conferenceId: conference?.id ?? null,
        days: 2,
        rehearsal: true,
      });
    });
  }

  async list(personId: string): Promise<AccessToken[]> {
    return this.db.manager.find(AccessToken, {
      where: { personId, revokedAt: IsNull() },
      order: { createdAt: 'DESC' },
      take: 50,
    });
  }

  /** Revokes a token of the actor's own. @returns false when there is none to revoke */
  async revoke(actor: Actor, id: string): Promise<boolean> {
    return this.work.run(async (tx) => {
      const result = await tx.manager.update(
        AccessToken,
        { id, personId: actor.personId ?? '', revokedAt: IsNull() },
        { revokedAt: tx.now },
      );
      if (result.affected)
        await this.audit.record(tx, actor, {
          conferenceId: null,
          action: 'token.revoked',
          subject: ['access_token', id],
        });
      return Boolean(result.affected);
    });
  }
}

import { Injectable } from '@nestjs/common';
import { normaliseEmail } from '../people/email.js';
import { People } from '../people/people.service.js';
import { hasRole, isOperator, ROLES, type Actor, type Role } from '../platform/actor.js';
import { forbidden, notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { Conference } from './conference.entity.js';
import type { GrantRoleDto } from './conferences.dto.js';

export interface RoleHolder {
  personId: string;
  name: string;
  address: string;
  role: Role;
}

/** Roles that a conference is never without. */
const NEVER_EMPTY: readonly Role[] = ['organiser', 'chair'];

/** Roles that a chair alone hands out. */
export const BY_CHAIRS: readonly Role[] = ['chair', 'safeguarding_officer'];

/** Who holds which role in a conference. */
@Injectable()
export class ConferenceRoles {
  constructor(
    private readonly work: Work,
    private readonly people: People,
  ) {}

  async list(conference: Conference): Promise<RoleHolder[]> {
    return this.people.holders(conference.id);
  }

  /** Grants a role by address; granting it again changes nothing. @throws Refusal 403 `role.chairOnly`, 422 */
  async grant(actor: Actor, conference: Conference, input: GrantRoleDto): Promise<RoleHolder> {
    this.mayHandOut(actor, conference, input.role);
    const personId = await this.work.run(async (tx) => {
      await this.notByAddress(tx, actor, input.email);
      const [found] = await this.people.resolve(
        tx,
        [{ email: input.email, name: input.name ?? '' }],
        () => 'email',
      );
      await this.people.grant(tx, actor, found!.personId, input.role, conference.id);
      return found!.personId;
    });
    const holders = await this.people.holders(conference.id);
    return holders.find((holder) => holder.personId === personId && holder.role === input.role)!;
  }

  /**
   * Takes a role back.
   * @throws Refusal 404 when the person does not hold it, 409 `role.last` for the last organiser or chair
   */
  async revoke(actor: Actor, conference: Conference, personId: string, role: string): Promise<void> {
    if (!isRole(role)) throw notFound();
    this.mayHandOut(actor, conference, role);
    await this.work.run(async (tx) => {
      // Two organisers who remove each other at once wait for one another here.
      await tx.manager.findOne(Conference, {
        where: { id: conference.id },
        lock: { mode: 'pessimistic_write' },
      });
      const holders: { person_id: string }[] = await tx.manager.query(
        `select person_id from role_grant where conference_id = $1 and role = $2 and revoked_at is null`,
        [conference.id, role],
      );
      if (!holders.some((holder) => holder.person_id === personId)) throw notFound();
      if (NEVER_EMPTY.includes(role) && holders.length === 1) throw new Refusal('conflict', 'role.last');
      await this.people.revoke(tx, actor, personId, role, conference.id);
    });
  }

  /** The list of roles shows public names, and nobody may learn whose one is by writing an address. */
  private async notByAddress(tx: Tx, actor: Actor, email: string): Promise<void> {
    const address = normaliseEmail(email);
    const known = address === undefined ? undefined : await this.people.knownBy(address, tx.manager);
    if (!known?.protected || known.personId === actor.personId || known.address === address) return;
    throw new Refusal('rule', 'role.protected');
  }

  /**
   * Only a chair makes or unmakes a chair: otherwise every organiser could decide by granting themselves the role. Likewise
   * officers, who can read who is behind a public name.
   */
  private mayHandOut(actor: Actor, conference: Conference, role: Role): void {
    if (!BY_CHAIRS.includes(role) || actor.kind === 'system' || isOperator(actor)) return;
    if (!hasRole(actor, conference.id, 'chair')) throw forbidden('role.chairOnly');
  }
}

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { normaliseEmail } from '../people/email.js';
import { People, WITHHELD } from '../people/people.service.js';
import type { IdentityChange } from '../people/protection.service.js';
import type { Tx } from '../platform/work.js';
import { NamedConflict } from './named-conflict.entity.js';
import type { NamedConflictDto } from './submission.dto.js';

/** Whom authors ask to be kept from reviewing; the only writer of its table, in the transaction of the submission. */
@Injectable()
export class NamedConflicts {
  constructor(private readonly people: People) {}

  /** Of several submissions, in their order, in one statement. */
  async of(ids: readonly string[], manager: EntityManager): Promise<Map<string, NamedConflict[]>> {
    const map = new Map<string, NamedConflict[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return map;
    const rows = await manager.find(NamedConflict, {
      where: { submissionId: In([...ids]) },
      order: { submissionId: 'ASC', position: 'ASC' },
    });
    for (const row of rows) map.get(row.submissionId)!.push(row);
    return map;
  }

  /**
   * Writes the list anew. Of somebody protected whom another names by their address nothing is kept but a stand-in for it: what was
   * typed beside it would tell organisers who is behind the public name.
   */
  async write(tx: Tx, submissionId: string, list: readonly NamedConflictDto[]): Promise<NamedConflict[]> {
    await tx.manager.delete(NamedConflict, { submissionId });
    if (list.length === 0) return [];
    const addresses = list.map(({ email }) => (email ? (normaliseEmail(email) ?? email) : null));
    const held = await this.people.standIns(
      tx,
      addresses.filter((address) => address !== null),
    );
    const rows = list.map(({ name, affiliation, reason }, index): NamedConflict => {
      const address = addresses[index]!;
      const standIn = address === null ? undefined : held.get(address);
      return {
        submissionId,
        position: index + 1,
        ...(standIn === undefined
          ? { name: name ?? '', affiliation: affiliation ?? null, address, reason: reason ?? '' }
          : { name: WITHHELD, affiliation: null, address: standIn, reason: '' }),
      };
    });
    await tx.manager.insert(NamedConflict, rows);
    return rows;
  }

  /** Somebody goes by another name: no row says any more who that is. */
  async renamed(tx: Tx, { protects, addresses }: IdentityChange): Promise<void> {
    await tx.manager.query(
      `update named_conflict n set address = m.held,
         name = case when $3 then $4 else name end, affiliation = case when $3 then null else affiliation end,
         reason = case when $3 then '' else reason end
       from unnest($1::text[], $2::text[]) as m (former, held) where m.former = n.address`,
      [[...addresses.keys()], [...addresses.values()], protects, WITHHELD],
    );
  }
}

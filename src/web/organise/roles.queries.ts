import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Role } from '../../platform/actor.js';

/** A role in force in a conference. */
export interface GrantRow {
  id: string;
  personId: string;
  name: string;
  address: string;
  role: Exclude<Role, 'operator'>;
  since: Date;
  by: string | null;
}

/** The roles' page, in one statement. */
@Injectable()
export class RoleQueries {
  constructor(private readonly db: DataSource) {}

  /** Roles in force, by name. */
  async grants(conferenceId: string): Promise<GrantRow[]> {
    return this.db.query(
      `select g.id, g.person_id as "personId", p.name, coalesce(a.typed, '') as address, g.role, g.granted_at as since,
         nullif(b.name, '') as by
       from role_grant g join person p on p.id = g.person_id
       left join person_address a on a.person_id = p.id and a.is_primary left join person b on b.id = g.granted_by
       where g.conference_id = $1 and g.revoked_at is null order by lower(p.name), p.id, g.role`,
      [conferenceId],
    );
  }
}

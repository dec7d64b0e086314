import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Registration } from '../../registrations/registration.entity.js';
import { PAGE_ROWS } from './slice.js';

export interface RegistrationFilters {
  attendance?: string;
  /** A language tag; the floor's own stands for no interpretation. */
  interpretation?: string;
  status?: string;
  q?: string;
}

export interface RegistrationFacets {
  total: number;
  matching: number;
  accessNeeds: number;
  cancelled: number;
  inPerson: number;
  online: number;
  /** People by language asked for; the empty key is the floor. */
  interpretation: Record<string, number>;
}

export type ListedRegistration = Pick<
  Registration,
  'id' | 'name' | 'affiliation' | 'address' | 'attendance' | 'interpretation' | 'accessNeeds' | 'status'
> & { at: Date };

/** Without those whose address nobody has confirmed. */
const LIST = `registration r where r.conference_id = $1 and r.held_until is null`;

/** Joins for the organisers' registrations; two statements for any number of rows. */
@Injectable()
export class RegistrationQueries {
  constructor(private readonly db: DataSource) {}

  /** One page, newest first. */
  async rows(
    conferenceId: string,
    floor: string,
    filters: RegistrationFilters,
    start = 0,
    limit = PAGE_ROWS,
  ): Promise<ListedRegistration[]> {
    const values: unknown[] = [conferenceId];
    const where = filtered(filters, floor, values);
    return this.db.query(
      `select r.id, r.name, r.affiliation, r.address, r.attendance, r.interpretation, r.access_needs as "accessNeeds", r.status,
         r.created_at as at
       from ${LIST} ${where} order by r.created_at desc, r.id limit $${values.push(limit)} offset $${values.push(start)}`,
      values,
    );
  }

  async facets(
    conferenceId: string,
    floor: string,
    filters: RegistrationFilters,
  ): Promise<RegistrationFacets> {
    const values: unknown[] = [conferenceId];
    const where = filtered(filters, floor, values);
    const rows: RegistrationFacets[] = await this.db.query(
      `with list as materialized (select r.* from ${LIST})
       select (select count(*)::int from list) as total, (select count(*)::int from ${LIST} ${where}) as matching,
         (select count(*)::int from list where status = 'registered' and access_needs is not null) as "accessNeeds",
         (select count(*)::int from list where status = 'cancelled') as cancelled,
         (select count(*)::int from list where status = 'registered' and attendance = 'in_person') as "inPerson",
         (select count(*)::int from list where status = 'registered' and attendance = 'online') as online,
         (select coalesce(jsonb_object_agg(language, n), '{}') from (
            select coalesce(interpretation, '') as language, count(*)::int as n from list where status = 'registered'
            group by 1) each) as interpretation`,
      values,
    );
    return rows[0]!;
  }
}

function filtered(filters: RegistrationFilters, floor: string, values: unknown[]): string {
  const where = [];
  if (filters.attendance) where.push(`r.attendance = $${values.push(filters.attendance)}`);
  if (filters.status) where.push(`r.status = $${values.push(filters.status)}`);
  // Bars count who is registered: their links list the same people.
  if ((filters.attendance || filters.interpretation) && !filters.status)
    where.push(`r.status = 'registered'`);
  if (filters.interpretation === floor) where.push('r.interpretation is null');
  else if (filters.interpretation) where.push(`r.interpretation = $${values.push(filters.interpretation)}`);
  if (filters.q) {
    const pattern = `$${values.push(`%${filters.q.replace(/[\\%_]/g, '\\$&')}%`)}`;
    where.push(`(r.name ilike ${pattern} or r.affiliation ilike ${pattern} or r.address ilike ${pattern})`);
  }
  return where.map((condition) => `and ${condition}`).join(' ');
}

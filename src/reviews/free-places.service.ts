import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { ownedBy } from './ownership.js';
import { Pairing } from './pairing.service.js';
import { REVIEWABLE } from './review-rules.js';
import { Reviewer } from './reviewer.entity.js';

/** Offered for each place; more are on the submission's page. */
const MOST_CANDIDATES = 4;
const MOST_PLACES = 200;
/** SQL: how many reviews the submission `s` of the call `k` is to have. */
const WANTED = `coalesce((select z.places from panel_size z where z.submission_id = s.id), k.reviews_per_submission)`;

/** Somebody who could step in. */
export interface Substitute {
  reviewer: Reviewer;
  load: number;
  sharedTopics: number;
}

/** A submission that a reviewer gave back, and whose panel is smaller than the call wants. */
export interface FreePlace {
  submission: string;
  title: string;
  missing: number;
  declined: { reviewer: string; name: string; reason: string | null; at: Date }[];
  candidates: Substitute[];
}

/** Where reviewers are missing because somebody gave a submission back, and who could step in. */
@Injectable()
export class FreePlaces {
  constructor(
    private readonly db: DataSource,
    private readonly pairing: Pairing,
  ) {}

  /** The latest first, without the actor's own submissions; a number of statements that does not grow with them. */
  async list(actor: Actor, conferenceId: string): Promise<FreePlace[]> {
    const rows: (Omit<FreePlace, 'candidates' | 'declined'> & {
      declined: (Omit<FreePlace['declined'][number], 'at'> & { at: string })[];
      known: string[];
    })[] = await this.db.query(
      `select s.id as submission, s.title, ${WANTED} - count(a.id) filter (where a.status = 'assigned')::int as missing,
         jsonb_agg(jsonb_build_object('reviewer', r.id, 'name', r.name, 'reason', a.end_reason, 'at', a.ended_at)
           order by a.ended_at desc, a.id) filter (where a.status = 'declined') as declined,
         jsonb_agg(a.reviewer_id) filter (where a.status in ('assigned', 'declined')) as known
       from submission s join call k on k.id = s.call_id join assignment a on a.submission_id = s.id
       join reviewer r on r.id = a.reviewer_id
       where s.conference_id = $1 and s.status = any($3) and s.held_until is null and not ${ownedBy('s', '$2')}
       group by s.id, k.id
       having count(*) filter (where a.status = 'declined') > 0
         and count(*) filter (where a.status = 'assigned') < ${WANTED}
       order by max(a.ended_at) filter (where a.status = 'declined') desc, s.id limit ${MOST_PLACES}`,
      [conferenceId, actor.personId, REVIEWABLE],
    );
    if (rows.length === 0) return [];
    const { manager } = this.db;
    const reviewers = await manager.findBy(Reviewer, { conferenceId, status: 'accepted' });
    const loads: { id: string; load: number }[] = await manager.query(
      `select a.reviewer_id as id, count(*)::int as load from assignment a join submission s on s.id = a.submission_id
       where s.conference_id = $1 and a.status = 'assigned' and s.status <> 'withdrawn' and not ${ownedBy('s', '$2')}
       group by a.reviewer_id`,
      [conferenceId, actor.personId],
    );
    const load = new Map(loads.map((row) => [row.id, row.load]));
    const pairs = await this.pairing.of(
      manager,
      rows.map(({ submission }) => submission),
      reviewers,
    );
    return rows.map(({ known, declined, ...row }) => ({
      ...row,
      declined: declined.map((one) => ({ ...one, at: new Date(one.at) })),
      candidates: reviewers
        .filter(
          ({ id, maxLoad }) =>
            !known.includes(id) && (load.get(id) ?? 0) < maxLoad && !pairs.conflict(row.submission, id),
        )
        .map((reviewer) => ({
          reviewer,
          load: load.get(reviewer.id) ?? 0,
          sharedTopics: pairs.sharedTopics(row.submission, reviewer.id),
          affinity: pairs.affinity(row.submission, reviewer.id),
        }))
        .toSorted(
          (a, b) =>
            b.affinity - a.affinity ||
            a.load - b.load ||
            a.reviewer.name.localeCompare(b.reviewer.name, 'en'),
        )
        .slice(0, MOST_CANDIDATES)
        .map(({ affinity: _affinity, ...candidate }) => candidate),
    }));
  }
}

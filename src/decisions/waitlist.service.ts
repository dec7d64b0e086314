import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conferences } from '../conferences/conferences.service.js';
import { Deciding } from '../conferences/deciding-settings.service.js';
import type { Actor } from '../platform/actor.js';
import { Idempotency } from '../platform/idempotency.js';
import { Refusal } from '../platform/refusal.js';
import { Work } from '../platform/work.js';
import { ownedBy } from '../reviews/ownership.js';
import type { Submission } from '../submissions/submission.entity.js';
import { Attendance } from './attendance.service.js';
import { freePlaces, waitlistOrder } from './attendance-rules.js';
import { PendingDecisions } from './pending-decisions.service.js';
import type { PromoteDto } from './release-list.dto.js';
import { ReleaseLists } from './release-lists.service.js';
import { Releases } from './releases.service.js';

/** A submission that waits for a place. */
export interface WaitingRow {
  id: string;
  title: string;
  rank: number | null;
  /** Mean of the overall scores handed in. */
  mean: number | null;
  waitsSince: Date;
  /** A decision is pending that would end the waiting. */
  pending: boolean;
}

/** The waiting list: who is next, and promoting them. */
@Injectable()
export class Waitlist {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly conferences: Conferences,
    private readonly deciding: Deciding,
    private readonly attendance: Attendance,
    private readonly pending: PendingDecisions,
    private readonly releases: Releases,
    private readonly lists: ReleaseLists,
  ) {}

  /** Who waits, in the order of promotion, and how many places are free; null while nobody has said how many there are. */
  async of(actor: Actor, conferenceId: string): Promise<{ rows: WaitingRow[]; free: number | null }> {
    const rows: WaitingRow[] = await this.db.query(
      `select s.id, s.title, d.rank, d.released_at as "waitsSince", p.submission_id is not null as pending,
         (select avg(v.overall)::float8 from assignment a join review v on v.assignment_id = a.id
          where a.submission_id = s.id and a.status = 'assigned' and v.status = 'handed_in') as mean
       from submission s join lateral (
         select rank, released_at from decision where submission_id = s.id order by version desc limit 1) d on true
       left join pending_decision p on p.submission_id = s.id
       where s.conference_id = $1 and s.status = 'waitlisted' and not ${ownedBy('s', '$2')}`,
      [conferenceId, actor.personId],
    );
    const { places } = await this.deciding.of(conferenceId);
    return {
      rows: rows.toSorted(waitlistOrder),
      free: freePlaces(places, await this.attendance.taken(conferenceId)),
    };
  }

  /**
   * Accepts a submission from the waiting list: a new decision and its mail, at once. Where a second chair has to confirm, a list
   * is frozen that waits for them.
   * @returns the release, or the list that waits
   * @throws Refusal 409 `waitlist.state` for what does not wait, 412 `stale` where another decision is pending, 422 for missing words
   */
  async promote(
    actor: Actor,
    submission: Submission,
    input: PromoteDto,
  ): Promise<{ release: string | null; list: string | null }> {
    const id = await this.work.run(async (tx) => {
      const { id: made } = await this.idempotency.once(tx, actor, async () => {
        const { conferenceId } = submission;
        const [row]: { status: string }[] = await tx.manager.query(
          `select status from submission where id = $1 for update`,
          [submission.id],
        );
        if (row!.status !== 'waitlisted')
          throw new Refusal('conflict', 'waitlist.state', { values: { status: row!.status } });
        const words = { reason: input.reason ?? '', textToAuthors: input.textToAuthors ?? '' };
        const { refused } = await this.pending.moveIn(tx, actor, conferenceId, [
          { id: submission.id, outcome: 'accepted', seenVersion: undefined, words },
        ]);
        // A decision that is pending is somebody's, and is released by its list.
        if (refused[0]?.refusal.code === 'version.missing') throw new Refusal('conflict', 'waitlist.pending');
        if (refused[0]) throw refused[0].refusal;
        const conference = await this.conferences.byId(conferenceId, tx.manager);
        const rows = await this.releases.lockList(tx, actor, conference, [submission.id]);
        if ((await this.deciding.of(conferenceId, tx.manager)).twoPersons)
          return `list ${await this.lists.freezeIn(tx, actor, conference, rows)}`;
        return `release ${await this.releases.announce(tx, actor, conference, rows)}`;
      });
      return made;
    });
    const [what, made] = id.split(' ');
    return { release: what === 'release' ? made! : null, list: what === 'list' ? made! : null };
  }
}

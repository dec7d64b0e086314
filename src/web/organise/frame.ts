import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Conference } from '../../conferences/conference.entity.js';
import { mayOnConference } from '../../conferences/conference.gate.js';
import type { Actor } from '../../platform/actor.js';
import type { ConcordRequest } from '../../platform/policy.js';
import { VISIBLE } from '../../submissions/submission-list.js';
import { Pages, withProblem, type Again } from '../pages.js';
import type { View } from '../view.js';
import { VISIBLE_MAIL } from './mail.queries.js';

type Counts = Record<
  'submissions' | 'reviewers' | 'decisions' | 'mail' | 'registrations' | 'partners',
  number
>;

/** What all organiser pages share: their view with the numbers beside the menu, and the names of people. */
@Injectable()
export class Frame {
  constructor(
    private readonly pages: Pages,
    private readonly db: DataSource,
  ) {}

  /** The view of an organiser page; a refusal is told above it. */
  async view(request: ConcordRequest, conference: Conference, again?: Again): Promise<View> {
    const view = await this.pages.view(request, conference);
    const counts = await this.counts(request.actor, conference.id);
    return withProblem({ ...view, conference: { ...view.conference!, counts } }, again);
  }

  /** Numbers beside the menu, as far as the actor may know them; one statement. Nothing is shown for none. */
  private async counts(actor: Actor, conferenceId: string): Promise<Partial<Counts>> {
    const rows: Counts[] = await this.db.query(
      `select
         (select count(*)::int from submission s where ${VISIBLE}) as submissions,
         (select count(*)::int from reviewer where conference_id = $1 and status in ('invited', 'accepted')) as reviewers,
         (select count(*)::int from pending_decision p join submission s on s.id = p.submission_id
          where ${VISIBLE}) as decisions,
         (select count(*)::int from mail_message m where ${VISIBLE_MAIL}
            and m.state in ('uncertain', 'refused', 'bounced')) as mail,
         (select count(*)::int from registration
          where conference_id = $1 and status = 'registered' and held_until is null) as registrations,
         (select count(*)::int from letter_of_interest
          where conference_id = $1 and status in ('received', 'considered') and held_until is null) as partners`,
      [conferenceId, actor.personId],
    );
    const inspects = mayOnConference(actor, conferenceId, 'inspect');
    const partners = mayOnConference(actor, conferenceId, 'partners');
    return Object.fromEntries(
      Object.entries(rows[0]!).filter(
        ([key, count]) => count > 0 && (inspects || (key === 'partners' && partners)),
      ),
    );
  }

  /** Names of people, in one statement; whom nobody knows is not among them. */
  async names(ids: readonly (string | null)[]): Promise<Map<string, string>> {
    const wanted = [...new Set(ids)].filter((id) => id !== null);
    const rows: { id: string; name: string }[] = await this.db.query(
      `select id, name from person where id = any($1)`,
      [wanted],
    );
    return new Map(rows.map((row) => [row.id, row.name]));
  }
}

/** How a person is called where they are known at all. */
export const nameIn = (names: ReadonlyMap<string, string>, id: string | null): string | null =>
  id === null ? null : names.get(id) || null;

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Actor } from '../platform/actor.js';
import { translator } from '../platform/i18n.js';
import { newId } from '../platform/ids.js';
import { notFound } from '../platform/refusal.js';
import { sha256 } from '../platform/text.js';
import { Work } from '../platform/work.js';

export type ConsentPurpose = 'publication' | 'public_name' | 'news';

/** Something that a person is asked, and what they said. */
export interface Asked {
  conferenceId: string;
  slug: string;
  conference: string;
  purpose: ConsentPurpose;
  /** The words now; what was agreed to earlier is kept in its own words. */
  text: string;
  givenAt: Date | null;
}

/** What people agree to beyond what the conference needs anyway: asked of authors, of attendees, and of both. */
@Injectable()
export class Consents {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
  ) {}

  /** What the person is asked in the conferences in which they take part, by name of the conference. */
  async asked(personId: string): Promise<Asked[]> {
    const t = translator('en');
    const rows: Omit<Asked, 'text'>[] = await this.db.query(
      `with mine as (
         select s.conference_id, unnest(array['publication', 'news']) as purpose from submission s
           join submission_author a on a.submission_id = s.id
           where a.person_id = $1 and s.submitted_at is not null and s.held_until is null
         union select conference_id, unnest(array['public_name', 'news']) from registration
           where person_id = $1 and held_until is null and status = 'registered')
       select c.id as "conferenceId", c.slug, c.name as conference, m.purpose, k.given_at as "givenAt"
       from mine m join conference c on c.id = m.conference_id
       left join consent k on k.person_id = $1 and k.conference_id = c.id and k.purpose = m.purpose and k.withdrawn_at is null
       order by c.name, m.purpose`,
      [personId],
    );
    return rows.map((row) => ({
      ...row,
      text: t(`rights:consent.purpose.${row.purpose}`, { conference: row.conference }),
    }));
  }

  /** Gives a consent or takes it back; doing either again changes nothing. @throws Refusal 404 for what the person is not asked */
  async set(actor: Actor, slug: string, purpose: string, given: boolean): Promise<void> {
    const asked = (await this.asked(actor.personId!)).find(
      (one) => one.slug === slug && one.purpose === purpose,
    );
    if (!asked) throw notFound();
    await this.work.run(async (tx) => {
      const changed: { id: string }[] = given
        ? await tx.manager.query(
            `insert into consent (id, person_id, conference_id, purpose, text, text_hash, route, given_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id`,
            [
              newId(),
              actor.personId,
              asked.conferenceId,
              purpose,
              asked.text,
              sha256(asked.text),
              actor.request.route,
              tx.now,
            ],
          )
        : (
            await tx.manager.query<[{ id: string }[], number]>(
              `update consent set withdrawn_at = $4 where person_id = $1 and conference_id = $2 and purpose = $3
                 and withdrawn_at is null returning id`,
              [actor.personId, asked.conferenceId, purpose, tx.now],
            )
          )[0];
      for (const { id } of changed)
        await this.audit.record(tx, actor, {
          conferenceId: asked.conferenceId,
          action: given ? 'consent.given' : 'consent.withdrawn',
          subject: ['consent', id],
          after: { purpose, textHash: sha256(asked.text) },
        });
    });
  }
}

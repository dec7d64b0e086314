import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { opened, PersonKeys } from '../people/person-keys.js';
import type { Actor } from '../platform/actor.js';
import { Work, type Tx } from '../platform/work.js';
import { ReviewNote } from './review-note.entity.js';

const ABOUT = 'note on a review';

/**
 * What reviewers note for themselves; the only writer of its table. A note is sealed with its writer's key and read by nothing
 * but their own page, answer and export: no list, count, search or export of a conference looks at it, and its entry in the
 * record belongs to no conference.
 */
@Injectable()
export class ReviewNotes {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly keys: PersonKeys,
  ) {}

  /** The note of an assignment, for its reviewer; empty where there is none. */
  async of(assignmentId: string): Promise<string> {
    const [row]: { sealed: string; personId: string }[] = await this.db.query(
      `select n.sealed, r.person_id as "personId" from review_note n join assignment a on a.id = n.assignment_id
         join reviewer r on r.id = a.reviewer_id where n.assignment_id = $1`,
      [assignmentId],
    );
    return row ? (opened(await this.keys.forReading(row.personId), ABOUT, row.sealed) ?? '') : '';
  }

  /** The reviewer's note, also after their review was handed in and reviewing has ended. */
  async save(actor: Actor, assignmentId: string, text: string): Promise<void> {
    await this.work.run((tx) => this.write(tx, actor, assignmentId, text));
  }

  /** Writes a note, or with an empty text deletes it; the same again changes nothing. */
  async write(tx: Tx, actor: Actor, assignmentId: string, text: string): Promise<void> {
    const key = await this.keys.of(tx, actor.personId!);
    const row = await tx.manager.findOne(ReviewNote, {
      where: { assignmentId },
      lock: { mode: 'pessimistic_write' },
    });
    if ((opened(key, ABOUT, row?.sealed ?? null) ?? '') === text) return;
    if (text === '' || !key) await tx.manager.delete(ReviewNote, { assignmentId });
    else
      await tx.manager.upsert(
        ReviewNote,
        { assignmentId, sealed: key.seal(ABOUT, text), updatedAt: tx.now },
        ['assignmentId'],
      );
    await this.audit.record(tx, actor, {
      conferenceId: null,
      action: 'review.noted',
      subject: ['review_note', assignmentId],
      after: {},
    });
  }

  /** All notes of a person by assignment, for themselves. */
  async allOf(db: EntityManager, personId: string): Promise<Map<string, string>> {
    const rows: { id: string; sealed: string }[] = await db.query(
      `select n.assignment_id as id, n.sealed from review_note n join assignment a on a.id = n.assignment_id
         join reviewer r on r.id = a.reviewer_id where r.person_id = $1`,
      [personId],
    );
    if (rows.length === 0) return new Map();
    const key = await this.keys.forReading(personId, db);
    return new Map(rows.map(({ id, sealed }) => [id, opened(key, ABOUT, sealed) ?? '']));
  }

  /** When two people become one, the one who stays reads the notes of both. */
  async sealAnew(tx: Tx, fromId: string, intoId: string): Promise<void> {
    const notes = await this.allOf(tx.manager, fromId);
    const key = notes.size > 0 ? await this.keys.of(tx, intoId) : null;
    for (const [assignmentId, text] of notes)
      if (key) await tx.manager.update(ReviewNote, { assignmentId }, { sealed: key.seal(ABOUT, text) });
      else await tx.manager.delete(ReviewNote, { assignmentId });
  }
}

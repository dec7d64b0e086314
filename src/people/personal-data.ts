import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';
import { patternOf, type ErasedPerson } from './needles.js';

/** What becomes of something when its person is erased. */
export type Fate = 'deleted' | 'emptied' | 'kept';

/** One thing that is a person's, or that they did. */
export interface Holding {
  /** Word in the catalogue: `rights:holding.<kind>`. */
  kind: string;
  id: string;
  conferenceId: string | null;
  /** The submission that it is about, so that it can be kept from that submission's authors. */
  submissionId: string | null;
  fate: Fate;
}

/** What stands in the way when two people become one; a solved one is settled by the joining itself. */
export interface Collision {
  /** Word in the catalogue: `rights:collision.<code>`. */
  code: 'coauthors' | 'ownReview' | 'reviewers' | 'registrations';
  conferenceId: string;
  submissionId: string | null;
  solved: boolean;
}

/**
 * What a module keeps about people, and what happens to it: one door for export, erasure and joining. A module that owns rows
 * of a person implements it, and `app.ts` connects it; `test/rights.test.ts` holds the columns to the foreign keys of the schema.
 */
export interface PersonalData {
  /** Every column with a person's id, as in `registration.person_id`. */
  readonly columns: readonly string[];
  /** All that is kept, by a name for each list; nobody else's data, and no reviewer's identity. */
  exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>>;
  holdings(db: EntityManager, personId: string): Promise<Holding[]>;
  /** Names under which the person stands in this module's tables. */
  namesOf?(db: EntityManager, personId: string): Promise<string[]>;
  erase(tx: Tx, actor: Actor, person: ErasedPerson): Promise<void>;
  collisions?(db: EntityManager, fromId: string, intoId: string): Promise<Collision[]>;
  /** Makes what was one person's the other's. Ways to sign in never move. */
  move(tx: Tx, actor: Actor, fromId: string, intoId: string): Promise<void>;
}

/** Puts another id into columns written as `table.column`, which come from the source and never from outside. */
export async function moveColumns(
  tx: Tx,
  columns: readonly string[],
  fromId: string,
  intoId: string,
): Promise<void> {
  for (const name of columns) {
    const [table, column] = name.split('.');
    await tx.manager.query(`update ${table} set ${column} = $2 where ${column} = $1`, [fromId, intoId]);
  }
}

/** A list of holdings from rows of `kind`, `id`, and where they are known `conferenceId` and `submissionId`. */
export async function holdingsBy(
  db: EntityManager,
  personId: string,
  fate: Fate,
  query: string,
): Promise<Holding[]> {
  const rows: Omit<Holding, 'fate'>[] = await db.query(query, [personId]);
  return rows.map((row) => ({ ...row, fate }));
}

/** Replaces what tells of a person in free text that others may have written; texts whose hash counts are not for this. */
export async function replaceWords(
  tx: Tx,
  columns: readonly string[],
  needles: readonly string[],
  replacement: string,
): Promise<void> {
  const pattern = patternOf(needles);
  if (!pattern) return;
  for (const name of columns) {
    const [table, column] = name.split('.');
    await tx.manager.query(
      `update ${table} set ${column} = regexp_replace(${column}, $1, $2, 'gi') where ${column} ~* $1`,
      [pattern, replacement],
    );
  }
}

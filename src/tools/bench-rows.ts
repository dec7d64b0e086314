import { randomBytes } from 'node:crypto';
import type { ClientBase } from 'pg';

/** The tables in which one submission leaves rows, each with the column that points to it. */
const TABLES = [
  ['submission', `id = $1`],
  ['submission_author', `submission_id = $1`],
  ['submission_topic', `submission_id = $1`],
  ['submission_version', `submission_id = $1`],
  ['audit_entry', `subject_type = 'submission' and subject_id = $1`],
  ['mail_message', `subject_id = $1`],
  ['idempotency_key', `result_id = $1`],
] as const;

type Row = Record<string, unknown>;

/** Inserts of the rows that one submission leaves, one statement for each table. */
export interface RowSet {
  /** Rows by table, for telling. */
  counts: Record<string, number>;
  /** Writes them once more, under new ids, in one transaction. */
  insert(client: ClientBase): Promise<void>;
}

/** Columns that must differ from copy to copy. */
const FRESH = new Set(['id', 'message_id', 'key', 'result_id']);
/** Columns that are filled in later, by others. */
const LATER = new Set(['epoch', 'leaf_index']);

/**
 * Reads what a submission that came over HTTP has left, as the yardstick for writing the same without anything around it.
 * @param leftOut tables whose rows are not written
 */
export async function rowsOf(
  client: ClientBase,
  submission: string,
  leftOut: readonly string[] = [],
): Promise<RowSet> {
  const sets: { name: string; rows: Row[]; statement: string; values(fresh: string): unknown[] }[] = [];
  for (const [name, where] of TABLES) {
    if (leftOut.includes(name)) continue;
    const { rows } = await client.query<Row>(`select * from ${name} where ${where}`, [submission]);
    if (rows.length === 0) continue;
    // Mail that is out already: the worker must not take it up.
    if (name === 'mail_message')
      for (const row of rows) Object.assign(row, { state: 'handed_over', settled_at: new Date() });
    const columns = Object.keys(rows[0]!);
    const marks = rows.map(
      (_, index) => `(${columns.map((__, at) => `$${index * columns.length + at + 1}`).join(', ')})`,
    );
    sets.push({
      name,
      rows,
      statement: `insert into ${name} (${columns.map((column) => `"${column}"`).join(', ')}) values ${marks.join(', ')}`,
      values: (fresh) =>
        rows.flatMap((row, index) => columns.map((column) => valueOf(row, column, submission, fresh, index))),
    });
  }
  return {
    counts: Object.fromEntries(sets.map(({ name, rows }) => [name, rows.length])),
    async insert(connection) {
      const fresh = `B-${randomBytes(10).toString('hex')}`;
      await connection.query('begin');
      for (const { name, statement, values } of sets)
        await connection.query({
          name: `bench-${leftOut.length}-${name}`,
          text: statement,
          values: values(fresh),
        });
      await connection.query('commit');
    },
  };
}

function valueOf(row: Row, column: string, submission: string, fresh: string, index: number): unknown {
  const value = row[column];
  if (value === submission) return fresh;
  if (value === null || LATER.has(column)) return null;
  if (FRESH.has(column)) return `${fresh}-${index}`;
  return typeof value === 'object' && !(value instanceof Date) ? JSON.stringify(value) : value;
}

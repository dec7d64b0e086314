import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource, MoreThan, Not, type EntityTarget, type FindOptionsWhere, type ObjectLiteral, IsNull } from 'typeorm';
import type { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import { Decision } from '../decisions/decision.entity.js';
import { projectReleased } from '../decisions/decision.view.js';
import { LetterOfInterest } from '../partners/letter-of-interest.entity.js';
import { letterView } from '../partners/letter.view.js';
import { csvStringify, type CsvValue } from '../platform/csv.js';
import { Registration } from '../registrations/registration.entity.js';
import { registrationView } from '../registrations/registration.view.js';
import { projectPanelReviews } from '../reviews/review.view.js';
import { Reviews } from '../reviews/reviews.service.js';
import { Submission } from '../submissions/submission.entity.js';
import { projectSubmission } from '../submissions/submission.view.js';
import { Submissions } from '../submissions/submissions.service.js';
import type { ExportName, Format } from './export-names.js';
import { ToolFailure } from './failure.js';

export interface ExportOptions {
  /** Slug. */
  conference: string;
  what: ExportName;
  format: Format;
  /** File to write; standard output without. */
  out?: string;
}

const ROWS_AT_ONCE = 200;

/**
 * Everything of one kind in a conference, as its organisers see it: each row passes the projection of its entity; drafts,
 * reviews that are not handed in, and what waits for a confirmed address are not theirs to see.
 */
export async function* exportRows(
  app: INestApplicationContext,
  conference: Conference,
  what: ExportName,
): AsyncGenerator<object> {
  const db = app.get(DataSource);
  const own = { conferenceId: conference.id };
  if (what === 'registrations')
    for await (const rows of portions(db, Registration, { ...own, heldUntil: IsNull() }))
      yield* rows.map((row) => registrationView(row, conference.slug));
  else if (what === 'letters')
    for await (const rows of portions(db, LetterOfInterest, { ...own, heldUntil: IsNull() }))
      yield* rows.map((row) => letterView(row, conference.slug));
  else {
    for await (const rows of portions(db, Submission, { ...own, status: Not('draft') })) {
      if (what === 'submissions') yield* (await app.get(Submissions).whole(rows)).map(projectSubmission);
      if (what === 'decisions') yield* await decisionsOf(db, rows);
      if (what === 'reviews') for (const row of rows) yield* await reviewsOf(app, row);
    }
  }
}

async function decisionsOf(db: DataSource, submissions: readonly Submission[]): Promise<object[]> {
  const decisions = await db.manager
    .createQueryBuilder(Decision, 'd')
    .where('d.submissionId = any(:ids)', { ids: submissions.map(({ id }) => id) })
    .orderBy('d.submissionId')
    .addOrderBy('d.version')
    .getMany();
  return decisions.map((decision) => ({ submission: decision.submissionId, ...projectReleased(decision) }));
}

async function reviewsOf(app: INestApplicationContext, submission: Submission): Promise<object[]> {
  const { reviews, score } = await app.get(Reviews).ofSubmission(submission);
  return projectPanelReviews(reviews, score)
    .items.filter((item) => item.status === 'handed_in')
    .map((item) => ({ submission: submission.id, ...item }));
}

/** Rows of an entity in the order of their ids, a portion at a time. */
async function* portions<Row extends ObjectLiteral & { id: string }>(
  db: DataSource,
  entity: EntityTarget<Row>,
  where: FindOptionsWhere<Row>,
): AsyncGenerator<Row[]> {
  for (let after = ''; ; ) {
    const rows = await db.manager.find(entity, {
      where: { ...where, id: MoreThan(after) } as FindOptionsWhere<Row>,
      order: { id: 'ASC' } as never,
      take: ROWS_AT_ONCE,
    });
    yield rows;
    if (rows.length < ROWS_AT_ONCE) return;
    after = rows.at(-1)!.id;
  }
}

/** Columns of the CSV in their order; lists become one cell. */
const COLUMNS: Record<ExportName, readonly string[]> = {
  submissions:
    ['id', 'status', 'title', 'abstract', 'wordCount', 'authors', 'topics', 'submittedAt', 'withdrawnAt', 'withdrawalReason', 'held', 'textHash', 'version', 'createdAt', 'updatedAt'],
  reviews:
    ['submission', 'assignment', 'reviewer', 'status', 'overall', 'confidence', 'scores', 'commentsToAuthors', 'commentsToOrganisers', 'handedInAt'],
  decisions: ['submission', 'version', 'outcome', 'textToAuthors', 'comments', 'releasedAt'],
  registrations:
    ['id', 'name', 'email', 'affiliation', 'country', 'attendance', 'interpretation', 'accessNeeds', 'status', 'createdAt', 'cancelledAt', 'version'],
  letters:
    ['id', 'organisation', 'country', 'website', 'contactName', 'email', 'contribution', 'letter', 'wordCount', 'status', 'answer', 'answeredAt', 'createdAt', 'version'],
};

/** A row's fields as cells: lists joined by semicolons, people by name with what is known of them. */
export function cellsOf(row: object): Record<string, CsvValue> {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, cell(value)]));
}

function cell(value: unknown): CsvValue {
  if (Array.isArray(value)) return value.map((item) => String(cell(item) ?? '')).join('; ');
  if (typeof value !== 'object' || value === null || value instanceof Date) return value as CsvValue;
  const { name, affiliation, email } = value as { name?: string; affiliation?: string | null; email?: string | null };
  if (name !== undefined) return [name, affiliation ? `(${affiliation})` : '', email ? `<${email}>` : ''].filter(Boolean).join(' ');
  return Object.entries(value)
    .map(([key, item]) => `${key}=${String(item)}`)
    .join('; ');
}

async function* csvCells(rows: AsyncIterable<object>): AsyncGenerator<Record<string, CsvValue>> {
  for await (const row of rows) yield cellsOf(row);
}

async function* jsonParts(rows: AsyncIterable<object>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const row of rows) {
    yield before + JSON.stringify(row);
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

/** The export as a stream of bytes: CSV for a spreadsheet, or one JSON array with a row in each line. */
export function exportStream(rows: AsyncIterable<object>, what: ExportName, format: Format): Readable {
  if (format === 'json') return Readable.from(jsonParts(rows));
  return csvStringify(csvCells(rows), COLUMNS[what].map((key) => ({ key, header: key })));
}

/** Writes an export to standard output, or to a file that appears whole or not at all. */
export async function writeExport(
  app: INestApplicationContext,
  options: ExportOptions,
  output: Writable,
): Promise<void> {
  const conference = await conferenceBySlug(app, options.conference);
  const stream = exportStream(exportRows(app, conference, options.what), options.what, options.format);
  if (options.out === undefined) {
    // Standard output stays open for whoever comes after.
    await pipeline(stream, new PassThrough(), output, { end: false });
    return;
  }
  const part = `${options.out}.part`;
  try {
    await pipeline(stream, createWriteStream(part, { mode: 0o600 }));
    await rename(part, options.out);
  } catch (error) {
    await rm(part, { force: true });
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new ToolFailure(`The file ${options.out} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** @throws ToolFailure naming the slug that nothing has */
export async function conferenceBySlug(app: INestApplicationContext, slug: string): Promise<Conference> {
  const conference = await app
    .get(Conferences)
    .bySlug(slug)
    .catch(() => undefined);
  if (!conference) throw new ToolFailure(`There is no conference "${slug}".`);
  return conference;
}

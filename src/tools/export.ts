import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { INestApplicationContext } from '@nestjs/common';
import type { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import { systemActor } from '../platform/actor.js';
import { exportStream } from '../web/organise/export-file.js';
import type { ExportName, Format } from '../web/organise/export-names.js';
import { ExportRows } from '../web/organise/export-rows.js';
import { ToolFailure } from './failure.js';

export interface ExportOptions {
  /** Slug. */
  conference: string;
  what: ExportName;
  format: Format;
  /** File to write; standard output without. */
  out?: string;
}

/** Everything of one kind in a conference, as its organisers see it on their pages. */
export function exportRows(
  app: INestApplicationContext,
  conference: Conference,
  what: ExportName,
): AsyncIterable<object> {
  return app.get(ExportRows, { strict: false }).rows(systemActor('export'), conference, what);
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
    throw new ToolFailure(
      `The file ${options.out} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
    );
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

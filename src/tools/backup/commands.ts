import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { Audit } from '../../audit/audit.service.js';
import { Sealer } from '../../audit/sealer.js';
import { systemActor } from '../../platform/actor.js';
import { readConfig } from '../../platform/config.js';
import { openDatabase } from '../../platform/open-database.js';
import { Work } from '../../platform/work.js';
import { ToolFailure } from '../failure.js';
import { readKept } from '../record-commands.js';
import { withApp } from '../with-app.js';
import { backup } from './backup.js';
import { checkRestore, restore } from './restore.js';

/* What `concord backup` and `concord restore` do; loaded by `cli.ts` when one of them is run. */

export interface RestoreOptions {
  from: string;
  head?: string;
  newSigningKey?: true;
  check?: true;
}

const say = (output: Writable, line: string): void => void output.write(`${line}\n`);
const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

export async function backupCommand({ out }: { out: string }, output: Writable): Promise<void> {
  const file = resolve(out);
  if (existsSync(file)) throw new ToolFailure(`${file} is there already: name another file.`);
  const config = readConfig();
  // The schema stays as it is: a backup is what one makes before it is changed.
  const database = await openDatabase(config);
  try {
    const made = await backup(database.url, join(config.varDir, 'files'), file);
    say(
      output,
      `${made.tables} tables and ${made.files} files as of ${made.at} are in ${file} (${megabytes(made.bytes)} MB, SHA-256 ${made.sha256}).`,
    );
    say(
      output,
      `Not in it, and needed to put it back: ${config.signingKeyFile} and ${config.masterKeyFile}. Keep them elsewhere.`,
    );
  } finally {
    await database.close();
  }
}

export async function restoreCommand(options: RestoreOptions, output: Writable): Promise<void> {
  const file = resolve(options.from);
  const config = readConfig();
  const kept = options.head === undefined ? null : await readKept(options.head);
  const checked = await checkRestore(config, file, options);
  const { at, head } = checked.manifest;
  say(output, `The archive of ${at} is whole (SHA-256 ${checked.sha256}).`);
  if (options.check) return;
  const database = await openDatabase(config);
  try {
    const { hold, files } = await restore(database.url, join(config.varDir, 'files'), file, checked);
    await withApp(async (app) => {
      const actor = systemActor('command');
      await app.get(Work).run((tx) =>
        app.get(Audit).record(tx, actor, {
          conferenceId: null,
          action: 'installation.restored',
          subject: ['mail_hold', hold],
          after: { archive: checked.sha256, at, ...(head && { head }) },
        }),
      );
      if (options.newSigningKey) await app.get(Sealer).rotateKey(actor);
      const { epoch, previous } = await app
        .get(Sealer)
        .newEpoch(actor, `The database was restored from a backup of ${at}.`, kept?.head);
      say(output, `${checked.manifest.tables.length} tables and ${files} files are back.`);
      say(
        output,
        `The record goes on in epoch ${epoch}${previous ? ` after ${previous.size} entries of epoch ${previous.epoch}` : ''}.`,
      );
      say(
        output,
        'All mail is on hold, but for sign-in links asked for from now on: some of what waits may have gone out after the backup. ' +
          'The operator looks through it and lets it go at /installation/mail.',
      );
    });
  } finally {
    await database.close();
  }
}

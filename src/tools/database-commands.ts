import type { Writable } from 'node:stream';
import { withInstallation } from './command.js';
import { printFindings } from './print-findings.js';

/* What the commands do that need the database alone; loaded by `cli.ts` when one of them is run. */

export const migrateCommand = (output: Writable): Promise<void> =>
  withInstallation(() => Promise.resolve(void output.write('The schema is up to date.\n')));

/** @returns whether every invariant holds */
export const invariantsCommand = (options: { json?: true }, output: Writable): Promise<boolean> =>
  withInstallation((installation) => printFindings(installation, options.json ?? false, output));

import type { Writable } from 'node:stream';
import { DataSource } from 'typeorm';
import type { Installation } from '../installation.js';
import { databaseOptions } from '../platform/database.js';
import { checkInvariants } from './invariants.js';
import { table } from './table.js';

const SHOWN = 5;

/** Checks an installation and prints what came of it. @returns whether everything holds. */
export async function printFindings(
  { config, storage }: Installation,
  json: boolean,
  output: Writable,
): Promise<boolean> {
  const db = await new DataSource(databaseOptions(config.databaseUrl!, 2)).initialize();
  try {
    const findings = await checkInvariants(db, storage);
    const broken = findings.filter(({ offending }) => offending.length > 0);
    if (json)
      for (const { name, offending } of findings)
        output.write(`${JSON.stringify({ invariant: name, broken: offending.length, offending })}\n`);
    else {
      const rows = findings.map(({ name, meaning, offending }) => [
        name,
        offending.length === 0 ? 'holds' : `${offending.length} broken`,
        meaning,
      ]);
      output.write(`${table(['invariant', 'result', 'meaning'], rows)}\n\n`);
      for (const { name, offending } of broken)
        output.write(
          `${name}: ${offending.slice(0, SHOWN).join(', ')}${offending.length > SHOWN ? ', …' : ''}\n`,
        );
      output.write(
        broken.length === 0
          ? `All ${findings.length} invariants hold.\n`
          : `${broken.length} of ${findings.length} invariants are broken.\n`,
      );
    }
    return broken.length === 0;
  } finally {
    await db.destroy();
  }
}

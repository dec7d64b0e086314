import { readFile, writeFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { DataSource } from 'typeorm';
import { RecordLog } from '../audit/record-log.js';
import { Sealer } from '../audit/sealer.js';
import { isHeadSigned, readHead, readPublicKey } from '../audit/tree-head.js';
import { verifyRecord, type KeptHead, type Verification } from '../audit/verify.js';
import { systemActor } from '../platform/actor.js';
import { databaseOptions } from '../platform/database.js';
import { withInstallation } from './command.js';
import { ToolFailure } from './failure.js';
import { withApp } from './with-app.js';

/* What the commands of `concord audit` do; loaded by `cli.ts` when one of them is run. */

const say = (output: Writable, line: string): void => void output.write(`${line}\n`);

/** @returns whether the record is as it was sealed */
export async function verifyCommand(
  options: { head?: string; json?: true },
  output: Writable,
): Promise<boolean> {
  const kept = options.head === undefined ? null : await readKept(options.head);
  return withInstallation(async ({ config }) => {
    const db = await new DataSource(databaseOptions(config.databaseUrl!, 2)).initialize();
    try {
      const from = performance.now();
      const result = await verifyRecord(db, kept);
      const seconds = Math.round((performance.now() - from) / 100) / 10;
      if (options.json) say(output, JSON.stringify({ ...result, seconds }));
      else tell(result, seconds, kept !== null, output);
      return result.found === 0;
    } finally {
      await db.destroy();
    }
  });
}

function tell(result: Verification, seconds: number, withHead: boolean, output: Writable): void {
  for (const { message } of result.findings) say(output, message);
  if (result.found > result.findings.length)
    say(output, `… and ${result.found - result.findings.length} more.`);
  for (const note of result.notes) say(output, `Note: ${note}`);
  if (result.forgotten > 0) say(output, `Note: the reasons of ${result.forgotten} entries were forgotten.`);
  if (result.waiting > 0) say(output, `Note: ${result.waiting} entries are not sealed yet.`);
  const what = `${result.entries} entries under ${result.heads} heads in ${seconds} s`;
  if (result.found > 0) say(output, `${result.found} things are not as they were sealed (${what}).`);
  else
    say(
      output,
      `Everything is as it was sealed: ${what}${withHead ? ', and it agrees with the head kept outside' : ''}.`,
    );
}

export const headCommand = (options: { out?: string }, output: Writable): Promise<void> =>
  withApp(async (app) => {
    const log = app.get(RecordLog);
    const head = await log.latest();
    if (!head) throw new ToolFailure('Nothing is sealed yet: no worker has run.');
    const key = (await log.keys()).find(({ keyId }) => keyId === head.keyId)!;
    const text = `${JSON.stringify({ ...head, publicKey: key.publicKey }, null, 2)}\n`;
    if (options.out === undefined) output.write(text);
    else
      await writeFile(options.out, text).catch((error: NodeJS.ErrnoException) => {
        throw new ToolFailure(`${options.out} cannot be written (${error.code}).`);
      });
  });

export const rotateKeyCommand = (output: Writable): Promise<void> =>
  withApp(async (app) => {
    const { keyId, former } = await app.get(Sealer).rotateKey(systemActor('command'));
    await app.get(Sealer).seal();
    say(output, `The record is signed with the key ${keyId}${former ? `; ${former} is retired` : ''}.`);
  });

export async function newEpochCommand(
  options: { reason: string; head?: string },
  output: Writable,
): Promise<void> {
  const kept = options.head === undefined ? null : await readKept(options.head);
  await withApp(async (app) => {
    const head = await app.get(Sealer).newEpoch(systemActor('command'), options.reason, kept?.head);
    const { previous } = head;
    say(
      output,
      `Epoch ${head.epoch} has begun${previous ? ` after ${previous.size} entries of epoch ${previous.epoch}` : ''}.`,
    );
  });
}

/** Reads a head and its public key from a file. @throws ToolFailure */
export async function readKept(file: string): Promise<KeptHead> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ToolFailure(`${file} cannot be read (${error.code}).`);
  });
  try {
    const json = JSON.parse(text) as unknown;
    const head = readHead(json);
    const { publicKey } = json as { publicKey?: unknown };
    if (typeof publicKey !== 'string') return { head, publicKey: null };
    if (!isHeadSigned(head, readPublicKey(publicKey))) throw new Error('its signature is wrong');
    return { head, publicKey };
  } catch (error) {
    throw new ToolFailure(`${file} holds no head of a record (${(error as Error).message}).`);
  }
}

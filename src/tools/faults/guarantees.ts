import { DataSource } from 'typeorm';
import { verifyRecord } from '../../audit/verify.js';
import { databaseOptions } from '../../platform/database.js';
import { Storage } from '../../platform/storage.js';
import { join } from 'node:path';
import { checkInvariants } from '../invariants.js';
import { CANARY } from './ground.js';
import { readMail } from './mail-server.js';
import { once, type Stand, type Web } from './stand.js';

/** What every fault must leave unharmed; each is looked at after each fault. */
export async function checkGuarantees(stand: Stand, web: Web): Promise<void> {
  await recovers(stand, web);
  await keepsWhatWasAcknowledged(stand);
  await holdsInvariants(stand);
  await sendsOnce(stand);
  await keepsNamesToItself(stand);
}

/** G7: without anybody's help it is ready again, and a submission and its mail pass from end to end. */
async function recovers(stand: Stand, { driver }: Web): Promise<void> {
  await stand.until('it is ready', async () => {
    const answer = await once(driver, 'GET', '/health/ready');
    return answer.status === 200;
  });
  const [request] = stand.plan(1, 'Afterwards');
  await stand.until('a new submission is taken', async () => (await stand.submit(driver, request!)) === 201);
  await stand.until('its receipt arrives', () =>
    Promise.resolve(stand.mail.taken.some(({ raw }) => raw.includes(request!.id!))),
  );
}

/** G1: what was acknowledged is there once, under the id that was told. */
async function keepsWhatWasAcknowledged(stand: Stand): Promise<void> {
  const rows = await stand.rows<{ title: string; ids: string[]; authors: number }>(
    `select s.title, array_agg(s.id) as ids, min((select count(*) from submission_author a where a.submission_id = s.id))::int as authors
     from submission s join conference c on c.id = s.conference_id where c.slug = 'open' group by s.title`,
  );
  const kept = new Map(rows.map((row) => [row.title, row]));
  for (const { title, id } of stand.ledger) {
    const row = kept.get(title);
    stand.check(row !== undefined || id === undefined, () => `G1: ${id} was acknowledged and is not there`);
    if (!row) continue;
    stand.check(row.ids.length === 1, () => `G1: "${title}" is there ${row.ids.length} times`);
    stand.check(id === undefined || row.ids[0] === id, () => `G1: "${title}" has another id than was told`);
    stand.check(row.authors === 1, () => `G1: "${title}" has ${row.authors} authors`);
  }
}

/** G2, G4, G5: what `concord check-invariants` and `concord audit verify` look at. */
async function holdsInvariants(stand: Stand): Promise<void> {
  const url = new URL(stand.environment()['DATABASE_URL']!);
  url.port = new URL(stand.ground.postgres.url).port;
  const db = await new DataSource(databaseOptions(url.href, 2)).initialize();
  try {
    for (const { name, offending } of await checkInvariants(db, new Storage(join(stand.varDir, 'files'))))
      stand.check(offending.length === 0, () => `${name} is broken by ${offending.slice(0, 3).join(', ')}`);
    const record = await verifyRecord(db, null);
    stand.check(record.found === 0, () => `G4: the record is broken: ${record.findings[0]?.message}`);
  } finally {
    await db.destroy();
  }
}

interface MailRow {
  messageId: string;
  state: string;
  subject: string;
  text: string;
  html: string;
  address: string;
}

/** G3: no message arrived twice, or otherwise than it was written, or to somebody else; and each that is out did arrive. */
async function sendsOnce(stand: Stand): Promise<void> {
  const rows = await stand.rows<MailRow>(
    `select message_id as "messageId", state, subject, text, html, recipient_address as address from mail_message`,
  );
  const known = new Map(rows.map((row) => [row.messageId, row]));
  const copies = new Map<string, number>();
  for (const { messageId, to, raw } of stand.mail.taken) {
    copies.set(messageId, (copies.get(messageId) ?? 0) + 1);
    const row = known.get(messageId);
    if (!row) {
      stand.check(false, () => `G3: ${messageId} arrived and is not in the outbox`);
      continue;
    }
    stand.check(
      to.length === 1 && to[0] === row.address,
      () => `G3: ${messageId} went to ${to.length} other recipients`,
    );
    stand.check(
      ['handed_over', 'uncertain', 'sending', 'superseded'].includes(row.state),
      () => `G3: ${messageId} arrived and stands as ${row.state}`,
    );
    const read = await readMail(raw);
    stand.check(
      read.subject === row.subject && (row.text === '' || read.text === row.text.trimEnd()),
      () => `G3: ${messageId} does not say what was written`,
    );
  }
  for (const [messageId, count] of copies)
    stand.check(count === 1, () => `G3: ${messageId} arrived ${count} times`);
  const arrivedBefore = await stand.rows<{ messageId: string }>(
    `select message_id as "messageId" from mail_message where state = 'handed_over' and settled_at < $1`,
    [stand.begunAt],
  );
  const old = new Set(arrivedBefore.map((row) => row.messageId));
  for (const row of rows)
    stand.check(
      row.state !== 'handed_over' || copies.has(row.messageId) || old.has(row.messageId),
      () => `G3: ${row.messageId} stands as handed over and did not arrive`,
    );
}

/** G6: no log, no job and no key of Redis holds a name or an address of an author. */
async function keepsNamesToItself(stand: Stand): Promise<void> {
  for (const door of stand.doors)
    stand.check(!door.log().includes(CANARY), () => {
      const log = door.log();
      const at = log.indexOf(CANARY);
      return `G6: a log holds somebody's name or address: ${log.slice(Math.max(0, at - 200), at + 60)}`;
    });
  const jobs = await stand.rows<{ found: number }>(
    `select count(*)::int as found from bullmq.job j where j::text like '%${CANARY}%'`,
  );
  stand.check(jobs[0]?.found === 0, () => `G6: a job holds somebody's name or address`);
  if (!stand.redis) return;
  for (const key of await stand.redis.client.keys('*')) {
    const dumped = await stand.redis.client.dumpBuffer(key);
    stand.check(
      !dumped?.includes(CANARY),
      () => `G6: the key ${key} of Redis holds somebody's name or address`,
    );
  }
}

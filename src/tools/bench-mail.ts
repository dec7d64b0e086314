import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { builtFile } from '../platform/program.js';
import { MAIL_WORKER_SETTINGS } from '../mail/mail.worker.js';
import { rounded } from './bench-figures.js';
import { complaintOf } from './command.js';
import { makeGround, type Ground } from './faults/ground.js';
import { readMail } from './faults/mail-server.js';
import { endAll, startDoor } from './faults/processes.js';
import { hasRedis } from './faults/redis-server.js';
import { Stand, type Backend } from './faults/stand.js';
import { table } from './table.js';

/** `npm run -s bench:mail`: many decisions released at once, and how their mail goes out, beside plain nodemailer. */

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Submissions that are really handed in; the others are copies of their rows. */
const REAL = 100;

export interface MailFigures {
  backend: Backend;
  decisions: number;
  releaseSeconds: number;
  /** From the worker's first message at the mail server until the last one is written down. */
  seconds: number;
  rate: number;
  plainSeconds: number;
  plainRate: number;
  /** The worker's rate as a share of plain nodemailer's. */
  ratio: number;
  lost: number;
  doubled: number;
  wrong: number;
  /** Resident memory of the worker in MB, once a second. */
  memory: number[];
}

async function benchMail(ground: Ground, backend: Backend, decisions: number): Promise<MailFigures> {
  const stand = await Stand.make(ground, 1, backend, 'decided');
  try {
    await copyRows(stand, Math.ceil(decisions / REAL) - 1);
    const web = await stand.web();
    const token = stand.cast.chairs[0]!;
    const path = '/api/v1/conferences/board/decision-releases';
    const preview = await web.driver.ask<{ listHash: string; items: unknown[] }>(
      200,
      'GET',
      `${path}/preview`,
      { token },
    );
    say(`${backend}: releasing ${preview.items.length} decisions`);
    const asked = performance.now();
    await web.driver.ask(201, 'POST', path, { token, key: true, body: { listHash: preview.listHash } });
    const releaseSeconds = (performance.now() - asked) / 1000;
    await web.end('SIGTERM');

    say(`${backend}: the worker sends`);
    // The worker as it is delivered, straight to the mail server and the database.
    const direct = new URL(stand.environment()['DATABASE_URL']!);
    direct.port = new URL(ground.postgres.url).port;
    const smtpUrl = `smtp://127.0.0.1:${stand.mail.port}`;
    const worker = startDoor('worker', [], {
      ...stand.environment(),
      DATABASE_URL: direct.href,
      SMTP_URL: smtpUrl,
    });
    const memory: number[] = [];
    const watch = setInterval(
      () =>
        void residentMb(worker.pid).then(
          (mb) => memory.push(mb),
          () => undefined,
        ),
      1_000,
    );
    await stand.until('the first message is there', () => Promise.resolve(stand.mail.taken.length > 0));
    const begun = performance.now();
    await stand.drained(600_000).finally(() => clearInterval(watch));
    const seconds = (performance.now() - begun) / 1000;
    await worker.end('SIGTERM');
    const found = await compare(stand);

    say(`${backend}: plain nodemailer sends the same`);
    stand.mail.taken.length = 0;
    const plain = await sendPlainly(direct.href, smtpUrl);
    const rate = found.count / seconds;
    const plainRate = plain.count / plain.seconds;
    return {
      backend,
      decisions: found.count,
      releaseSeconds: rounded(releaseSeconds),
      seconds: rounded(seconds),
      rate: Math.round(rate),
      plainSeconds: rounded(plain.seconds),
      plainRate: Math.round(plainRate),
      ratio: Math.round((rate / plainRate) * 100) / 100,
      lost: found.lost,
      doubled: found.doubled,
      wrong: found.wrong,
      memory,
    };
  } finally {
    await stand.clear();
  }
}

/** Gives every submission of the board so many copies, each with its author, its history and its pending decision. */
async function copyRows(stand: Stand, times: number): Promise<void> {
  if (times < 1) return;
  const tables: [name: string, ids: string[]][] = [
    ['submission', ['id']],
    ['submission_author', ['id', 'submission_id']],
    ['submission_topic', ['submission_id']],
    ['submission_version', ['submission_id']],
    ['pending_decision', ['submission_id']],
  ];
  for (const [name, ids] of tables) {
    const columns = await stand.rows<{ column: string }>(
      `select attname as column from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped
         and attgenerated = ''`,
      [name],
    );
    const names = columns.map(({ column }) => column).join(', ');
    const changed = ids.map((id) => `'${id}', t.${id} || to_char(n, 'FM0000')`).join(', ');
    await stand.pool.query(
      `insert into ${name} (${names}) select ${columns.map(({ column }) => `r.${column}`).join(', ')}
       from ${name} t cross join generate_series(1, $1::int) n
       cross join lateral jsonb_populate_record(null::${name}, to_jsonb(t) || jsonb_build_object(${changed})) r
       where t.${ids.at(-1)} like 'BOARD-%'`,
      [times],
    );
  }
  await stand.pool.query('analyze');
}

/** The outbox beside what has arrived. */
async function compare(
  stand: Stand,
): Promise<{ count: number; lost: number; doubled: number; wrong: number }> {
  const rows = await stand.rows<{
    messageId: string;
    address: string;
    subject: string;
    text: string;
    outcome: string;
  }>(
    `select m.message_id as "messageId", m.recipient_address as address, m.subject, m.text, d.outcome
     from mail_message m join decision d on d.submission_id = m.subject_id and m.kind = 'decision_' || d.outcome
     where m.kind like 'decision_%'`,
  );
  const known = new Map(rows.map((row) => [row.messageId, row]));
  const copies = new Map<string, number>();
  let wrong = 0;
  for (const { messageId, to, raw } of stand.mail.taken) {
    copies.set(messageId, (copies.get(messageId) ?? 0) + 1);
    const row = known.get(messageId);
    const read = await readMail(raw);
    if (!row || to.join() !== row.address || read.subject !== row.subject || read.text !== row.text.trimEnd())
      wrong += 1;
  }
  return {
    count: rows.length,
    lost: rows.filter(({ messageId }) => !copies.has(messageId)).length,
    doubled: [...copies.values()].filter((count) => count > 1).length,
    wrong,
  };
}

async function residentMb(pid: number): Promise<number> {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

function sendPlainly(databaseUrl: string, smtpUrl: string): Promise<{ count: number; seconds: number }> {
  const words = [databaseUrl, smtpUrl, String(MAIL_WORKER_SETTINGS.connections)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [builtFile('tools/bench-mail-plain.js'), ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (part: Buffer) => (printed += part.toString()));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve(JSON.parse(printed) as { count: number; seconds: number })
        : reject(new Error('plain nodemailer failed')),
    );
  });
}

const count = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < REAL || number > 100_000)
    throw new InvalidArgumentError(`It must be a whole number from ${REAL} to 100000.`);
  return number;
};

async function bench(options: { decisions: number; backend?: Backend; json?: true }): Promise<void> {
  const ground = await makeGround(REAL, say);
  const done: MailFigures[] = [];
  try {
    for (const backend of ['postgres', 'redis'] as const) {
      if (options.backend && options.backend !== backend) continue;
      if (backend === 'redis' && !hasRedis()) say('redis-server is not installed: left out');
      else done.push(await benchMail(ground, backend, options.decisions));
    }
  } finally {
    await ground.stop();
  }
  if (done.some(({ lost, doubled, wrong }) => lost + doubled + wrong > 0)) process.exitCode = 1;
  if (options.json) {
    for (const figures of done) print(JSON.stringify({ bench: 'mail', ...figures }));
    return;
  }
  print(
    table(
      [
        'queue',
        'decisions',
        'released in s',
        'sent in s',
        'mails/s',
        'nodemailer/s',
        'ratio',
        'lost',
        'doubled',
        'wrong',
      ],
      done.map((f) => [
        f.backend,
        f.decisions,
        f.releaseSeconds,
        f.seconds,
        f.rate,
        f.plainRate,
        f.ratio,
        f.lost,
        f.doubled,
        f.wrong,
      ]),
    ),
  );
  for (const { backend, memory } of done)
    print(`memory of the worker on ${backend}, MB each second: ${memory.join(' ')}`);
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => void endAll().finally(() => process.exit(code)));

try {
  await new Command('bench-mail')
    .description(
      'mails a second of many decisions released at once, beside plain nodemailer with the same messages',
    )
    .addOption(new Option('--decisions <number>', 'how many').argParser(count).default(10_000))
    .addOption(new Option('--backend <name>', 'one queue only').choices(['postgres', 'redis']))
    .addOption(new Option('--json', 'print JSON lines and nothing else'))
    .action(bench)
    .parseAsync();
} catch (error) {
  process.stderr.write(`${complaintOf(error)}\n`);
  process.exitCode = 1;
}

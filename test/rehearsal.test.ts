import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Tokens } from '../src/accounts/tokens.service.js';
import { systemActor } from '../src/platform/actor.js';
import { CONFIG, type Config } from '../src/platform/config.js';
import { Storage } from '../src/platform/storage.js';
import { Driver } from '../src/tools/driver.js';
import { checkInvariants } from '../src/tools/invariants.js';
import { invented } from '../src/tools/population.js';
import { checkMail } from '../src/tools/rehearsal-mail.js';
import { play } from '../src/tools/rehearsal.js';
import { Report } from '../src/tools/report.js';
import { mailboxFolder, type Inbox } from '../src/tools/sink.js';
import { createTestApp, type TestApp } from './support/app.js';

const SIZE = 30;

let app: TestApp;
let driver: Driver;
let inbox: Inbox;
let operator: string;

beforeAll(async () => {
  app = await createTestApp({ workers: true });
  driver = new Driver(app.url, 8);
  inbox = mailboxFolder(join(app.app.get<Config>(CONFIG).varDir, 'mailbox'));
  await app.grant('operator@concord.example', 'operator', null);
  const personId = await app.person('operator@concord.example');
  const made = await app.app.get(Tokens).create(systemActor(), {
    personId,
    name: 'rehearsal',
    role: 'operator',
    conferenceId: null,
    rehearsal: true,
  });
  operator = made.secret;
});
afterAll(async () => {
  driver.close();
  await app.close();
});

/** A report and what it has printed, line by line. */
function reported(): { report: Report; lines(): Record<string, unknown>[] } {
  const output = new PassThrough();
  let text = '';
  output.on('data', (part: Buffer) => (text += part.toString()));
  return {
    report: new Report(output, undefined, true),
    lines: () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('a rehearsal', () => {
  it('plays a conference from the first abstract to the proceedings', async () => {
    const { report, lines } = reported();
    await play({ driver, inbox, report, operator, population: invented(SIZE, 7), seed: 7 });
    expect(report.broken).toEqual([]);
    expect(report.finish({ abstracts: SIZE })).toBe(true);

    const stages = new Map(lines().map(({ stage, count }) => [stage, count]));
    expect(stages.get('submit abstracts')).toBe(SIZE - 1);
    expect(stages.get('hand in reviews')).toBe(3 * (SIZE - 1));
    expect(stages.get('release decisions')).toBe(SIZE - 1);
    expect(stages.get('build proceedings')).toBe(Math.round(((SIZE - 1) * 2) / 3));
    expect(report.refusals).toEqual([
      {
        stage: 'submit abstracts',
        what: 'abstract 30',
        reason: expect.stringMatching(/^fields; abstract words \(3\d\d, limit 300\)$/),
      },
    ]);
    expect(lines().at(-1)).toMatchObject({ rehearsal: { ok: true, abstracts: SIZE } });

    const findings = await checkInvariants(app.db, app.app.get(Storage));
    expect(findings.filter(({ offending }) => offending.length > 0)).toEqual([]);
  }, 60_000);

  it('notices mail that is lost, doubled or wrong', async () => {
    const [conference] = await app.db.query(`select id, slug from conference where kind = 'rehearsal'`);
    const organiser = await app.token('organiser@rehearsal.example', 'organiser', conference.id);
    const rows: { id: string; title: string; authors: string[] }[] = await app.db.query(
      `select s.id, s.title, array_agg(a.address) as authors from submission s join submission_author a on a.submission_id = s.id
       where s.status <> 'draft' group by s.id`,
    );
    const check = async (changed: Inbox): Promise<string[]> => {
      const { report } = reported();
      await checkMail({ driver, inbox: changed, report, slug: conference.slug, organiser, submitted: rows });
      return report.broken;
    };
    expect(await check(inbox)).toEqual([]);
    const mails = await inbox.all();
    const [first] = mails.filter(({ subject }) => subject.includes('accepted for'));
    const others = mails.filter((mail) => mail !== first);
    expect(await check({ all: () => Promise.resolve(others) })).toEqual([
      expect.stringContaining('arrived 0 times'),
    ]);
    expect(await check({ all: () => Promise.resolve([...mails, first!]) })).toEqual([
      expect.stringContaining('arrived 2 times'),
    ]);
    const wrong = { ...first!, raw: first!.raw.replaceAll('accepted', 'rejected') };
    expect(await check({ all: () => Promise.resolve([...others, wrong]) })).toEqual([
      expect.stringContaining('does not say what was decided'),
    ]);
  });
});

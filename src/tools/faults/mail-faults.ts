import { setTimeout as sleep } from 'node:timers/promises';
import { between } from '../../platform/chance.js';
import { BOTH, type Fault } from './fault.js';
import { DEAD_WORKER_SCALE, once, type Stand } from './stand.js';
import type { Tap, Verdict } from './proxy.js';
import { smtpLines } from './wire.js';

/** Connections that a worker keeps (`MailWorkerSettings.connections`): so many messages are under way at most. */
const UNDER_WAY = 5;

/** Judges each line of the mail server on every link; `said` are those of the link so far. */
const lineByLine = (judge: (line: string, said: readonly string[]) => Verdict) => (): Tap => {
  const lines = smtpLines();
  const said: string[] = [];
  return {
    server(part) {
      for (const line of lines(part)) {
        said.push(line);
        const verdict = judge(line, said);
        if (verdict !== 'pass') return verdict;
      }
      return 'pass';
    },
  };
};

type Moment = (line: string, said: readonly string[]) => boolean;

const isGreeting: Moment = (_, said) => said.length === 1;
const isGoAhead: Moment = (line) => line.startsWith('354');
/** The answer to a message: what the server says next after "go ahead". */
const isAnswer: Moment = (_, said) => said.at(-2)?.startsWith('354') === true;

/**
 * Kills a worker when the mail server says something for the nth time, before the worker hears it, and lets another go on.
 * @param silent whether nobody hears any such word, so that no message gets further than that
 */
async function killAt(stand: Stand, moment: Moment, nth: number, silent = false): Promise<void> {
  let left = nth;
  let dead = false;
  stand.toMail.tap = lineByLine((line, said) => {
    if (dead) return 'hold';
    if (!moment(line, said)) return 'pass';
    left -= 1;
    if (left > 0) return silent ? 'hold' : 'pass';
    dead = true;
    worker.shoot();
    return 'hold';
  });
  const worker = stand.startWorker(DEAD_WORKER_SCALE);
  await stand.until('the worker is killed', () => Promise.resolve(dead && worker.exitCode !== undefined));
  stand.toMail.tap = undefined;
  await stand.worker(DEAD_WORKER_SCALE);
  await stand.drained();
}

/** Messages of the released decisions by state. */
async function decisionMail(stand: Stand): Promise<Record<string, number>> {
  const rows = await stand.rows<{ state: string; n: number }>(
    `select state, count(*)::int as n from mail_message where kind like 'decision_%' group by state`,
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

/** Uncertain messages stay so, organisers see them, and everything else is out. */
async function onlyUncertainLeft(stand: Stand, least: number, most: number): Promise<void> {
  const web = await stand.web();
  const { uncertain = 0, handed_over: out = 0 } = await decisionMail(stand);
  stand.check(
    uncertain >= least && uncertain <= most,
    () => `${uncertain} messages are uncertain, which should be ${least} to ${most}`,
  );
  stand.check(
    uncertain + out === stand.cast.decided.length,
    () => `of ${stand.cast.decided.length} messages ${out} are out and ${uncertain} uncertain`,
  );
  const list = await once(web.driver, 'GET', '/api/v1/conferences/board/mail?state=uncertain&limit=100', {
    token: stand.cast.chairs[0]!,
  });
  const shown = (list.body as { items?: unknown[] } | undefined)?.items?.length;
  stand.check(shown === uncertain, () => `organisers are shown ${shown} of ${uncertain} uncertain messages`);
  // Nobody sends them again: the sweeper has been round.
  const before = stand.mail.taken.length;
  await sleep(1_000);
  stand.check(stand.mail.taken.length === before, () => 'something was sent again');
}

/** Every message is out, and none is uncertain. */
async function allOut(stand: Stand): Promise<void> {
  const states = await decisionMail(stand);
  stand.check(
    states['handed_over'] === stand.cast.decided.length,
    () => `not everything is out: ${JSON.stringify(states)}`,
  );
}

/** Faults of the way from the outbox to the mail server. */
export const MAIL_FAULTS: readonly Fault[] = [
  {
    id: 'F3',
    what: 'worker killed before a mail server has greeted it',
    backends: BOTH,
    state: 'released',
    async run(stand) {
      await killAt(stand, isGreeting, between(stand.chance, 1, 4), true);
      await allOut(stand);
    },
  },
  {
    id: 'F4',
    what: 'worker killed when the mail server asked for the text',
    backends: BOTH,
    state: 'released',
    async run(stand) {
      await killAt(stand, isGoAhead, between(stand.chance, 1, 40));
      await onlyUncertainLeft(stand, 1, UNDER_WAY);
    },
  },
  {
    id: 'F5',
    what: 'worker killed when the mail server had taken a message',
    backends: BOTH,
    state: 'released',
    async run(stand) {
      await killAt(stand, isAnswer, between(stand.chance, 1, 40));
      await onlyUncertainLeft(stand, 1, UNDER_WAY);
      const rows = await stand.rows<{ id: string }>(
        `select message_id as id from mail_message where state = 'uncertain'`,
      );
      const there = rows.filter(({ id }) => stand.mail.taken.some(({ messageId }) => messageId === id));
      stand.check(there.length > 0, () => 'no uncertain message has arrived, yet one was taken');
    },
  },
  {
    id: 'F20',
    what: 'mail server that says one letter in ten seconds on every other link',
    backends: BOTH,
    state: 'released',
    async run(stand) {
      stand.toMail.slowness = (link) => (link % 2 === stand.seed % 2 ? 10_000 / 60 : 0);
      await stand.worker();
      const all = stand.cast.decided.length;
      await stand.until('the other links carry the mail', async () => {
        const { handed_over: out = 0 } = await decisionMail(stand);
        return out >= all - UNDER_WAY;
      });
      // One more looks whether the server is there.
      stand.check(
        stand.mail.mostOpen <= UNDER_WAY + 1,
        () => `there were ${stand.mail.mostOpen} connections at once`,
      );
      stand.toMail.slowness = undefined;
      await stand.drained(90_000);
      await allOut(stand);
    },
  },
  {
    id: 'F21',
    what: 'mail server that says "later" for half an hour',
    backends: BOTH,
    state: 'released',
    async run(stand) {
      const stage = stand.seed % 2 === 0 ? 'rcpt' : 'dot';
      const tries = new Map<string, number>();
      stand.mail.answer = (at, to) => {
        if (at !== stage) return undefined;
        tries.set(to, (tries.get(to) ?? 0) + 1);
        return { code: 451, text: '4.3.2 try again later' };
      };
      await stand.worker(DEAD_WORKER_SCALE);
      await sleep((30 * 60_000) / DEAD_WORKER_SCALE);
      const [row] = await stand.rows<{ least: number; most: number; waits: number }>(
        `select min(attempts)::int as least, max(attempts)::int as most, count(distinct next_attempt_at)::int as waits
         from mail_message where kind like 'decision_%'`,
      );
      // 30 s, 1, 2, 4, 8 and 16 minutes, each give or take a quarter.
      stand.check(
        row!.least >= 1 && row!.most <= 7,
        () => `it was tried ${row!.least} to ${row!.most} times in half an hour`,
      );
      stand.check(row!.waits > stand.cast.decided.length / 2, () => 'all come back at the same time');
      stand.mail.answer = undefined;
      await stand.drained();
      await allOut(stand);
    },
  },
  {
    id: 'F22',
    what: 'mail server that refuses 3 % of recipients and 1 % of messages',
    backends: BOTH,
    state: 'released',
    async run(stand) {
      const given = { rcpt: 0, dot: 0 };
      stand.mail.answer = (stage) => {
        if (stage === 'auth' || stand.chance() >= (stage === 'rcpt' ? 0.03 : 0.01)) return undefined;
        given[stage] += 1;
        return stage === 'rcpt'
          ? { code: 550, text: '5.1.1 no such mailbox' }
          : { code: stand.chance() < 0.5 ? 554 : 552, text: '5.3.4 not like this' };
      };
      await stand.worker();
      await stand.drained();
      const { refused = 0, handed_over: out = 0 } = await decisionMail(stand);
      stand.check(
        refused === given.rcpt + given.dot,
        () => `${given.rcpt + given.dot} were refused and ${refused} stand so`,
      );
      stand.check(refused + out === stand.cast.decided.length, () => `${out} are out and ${refused} refused`);
      const asked = stand.mail.seen.rcpt;
      await sleep(1_000);
      stand.check(stand.mail.seen.rcpt === asked, () => 'a refused message was tried again');
      stand.mail.answer = undefined;
      const web = await stand.web();
      const list = await once(web.driver, 'GET', '/api/v1/conferences/board/mail?state=refused&limit=100', {
        token: stand.cast.chairs[0]!,
      });
      const { items = [] } = (list.body ?? {}) as { items?: { response?: string | null }[] };
      stand.check(
        items.length === refused && items.every(({ response }) => /^55\d /.test(response ?? '')),
        () =>
          `organisers are shown ${items.length} of ${refused} refused messages: ${JSON.stringify(items[0])}`,
      );
      return web;
    },
  },
  {
    id: 'F23',
    what: 'mail server that is silent, or gone, after it has taken a message',
    backends: BOTH,
    state: 'released',
    async run(stand) {
      const hangs = stand.seed % 2 === 0;
      let left = between(stand.chance, 1, 3);
      const wanted = left;
      const due = (): boolean => left > 0 && stand.chance() < 0.2 && (left -= 1) >= 0;
      if (hangs)
        stand.mail.answer = (stage) => (stage === 'dot' && due() ? { code: 0, text: '' } : undefined);
      else stand.toMail.tap = lineByLine((line, said) => (isAnswer(line, said) && due() ? 'cut' : 'pass'));
      const worker = await stand.worker(DEAD_WORKER_SCALE);
      await stand.drained();
      stand.mail.answer = undefined;
      stand.toMail.tap = undefined;
      stand.check(left === 0, () => 'it did not happen often enough');
      await onlyUncertainLeft(stand, wanted, wanted);
      const alerts = worker.log().split('a message is uncertain').length - 1;
      stand.check(alerts === wanted, () => `${alerts} alerts for ${wanted} uncertain messages`);
    },
  },
  {
    id: 'F24',
    what: 'mail server that does not take our password',
    backends: BOTH,
    state: 'released',
    async run(stand) {
      let refusing = true;
      stand.mail.answer = (stage) =>
        stage === 'auth' && refusing ? { code: 535, text: '5.7.8 who are you' } : undefined;
      const worker = await stand.worker(undefined, {
        SMTP_URL: `smtp://concord:secret@127.0.0.1:${stand.toMail.port}`,
      });
      await sleep(2_000 + stand.chance() * 1_000);
      const states = await decisionMail(stand);
      stand.check(
        (states['refused'] ?? 0) + (states['uncertain'] ?? 0) + (states['handed_over'] ?? 0) === 0,
        () => `messages were given up: ${JSON.stringify(states)}`,
      );
      const told = worker.log().split('does not take mail from us').length - 1;
      stand.check(told === 1, () => `it was told ${told} times`);
      // 2 s, then twice as long each time: about seven rounds in three minutes, of so many links each.
      stand.check(
        stand.mail.seen.auth >= 1 && stand.mail.seen.auth <= 10 * UNDER_WAY,
        () => `it was tried ${stand.mail.seen.auth} times`,
      );
      stand.check(!worker.log().includes('secret'), () => 'the password is in the log');
      refusing = false;
      await stand.drained();
      await allOut(stand);
    },
  },
];

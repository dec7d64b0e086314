import PostalMime from 'postal-mime';
import type { Driver } from './driver.js';
import type { Report } from './report.js';
import type { ArrivedMail, Inbox } from './sink.js';

/** What the check of the mail looks at. */
export interface MailCheck {
  driver: Driver;
  inbox: Inbox;
  report: Report;
  slug: string;
  organiser: string;
  submitted: readonly { id: string; title: string; authors: readonly string[] }[];
}

interface OutboxLine {
  id: string;
  kind: string;
  to: { address: string };
  subject: string;
  state: string;
}

const LOOK_EVERY_MS = 250;
/** Without any new message for so long, the mail is given up. */
const PATIENCE_MS = 60_000;
const UNDER_WAY = new Set(['ready', 'claimed', 'sending', 'deferred']);

/**
 * Waits for the conference's mail, then makes sure that each message of the outbox has arrived once, with the subject it
 * has there, and that each author's address got one decision mail for each submission, of the kind that the status says.
 */
export async function checkMail(check: MailCheck): Promise<{ count: number }> {
  const { driver, report, slug, organiser: token, submitted } = check;
  const outbox = await settled(check);
  const arrived = new Map<string, ArrivedMail[]>();
  for (const mail of await check.inbox.all()) {
    const id = mail.messageId.split('@', 1)[0]!;
    arrived.set(id, [...(arrived.get(id) ?? []), mail]);
  }
  const statuses = await driver.list<{ id: string; status: string }>(
    `/api/v1/conferences/${slug}/submissions`,
    token,
  );
  const statusOf = new Map(statuses.map(({ id, status }) => [id, status]));
  const titleOf = new Map(submitted.map(({ id, title }) => [id, title]));

  const told = new Map<string, number>();
  const receipts = new Map<string, number>();
  for (const line of outbox) {
    const copies = arrived.get(line.id) ?? [];
    report.check(line.state === 'handed_over', () => `the message ${line.id} is ${line.state}`);
    report.check(
      copies.length === 1 && copies[0]!.to === line.to.address,
      () => `the message ${line.id} (${line.kind}) arrived ${copies.length} times`,
    );
    const code = line.subject.split(':', 1)[0]!;
    const place = `${code} ${line.to.address}`;
    if (line.kind === 'submission_receipt') receipts.set(place, (receipts.get(place) ?? 0) + 1);
    if (!line.kind.startsWith('decision_')) continue;
    told.set(place, (told.get(place) ?? 0) + 1);
    report.check(
      line.kind === `decision_${statusOf.get(code)}`,
      () => `${code} is ${statusOf.get(code)}, and the message ${line.id} is of the kind ${line.kind}`,
    );
    if (copies[0])
      report.check(
        await says(copies[0], line.subject, code, titleOf.get(code) ?? ''),
        () => `the message ${line.id} does not say what was decided`,
      );
  }
  for (const { id, authors } of submitted)
    for (const address of new Set(authors)) {
      const place = `${id} ${address}`;
      report.check(told.get(place) === 1, () => `an author of ${id} was told ${told.get(place) ?? 0} times`);
      report.check(
        (receipts.get(place) ?? 0) === 1,
        () => `an author of ${id} got ${receipts.get(place) ?? 0} receipts`,
      );
    }
  const due = submitted.reduce((sum, { authors }) => sum + new Set(authors).size, 0);
  report.check(told.size === due, () => `${told.size} decision mails for ${due} addresses`);
  return { count: outbox.length };
}

/** The outbox of the conference, once nothing in it is under way any more. */
async function settled({ driver, inbox, slug, organiser: token }: MailCheck): Promise<OutboxLine[]> {
  const path = `/api/v1/conferences/${slug}/mail`;
  let most = -1;
  let last = performance.now();
  for (;;) {
    const there = (await inbox.all()).length;
    if (there > most) {
      most = there;
      last = performance.now();
    } else {
      // The list is long: it is asked for once nothing arrives any more.
      const outbox = await driver.list<OutboxLine>(path, token);
      if (!outbox.some(({ state }) => UNDER_WAY.has(state)) || performance.now() - last > PATIENCE_MS)
        return outbox;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Letters and digits only: mail is wrapped, and titles are tidied. */
const plain = (text: string): string => text.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '');

async function says(mail: ArrivedMail, subject: string, code: string, title: string): Promise<boolean> {
  const { subject: read, text = '' } = await PostalMime.parse(mail.raw);
  return read === subject && text.includes(code) && plain(text).includes(plain(title));
}

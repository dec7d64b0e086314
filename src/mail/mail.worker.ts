import { StartFailure } from '../platform/start-failure.js';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { PersonKeys } from '../people/person-keys.js';
import { isStandIn } from '../people/stand-in.js';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { LOGGER } from '../platform/platform.module.js';
import { Queues } from '../platform/queue.js';
import { Metrics } from '../platform/telemetry.js';
import { compose, type ClaimedMessage, type Sending } from './compose.js';
import { sendingOf } from './sending.js';
import { Gather } from './gather.js';
import { MailKinds } from './kinds.js';
import { hashOf } from './render.js';
import { codesOnly, openMail, realAddress } from './sealed-mail.js';
import { ALIGN_HOLDS, ON_HOLD } from './holds.service.js';
import { backOffMs, blamesRecipient, GIVE_UP_AFTER_MS, type MailState } from './mail-rules.js';
import { NOW, ServerState } from './server-state.js';
import { Slots } from './slots.js';
import { ServerTrouble, SmtpPool, type Attempt } from './smtp.js';

/** Waiting times in milliseconds, and how much at once. The defaults are for use, others for tests. */
export interface MailWorkerSettings {
  /** Connections to the mail server at once. */
  connections: number;
  sweepEveryMs: number;
  /** The sweeper leaves a message this long to the queue. */
  graceMs: number;
  firstBackOffMs: number;
  firstPauseMs: number;
  /** A claim that led to nothing is taken back after this time; it is safe at any. */
  claimMs: number;
  /** A message that is "being sent" for longer than this is uncertain: longer than any link waits. */
  sendingMs: number;
  /** How long a connection and the mail server's greeting may take. */
  connectMs: number;
  /** How long the mail server may be silent before the link counts as broken; shorter than `sendingMs`. */
  answerMs: number;
  /** There is no other worker, so whatever is found under way at the start is nobody else's. */
  alone: boolean;
  /** So many refusals in a row that do not blame the recipient say that the server refuses us, not the messages. */
  refusalsInRow: number;
}

export const MAIL_WORKER_SETTINGS: MailWorkerSettings = {
  connections: 5,
  sweepEveryMs: 2_000,
  graceMs: 1_000,
  firstBackOffMs: 30_000,
  firstPauseMs: 2_000,
  claimMs: 2 * 60_000,
  sendingMs: 15 * 60_000,
  connectMs: 15_000,
  // RFC 5321 4.5.3.2.6 gives the answer to a message ten minutes: giving up sooner makes messages uncertain.
  answerMs: 10 * 60_000,
  alone: false,
  refusalsInRow: 10,
};

/** Messages that are claimed at once for each connection: one statement for many, and few that wait for a worker that died. */
const CLAIMED_EACH = 4;
/** Most messages in one statement that writes down what becomes of them. */
const WRITTEN_AT_ONCE = 100;
/** So many refused messages are remembered. */
const MOST_IN_ROW = 200;
/** What became of a message. */
interface End {
  row: ClaimedMessage;
  state: MailState;
  attempts: number;
  waitMs: number;
  response: string;
}

const LONGEST_PAUSE_MS = 5 * 60_000;
/** Waits between the tries to write down what became of a message that is out. */
const WRITE_DOWN_AGAIN_MS = [200, 1_000, 3_000, 5_000, 10_000];

const ago = (parameter: string): string => `(${NOW} - make_interval(secs => ${parameter}::float8 / 1000))`;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Carries the outbox to the mail server. The queue wakes it, the sweeper finds what the queue has lost; a row's state
 * decides who may send it, so that any number of workers send it once.
 */
@Injectable()
export class MailWorker {
  private settings = MAIL_WORKER_SETTINGS;
  private slots = new Slots(MAIL_WORKER_SETTINGS.connections);
  private pool: SmtpPool | undefined;
  private state: 'new' | 'running' | 'stopped' = 'new';
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private readonly running = new Set<Promise<void>>();
  /** Troubles with the server in a row, and until when (by `performance.now()`) nothing is tried. */
  private troubles = 0;
  private pausedUntil = 0;
  /** A message is out to see whether the server takes mail again. */
  private probing = false;
  /** Whether trouble that another worker has written down is still to be taken back. */
  private knownTrouble = false;
  /** Messages that were refused one after the other with nothing taken between, for reasons that are not theirs. */
  private refusedInRow: string[] = [];
  private server: ServerState | undefined;
  private sending: Sending | undefined;
  /** Claimed and not yet taken up by a connection. */
  private backlog: ClaimedMessage[] = [];
  private refilling: Promise<void> | undefined;
  private readonly marking = new Gather(
    (rows: readonly ClaimedMessage[]) => this.markAll(rows),
    WRITTEN_AT_ONCE,
  );
  private readonly writing = new Gather((ends: readonly End[]) => this.writeAll(ends), WRITTEN_AT_ONCE);

  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
    private readonly queues: Queues,
    private readonly metrics: Metrics,
    private readonly kinds: MailKinds,
    private readonly keys: PersonKeys,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Whether the mail server did not let us in when we last tried: mail waits. */
  get degraded(): boolean {
    return this.troubles > 0;
  }

  /** Starts to work the queue and to sweep. @throws StartFailure without an SMTP address, or with a DKIM key that is none. */
  start(settings: Partial<MailWorkerSettings> = {}): void {
    if (this.state !== 'new') return;
    if (!this.config.smtpUrl)
      throw new StartFailure(
        'Mail has nowhere to go: set SMTP_URL to the mail server, as in smtp://mail.example.org:587.',
      );
    this.settings = { ...MAIL_WORKER_SETTINGS, ...settings };
    this.slots = new Slots(this.settings.connections);
    this.pool = new SmtpPool(this.config.smtpUrl, this.settings);
    this.server = new ServerState(this.db, this.clock, this.config.smtpUrl, this.config.mailRate);
    this.sending = sendingOf(this.config);
    this.state = 'running';
    this.sweeping = this.begin();
  }

  private async begin(): Promise<void> {
    if (this.settings.alone) await this.recover(0, 0).catch(() => undefined);
    if (this.state !== 'running') return;
    this.queues.work('mail', this.settings.connections, (id) => this.deliver(id));
    this.sweepAgain(0);
  }

  /** Takes up nothing new, lets what is being sent finish, closes the connections. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    clearTimeout(this.timer);
    await this.sweeping;
    clearTimeout(this.timer);
    await Promise.all(this.running);
    await this.giveBacklogBack().catch(() => undefined);
    this.pool?.close();
  }

  private get idle(): boolean {
    return this.state !== 'running' || performance.now() < this.pausedUntil;
  }

  /** Sends one message if it is due and nobody else has it. Never throws because of the message or the mail server. */
  async deliver(id: string): Promise<void> {
    if (this.idle) return;
    await this.slots.acquire();
    await this.track(async () => {
      if (this.idle || this.probing) return;
      const turns = await this.server!.take(1);
      const [row] = await this.claim(`select $2`, [id], turns === 0);
      if (row) await this.tried(row);
      else await this.server!.giveBack(turns);
      // Where many were written at once, not each has a job of its own.
      await this.carryOn(0);
    });
  }

  /** Sends what is due, one after the other, until nothing is or somebody else wants the connection. */
  private async carryOn(graceMs: number): Promise<void> {
    while (!this.idle && !this.probing && !this.slots.wanted) {
      if (this.backlog.length === 0)
        await (this.refilling ??= this.refill(graceMs).finally(() => (this.refilling = undefined)));
      const row = this.backlog.shift();
      if (!row) return;
      await this.tried(row);
    }
    if (this.idle) await this.giveBacklogBack();
  }

  private async refill(graceMs: number): Promise<void> {
    const most = this.troubles > 0 ? 1 : CLAIMED_EACH * this.settings.connections;
    const turns = await this.server!.take(most);
    const rows = await this.claimDue(turns || most, turns === 0, graceMs);
    this.backlog.push(...rows);
    if (turns > rows.length) await this.server!.giveBack(turns - rows.length);
  }

  /** Nobody needs to wait until a claim runs out. */
  private async giveBacklogBack(): Promise<void> {
    const rows = this.backlog.splice(0);
    if (rows.length === 0) return;
    await this.db.query(
      `update mail_message m set state = 'ready', claimed_at = null, version = m.version + 1
       from unnest($1::text[], $2::int[]) as r (id, version)
       where m.id = r.id and m.version = r.version and m.state = 'claimed'`,
      [rows.map(({ id }) => id), rows.map(({ version }) => version)],
    );
  }

  /** Where the server was in trouble, one message goes ahead and shows whether it still is. */
  private async tried(row: ClaimedMessage): Promise<void> {
    if (this.troubles === 0) return this.handle(row);
    this.probing = true;
    try {
      await this.handle(row);
    } finally {
      this.probing = false;
    }
  }

  /** Runs in a slot that is already taken. */
  private track(act: () => Promise<void>): Promise<void> {
    const run = act().finally(() => {
      this.running.delete(run);
      this.slots.release();
    });
    this.running.add(run);
    return run;
  }

  private sweepAgain(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.sweeping = this.sweepOnce();
    }, afterMs);
  }

  private async sweepOnce(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.logger.warn({ error: (error as Error).message }, 'the mail sweeper could not look');
    }
    if (this.state === 'running') this.sweepAgain(this.settings.sweepEveryMs);
  }

  /** Looks by state, never by a last id: takes back what was left lying, sends what is due. */
  private async sweep(): Promise<void> {
    await this.recover(this.settings.claimMs, this.settings.sendingMs);
    await this.lookAround();
    if (this.idle || this.probing) return;
    const slots = this.slots.grab(this.troubles > 0 ? 1 : this.settings.connections);
    for (let slot = 0; slot < slots; slot += 1)
      void this.track(() => this.carryOn(this.settings.graceMs)).catch((error: Error) =>
        this.logger.warn({ error: error.message }, 'messages were left to the next sweep'),
      );
  }

  /** What people have put on hold or let go, and what other workers know of the server. */
  private async lookAround(): Promise<void> {
    const [seen]: { holds: boolean; trouble: boolean }[] = await this.db.query(
      `select exists (select 1 from mail_hold where released_at is null)
           or exists (select 1 from mail_message where state = 'held') as holds,
         exists (select 1 from mail_server where name = $1 and trouble is not null) as trouble`,
      [this.server!.name],
    );
    this.knownTrouble = seen!.trouble;
    if (seen!.holds) await this.db.query(ALIGN_HOLDS);
  }

  private claimDue(most: number, urgentOnly: boolean, graceMs: number): Promise<ClaimedMessage[]> {
    return this.claim(
      `select id from mail_message m where state in ('ready', 'deferred') and next_attempt_at <= ${ago('$2')}
         and not ${ON_HOLD} ${urgentOnly ? `and kind = 'sign_in'` : ''}
       order by next_attempt_at, id limit $3 for update skip locked`,
      [graceMs, most],
      urgentOnly,
    );
  }

  private async recover(claimMs: number, sendingMs: number): Promise<void> {
    await this.db.query(
      `update mail_message set state = 'ready', claimed_at = null, version = version + 1
       where state = 'claimed' and claimed_at <= ${ago('$2')}`,
      [this.clock.offsetMs, claimMs],
    );
    // The version stays: whoever was sending may still come back with the answer.
    const lost: { id: string }[] = await this.db.query(
      `with lost as (
         update mail_message set state = 'uncertain', settled_at = ${NOW}, response = $3,
           text = case when kind = any($4) then '' else text end, html = case when kind = any($4) then '' else html end
         where state = 'sending' and sending_at <= ${ago('$2')} returning id, version, settled_at, response)
       insert into mail_attempt (message_id, version, at, state, response)
       select id, version, settled_at, 'uncertain', response from lost
       on conflict do nothing returning message_id as id`,
      [this.clock.offsetMs, sendingMs, 'the worker that was sending it is gone', this.kinds.secret()],
    );
    for (const { id } of lost) {
      this.metrics.mail.inc({ state: 'uncertain' });
      this.logger.error({ message: id }, 'a message is uncertain: its worker is gone');
    }
  }

  /**
   * Claims those of the ids that are due and free.
   * @param ids a select of ids, with parameters from `$2`; as an array it runs once, while `in (… limit)` may run
   *   again for every row and claim more than its limit.
   * @param urgentOnly the server's rate is used up: sign-in links alone may still go, whose readers wait before the screen.
   */
  private claim(ids: string, parameters: unknown[], urgentOnly: boolean): Promise<ClaimedMessage[]> {
    return this.db.query(
      `with claimed as (
         update mail_message m set state = 'claimed', claimed_at = ${NOW}, version = version + 1
         where id = any(array(${ids})) and state in ('ready', 'deferred') and next_attempt_at <= ${NOW}
           and not ${ON_HOLD} ${urgentOnly ? `and kind = 'sign_in'` : ''}
         returning *
       )
       select m.id, m.kind, m.recipient_address as "recipientAddress", m.recipient_name as "recipientName", m.locale,
         m.subject, m.text, m.html, m.body_hash as "bodyHash", m.message_id as "messageId", m.attempts, m.version,
         m.created_at as "createdAt", m.claimed_at as "claimedAt",
         c.name as "conferenceName", c.contact_address as "contactAddress", m.stop_token as "stopToken", m.sealed_for as "sealedFor",
         k.data_key as "sealKey", a.address as "ownAddress", a.typed as "ownTyped", o.id as "ownerId",
         o.data_key as "ownerKey", o.protected_at is not null as "ownerProtected"
       from claimed m left join conference c on c.id = m.conference_id
       left join person k on k.id = m.sealed_for
       left join address_alias s on s.alias = m.recipient_address
       left join person_address a on a.address = coalesce(s.address, m.recipient_address) and m.sealed_for is not null
       left join person o on o.id = a.person_id`,
      [this.clock.offsetMs, ...parameters],
    );
  }

  private async handle(row: ClaimedMessage): Promise<void> {
    let composed: Awaited<ReturnType<typeof compose>>;
    try {
      composed = await compose(this.readable(row), this.sending!);
    } catch (error) {
      const response = (error as Error).message;
      this.logger.error({ message: row.id, error: response }, 'a message cannot be sent as it is');
      return this.settle(row, { outcome: 'refused', response, answered: false });
    }
    let attempt: Attempt | null;
    try {
      attempt = await this.pool!.send(composed.envelope, composed.message, () => this.marking.add(row));
    } catch (error) {
      if (!(error instanceof ServerTrouble)) throw error;
      attempt = { outcome: 'unavailable', response: error.message, answered: false };
    }
    // Null: it was taken back from us, and is somebody else's now.
    if (!attempt) return;
    if (row.sealedFor) attempt = { ...attempt, response: codesOnly(attempt.response) };
    await this.settle(row, attempt);
  }

  /**
   * A sealed message as its recipient will read it, and where it goes. It is opened here, just before it is sent, and nowhere else.
   * @throws Error when what is stored is not what was released, or its key was destroyed
   */
  private readable(row: ClaimedMessage): ClaimedMessage {
    if (row.sealedFor === null) return row;
    if (hashOf(row) !== row.bodyHash) throw new Error('the text is not the one that was released');
    const key = this.keys.unwrap(row.sealedFor, row.sealKey);
    if (!key) throw new Error('the key of this message was destroyed');
    const message = openMail(key, row);
    const readable = { ...row, ...message, bodyHash: hashOf(message) };
    if (!isStandIn(row.recipientAddress)) return readable;
    const owner = row.ownerId === null ? null : this.keys.unwrap(row.ownerId, row.ownerKey);
    const at = { address: row.ownAddress!, typed: row.ownTyped!, isProtected: row.ownerProtected };
    const address = row.ownerId === null ? undefined : realAddress(at, owner);
    if (address === undefined) throw new Error('nobody knows any more where this message goes');
    // Whoever reads along in the mailbox finds no name beside the address.
    return { ...readable, recipientAddress: address, recipientName: '' };
  }

  /** Committed before the first byte: from here on only this worker, or a person, can say what became of it. */
  private async markAll(rows: readonly ClaimedMessage[]): Promise<boolean[]> {
    const [marked] = await this.db.query<[{ id: string }[], number]>(
      `update mail_message m set state = 'sending', sending_at = ${NOW}
       from unnest($2::text[], $3::int[]) as r (id, version)
       where m.id = r.id and m.version = r.version and m.state = 'claimed' returning m.id`,
      [this.clock.offsetMs, rows.map(({ id }) => id), rows.map(({ version }) => version)],
    );
    const ids = new Set(marked.map(({ id }) => id));
    return rows.map(({ id }) => ids.has(id));
  }

  /** Writes down what became of a message. */
  private async settle(row: ClaimedMessage, attempt: Attempt): Promise<void> {
    const { outcome, response } = await this.judge(row, attempt);
    if (outcome === 'unavailable') await this.pause(response);
    // A refusal that is not the recipient's may be the next of many: it does not show that the server wants us.
    else if (attempt.answered && (outcome !== 'refused' || blamesRecipient(response))) await this.relieved();

    let state: MailState;
    let waitMs = 0;
    let attempts = row.attempts;
    let words = response;
    if (outcome === 'unavailable') {
      state = 'deferred';
      waitMs = Math.max(0, this.pausedUntil - performance.now());
    } else {
      state = outcome;
      if (state === 'deferred') {
        attempts += 1;
        waitMs = backOffMs(attempts, Math.random(), this.settings.firstBackOffMs);
        if (row.claimedAt.getTime() - row.createdAt.getTime() > GIVE_UP_AFTER_MS) {
          state = 'refused';
          words = `given up; the last answer was: ${response}`;
        }
      }
    }
    await this.writing.add({ row, state, attempts, waitMs, response: words });
    this.metrics.mail.inc({ state });
    if (state === 'uncertain')
      this.logger.error({ message: row.id }, 'a message is uncertain: the link broke');
  }

  /**
   * What an attempt means beside those before it. Where a server says no to one message after the other and takes none, it does
   * not want us, and no message is to blame: it waits, and those before it are taken back.
   */
  private async judge(row: ClaimedMessage, attempt: Attempt): Promise<Pick<Attempt, 'outcome' | 'response'>> {
    const suspicious = (): boolean => this.refusedInRow.length >= this.settings.refusalsInRow;
    if (attempt.outcome === 'handed_over') {
      if (suspicious()) await this.takeBack();
      this.refusedInRow = [];
    }
    if (attempt.outcome !== 'refused' || !attempt.answered || blamesRecipient(attempt.response))
      return attempt;
    this.refusedInRow = [...this.refusedInRow, row.id].slice(-MOST_IN_ROW);
    if (!suspicious()) return attempt;
    await this.takeBack();
    return { outcome: 'unavailable', response: attempt.response };
  }

  /** Tries again what was refused in a row; bodies that were secret are gone, and so is their chance. */
  private async takeBack(): Promise<void> {
    await this.db.query(
      `update mail_message set state = 'deferred', settled_at = null, next_attempt_at = ${NOW}, version = version + 1
       where id = any($2) and state = 'refused' and text <> ''`,
      [this.clock.offsetMs, this.refusedInRow],
    );
  }

  private async writeAll(ends: readonly End[]): Promise<null[]> {
    const settled = ends.map(({ state }) => state !== 'deferred');
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.db.query(
          `with done as (
             update mail_message m set state = r.state, attempts = r.attempts,
               response = case when sealed_for is null then r.response else r.codes end, version = m.version + 1,
               next_attempt_at = ${NOW} + make_interval(secs => r.wait_ms / 1000),
               settled_at = case when r.settled then ${NOW} end,
               text = case when r.secret then '' else text end, html = case when r.secret then '' else html end
             from unnest($2::text[], $3::int[], $4::text[], $5::int[], $6::text[], $7::text[], $8::float8[], $9::boolean[],
               $10::boolean[]) as r (id, version, state, attempts, response, codes, wait_ms, settled, secret)
             where m.id = r.id and m.version = r.version and m.state in ('claimed', 'sending', 'uncertain')
             returning m.id, m.version, m.state, m.response)
           insert into mail_attempt (message_id, version, at, state, response)
           select id, version, ${NOW}, state, response from done where state <> 'handed_over'`,
          [
            this.clock.offsetMs,
            ends.map(({ row }) => row.id),
            ends.map(({ row }) => row.version),
            ends.map(({ state }) => state),
            ends.map(({ attempts }) => attempts),
            ends.map(({ response }) => response),
            ends.map(({ response }) => codesOnly(response)),
            ends.map(({ waitMs }) => waitMs),
            settled,
            ends.map(({ row }, index) => settled[index]! && this.kinds.get(row.kind).secret === true),
          ],
        );
        return ends.map(() => null);
      } catch (error) {
        const wait = WRITE_DOWN_AGAIN_MS[attempt];
        // They stay "sending" and become uncertain: never sent twice, and a person is told.
        if (wait === undefined) throw error;
        await sleep(wait);
      }
    }
  }

  private async pause(reason: string): Promise<void> {
    if (performance.now() < this.pausedUntil) return;
    this.troubles += 1;
    const wait = backOffMs(this.troubles, Math.random(), this.settings.firstPauseMs, LONGEST_PAUSE_MS);
    this.pausedUntil = performance.now() + wait;
    if (await this.server!.troubled(reason).catch(() => false))
      this.logger.error({ reason }, 'the mail server does not take mail from us; mail waits');
  }

  private async relieved(): Promise<void> {
    const wasTroubled = this.troubles > 0 || this.knownTrouble;
    this.troubles = 0;
    this.pausedUntil = 0;
    this.knownTrouble = false;
    if (wasTroubled && (await this.server!.relieved().catch(() => false)))
      this.logger.info('the mail server takes mail again');
  }
}

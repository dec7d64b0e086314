import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection, {
  type SMTPConnectionAuth,
  type SMTPConnectionOptions,
} from 'nodemailer/lib/smtp-connection';
import { oneLine } from './clean.js';
import type { Envelope } from './compose.js';
import { outcomeOf, type Outcome, type SmtpFailure } from './mail-rules.js';

/** How one attempt ended. */
export interface Attempt {
  outcome: Outcome;
  /** The server's words, or what happened instead, on one line. */
  response: string;
  /** Whether the server itself has answered; false when the link broke. */
  answered: boolean;
}

const RESPONSE_LIMIT = 500;
/** Idle links are closed after this time, before most servers do. */
const IDLE_MS = 20_000;
/** A link carries this many messages; servers grow suspicious of more. */
const MESSAGES_PER_LINK = 100;
/** How long a server may take to answer a good-bye. */
const QUIT_MS = 1_000;

type Failure = Error & SmtpFailure & { response?: string };

const spoken = (text: string): string => oneLine(text, RESPONSE_LIMIT);

const silent = (): void => {};

/** One live connection to the mail server. */
class Link {
  sent = 0;
  idle: NodeJS.Timeout | undefined;
  private readonly connection: SMTPConnection;
  private ended = false;
  private replies = 0;
  private bodyBegun = false;

  private constructor(options: SMTPConnectionOptions) {
    this.connection = new SMTPConnection({
      ...options,
      // Server lines pass by here before nodemailer acts on them; the body is not among what is told.
      transactionLog: true,
      logger: {
        trace: silent,
        debug: (entry: { tnx?: unknown }, line?: unknown) => {
          if (entry.tnx === 'server') this.hear(String(line));
        },
        info: silent,
        warn: silent,
        error: silent,
        fatal: silent,
      },
    });
    this.connection.once('end', () => (this.ended = true));
    // Every failure also reaches the callback of the command under way, or ends the link.
    this.connection.on('error', silent);
  }

  /** @throws when no connection can be opened, or the server does not take the credentials. */
  static async open(options: SMTPConnectionOptions, auth: SMTPConnectionAuth | undefined): Promise<Link> {
    const link = new Link(options);
    const { connection } = link;
    try {
      await new Promise<void>((resolve, reject) => {
        connection.once('error', reject);
        connection.once('end', () => reject(new Error('Connection closed')));
        connection.connect((error) => (error ? reject(error) : resolve()));
      });
      if (auth)
        await new Promise<void>((resolve, reject) => {
          connection.once('end', () => reject(new Error('Connection closed')));
          connection.login(auth, (error) => (error ? reject(error) : resolve()));
        });
      return link;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get usable(): boolean {
    return !this.ended && this.sent < MESSAGES_PER_LINK;
  }

  /**
   * Notes when the server asks for the body. nodemailer's errors do not tell whether a link broke before or after,
   * and it takes any 2xx or 3xx for consent: MAIL, RCPT and DATA each have one reply, so the third counts.
   */
  private hear(line: string): void {
    this.replies += 1;
    if (line.startsWith('354') || (this.replies === 3 && /^[23]/.test(line))) this.bodyBegun = true;
  }

  send(envelope: Envelope, message: Buffer): Promise<Attempt> {
    this.sent += 1;
    this.replies = 0;
    this.bodyBegun = false;
    return new Promise((resolve) => {
      const parts = { from: envelope.from, to: [envelope.to], size: message.length };
      this.connection.send(parts, message, (error: Failure | null, info) => {
        if (error) {
          this.close();
          const answered = error.responseCode !== undefined && error.response !== undefined;
          resolve({
            outcome: outcomeOf(error, this.bodyBegun),
            response: spoken(error.response ?? error.message),
            answered,
          });
        } else resolve({ outcome: 'handed_over', response: spoken(info?.response ?? ''), answered: true });
      });
    });
  }

  quit(): void {
    clearTimeout(this.idle);
    if (this.ended) return;
    this.connection.quit();
    setTimeout(() => this.connection.close(), QUIT_MS).unref();
  }

  close(): void {
    clearTimeout(this.idle);
    this.connection.close();
  }
}

/** The mail server could not be reached, or does not let us in: no message is to blame. */
export class ServerTrouble extends Error {}

/** Sends over a few live connections, each used again and again. */
export class SmtpPool {
  private readonly free: Link[] = [];
  private readonly options: SMTPConnectionOptions;
  private readonly auth: SMTPConnectionAuth | undefined;

  /**
   * @param url `smtp://` or `smtps://`, with credentials where the server asks for them.
   * @param connectMs how long a connection and the server's greeting may take.
   * @param answerMs how long the server may be silent after it.
   */
  constructor(url: string, { connectMs, answerMs }: { connectMs: number; answerMs: number }) {
    const { auth, ...options } = parseConnectionUrl(url);
    this.options = {
      ...options,
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      socketTimeout: answerMs,
    };
    this.auth = auth;
  }

  /**
   * Takes a connection, opens one when none is free, and calls `ready` just before the message goes out.
   * @param ready whether the message may still be sent.
   * @returns null when `ready` said no.
   * @throws ServerTrouble before `ready` was called; whatever `ready` throws.
   */
  async send(envelope: Envelope, message: Buffer, ready: () => Promise<boolean>): Promise<Attempt | null> {
    const known = this.take();
    const link = known ?? (await this.open());
    try {
      if (!(await ready())) return null;
      const attempt = await link.send(envelope, message);
      if (!known || attempt.answered || attempt.outcome !== 'deferred') return attempt;
    } finally {
      this.giveBack(link);
    }
    // The server had dropped a connection that we kept: nothing was accepted, so it may go over a fresh one.
    let fresh: Link;
    try {
      fresh = await this.open();
    } catch (error) {
      return { outcome: 'unavailable', response: spoken((error as Error).message), answered: false };
    }
    try {
      return await fresh.send(envelope, message);
    } finally {
      this.giveBack(fresh);
    }
  }

  private take(): Link | undefined {
    for (let link = this.free.pop(); link; link = this.free.pop()) {
      clearTimeout(link.idle);
      if (link.usable) return link;
    }
    return undefined;
  }

  private async open(): Promise<Link> {
    try {
      return await Link.open(this.options, this.auth);
    } catch (error) {
      throw new ServerTrouble(spoken((error as Error).message));
    }
  }

  private giveBack(link: Link): void {
    if (!link.usable) {
      link.quit();
      return;
    }
    link.idle = setTimeout(() => {
      const at = this.free.indexOf(link);
      if (at >= 0) this.free.splice(at, 1);
      link.quit();
    }, IDLE_MS).unref();
    this.free.push(link);
  }

  /** Says good-bye on every idle connection. */
  close(): void {
    for (const link of this.free.splice(0)) link.quit();
  }
}

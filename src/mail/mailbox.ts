import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import PostalMime, { type Address } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';

/** The mailbox is there on the embedded default only. */
export const MAILBOX = Symbol('mailbox');

/** A message in the list of the mailbox. */
export interface MailboxLine {
  id: string;
  /** Name and address, as in `Example <a@example.org>`. */
  from: string;
  /** The address that it was delivered to. */
  to: string;
  subject: string;
  at: Date;
}

export interface MailboxMessage extends MailboxLine {
  text: string;
  html: string;
  /** Headers as they came, one per line. */
  headers: string[];
}

/** The mailbox of an installation that has no mail server: mail goes over SMTP and can be read on a page. */
export interface Mailbox {
  /** `smtp://127.0.0.1:PORT` */
  url: string;
  /** Newest first, at most {@link LISTED}. */
  list(): Promise<MailboxLine[]>;
  /** @returns null where there is none. */
  read(id: string): Promise<MailboxMessage | null>;
  stop(): Promise<void>;
}

/** How many messages are listed; older ones stay in the folder. */
export const LISTED = 5_000;
const LARGEST_BYTES = 25 * 1024 * 1024;
/** Enough of a file to hold its headers. */
const HEAD_BYTES = 16 * 1024;
const NAME = /^\d{10}-[0-9a-f]{8}$/;

const shown = (address: Address | undefined): string =>
  !address?.address ? '' : address.name ? `${address.name} <${address.address}>` : address.address;

const refusal = (responseCode: number, text: string): Error =>
  Object.assign(new Error(text), { responseCode });

async function bytes(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

/**
 * Starts the mailbox on a free port of 127.0.0.1. Every message is a file in `dir`, so that a second start has them.
 */
export async function startMailbox({ dir }: { dir: string }): Promise<Mailbox> {
  mkdirSync(dir, { recursive: true });
  const names = readdirSync(dir)
    .filter((name) => name.endsWith('.eml') && NAME.test(name.slice(0, -'.eml'.length)))
    .map((name) => name.slice(0, -'.eml'.length))
    .toSorted();
  let last = Number(names.at(-1)?.split('-')[0] ?? 0);
  const lines = new Map<string, MailboxLine>();
  const path = (id: string): string => join(dir, `${id}.eml`);

  async function keep(recipients: string[], message: Buffer): Promise<void> {
    for (const recipient of recipients) {
      last += 1;
      const id = `${String(last).padStart(10, '0')}-${randomBytes(4).toString('hex')}`;
      await writeFile(path(id), Buffer.concat([Buffer.from(`Delivered-To: ${recipient}\r\n`), message]), {
        flag: 'wx',
        mode: 0o600,
      });
      names.push(id);
    }
  }

  async function receive(
    stream: SMTPServerDataStream,
    to: readonly { address: string }[],
    answer: (error?: Error | null) => void,
  ): Promise<void> {
    try {
      const message = await bytes(stream);
      if (stream.sizeExceeded) return answer(refusal(552, 'Too large'));
      await keep(
        to.map(({ address }) => address),
        message,
      );
    } catch {
      return answer(refusal(451, 'The mailbox cannot be written'));
    }
    answer();
  }

  async function line(id: string): Promise<MailboxLine> {
    let found = lines.get(id);
    if (!found) {
      const file = await open(path(id));
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
        const head = buffer.subarray(0, bytesRead).toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
        found = await lineOf(id, Buffer.from(`${head}\r\n\r\n`, 'latin1'));
      } finally {
        await file.close();
      }
      lines.set(id, found);
    }
    return found;
  }

  async function lineOf(id: string, raw: Buffer): Promise<MailboxLine> {
    const mail = await PostalMime.parse(raw);
    return {
      id,
      from: shown(mail.from),
      to: mail.headers.find(({ key }) => key === 'delivered-to')?.value ?? '',
      subject: mail.subject ?? '',
      at: (await stat(path(id))).mtime,
    };
  }

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: LARGEST_BYTES,
    banner: 'Concord mailbox',
    onData(stream, session, done) {
      void receive(stream, session.envelope.rcptTo, done);
    },
  });
  server.on('error', () => {});
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const address = server.server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });

  return {
    url: `smtp://127.0.0.1:${port}`,
    async list() {
      const newest = names.slice(-LISTED).toReversed();
      const listed: MailboxLine[] = [];
      for (let from = 0; from < newest.length; from += 50)
        listed.push(...(await Promise.all(newest.slice(from, from + 50).map(line))));
      return listed;
    },
    async read(id) {
      if (!NAME.test(id) || !names.includes(id)) return null;
      const raw = await readFile(path(id));
      const mail = await PostalMime.parse(raw);
      return {
        ...(await lineOf(id, raw)),
        text: mail.text ?? '',
        html: mail.html ?? '',
        headers: mail.headerLines.map(({ line: text }) => text),
      };
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

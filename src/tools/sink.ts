import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { SMTPServer } from 'smtp-server';
import { ToolFailure } from './failure.js';

/** A message as it arrived at a mail server. */
export interface ArrivedMail {
  /** The envelope's recipient. */
  to: string;
  /** Message-ID without its angle brackets. */
  messageId: string;
  subject: string;
  /** The whole message. */
  raw: string;
}

/** Where a rehearsal looks for the mail that it caused. */
export interface Inbox {
  all(): Promise<readonly ArrivedMail[]>;
}

/** A mail server on loopback that takes everything and keeps it in memory. */
export interface Sink extends Inbox {
  /** `smtp://127.0.0.1:PORT` */
  url: string;
  stop(): Promise<void>;
}

/** Starts a sink on a free port of 127.0.0.1. */
export async function startSink(): Promise<Sink> {
  const arrived: ArrivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    async onData(stream, session, done) {
      try {
        const raw = await text(stream);
        for (const { address } of session.envelope.rcptTo) arrived.push(mailOf(address, raw));
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  server.on('error', () => {});
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  return {
    url: `smtp://127.0.0.1:${port}`,
    all: () => Promise.resolve(arrived),
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** The mailbox of a running instance: the folder `mailbox` of its VAR_DIR, one `.eml` file for each message. */
export function mailboxFolder(folder: string): Inbox {
  const seen = new Map<string, ArrivedMail>();
  return {
    async all() {
      const names = await readdir(folder).catch(() => {
        throw new ToolFailure(
          `The mailbox folder ${folder} cannot be read: name the folder "mailbox" in the VAR_DIR of the running instance.`,
        );
      });
      for (const name of names) {
        if (!name.endsWith('.eml') || seen.has(name)) continue;
        const raw = await readFile(join(folder, name), 'utf8');
        // The mailbox writes a file in one go, yet a reader may come in between.
        if (raw.includes('\r\n\r\n')) seen.set(name, mailOf(header(raw, 'Delivered-To'), raw));
      }
      return [...seen.values()];
    },
  };
}

function mailOf(to: string, raw: string): ArrivedMail {
  return {
    to,
    messageId: header(raw, 'Message-ID').replace(/^<|>$/g, ''),
    subject: header(raw, 'Subject'),
    raw,
  };
}

/** A header's value, unfolded; empty where there is none. */
function header(raw: string, name: string): string {
  const head = raw.split('\r\n\r\n', 1)[0] ?? '';
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const line = unfolded.find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim() ?? '';
}

async function text(stream: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A message that the mail server has taken, also where nobody heard its answer. */
export interface TakenMail {
  to: string[];
  /** With its angle brackets. */
  messageId: string;
  raw: string;
}

/** Where in a conversation the server may say something else than yes. */
export type Stage = 'auth' | 'rcpt' | 'dot';

/** A reply; with code 0 the server takes the message and never answers. */
export interface Reply {
  code: number;
  text: string;
}

/** A real mail server on loopback. */
export interface MailServer {
  port: number;
  taken: TakenMail[];
  /** How often each stage was reached. */
  seen: Record<Stage, number>;
  /** Conversations under way, and the most there were at once. */
  open: number;
  mostOpen: number;
  /** What it answers instead of yes; undefined: yes. */
  answer: ((stage: Stage, to: string, count: number) => Reply | undefined) | undefined;
  stop(): Promise<void>;
}

/** Starts a mail server on a free port of 127.0.0.1 that takes everything with any password. */
export async function startMailServer(): Promise<MailServer> {
  const mail: MailServer = {
    port: 0,
    taken: [],
    seen: { auth: 0, rcpt: 0, dot: 0 },
    open: 0,
    mostOpen: 0,
    answer: undefined,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const ask = (stage: Stage, to: string): Reply | undefined => {
    mail.seen[stage] += 1;
    return mail.answer?.(stage, to, mail.seen[stage]);
  };
  const refusal = ({ code, text }: Reply): Error => Object.assign(new Error(text), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    logger: false,
    onConnect(_session, done) {
      mail.open += 1;
      mail.mostOpen = Math.max(mail.mostOpen, mail.open);
      done();
    },
    onClose() {
      mail.open -= 1;
    },
    onAuth(auth, _session, done) {
      const reply = ask('auth', '');
      done(reply ? refusal(reply) : null, reply ? undefined : { user: auth.username });
    },
    onRcptTo({ address }, _session, done) {
      const reply = ask('rcpt', address);
      done(reply ? refusal(reply) : null);
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      const to = session.envelope.rcptTo.map(({ address }) => address);
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const raw = Buffer.concat(parts).toString('utf8');
        const reply = ask('dot', to.join(' '));
        if (reply && reply.code !== 0) return done(refusal(reply));
        mail.taken.push({ to, messageId: /^message-id:\s*(\S+)/im.exec(raw)?.[1] ?? '', raw });
        if (!reply) done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.server.address();
  mail.port = typeof address === 'object' && address ? address.port : 0;
  return mail;
}

/** What a recipient reads, with the ends of its lines as they are stored. */
export async function readMail(raw: string): Promise<{ subject: string; text: string; html: string }> {
  const { subject = '', text = '', html = '' } = await PostalMime.parse(raw);
  const plain = (part: string): string => part.replaceAll('\r\n', '\n').trimEnd();
  return { subject, text: plain(text), html: plain(html) };
}

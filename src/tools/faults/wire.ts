/** One message of PostgreSQL's protocol, as far as the faults look at it. */
export interface WireMessage {
  /** Its letter; empty for the first message of a client, which has none. */
  type: string;
  body: Buffer;
}

/**
 * Cuts a stream of PostgreSQL's protocol (version 3) into messages, however it comes in pieces.
 * @param from a client begins with a message without a letter
 */
export function postgresMessages(from: 'client' | 'server'): (part: Buffer) => WireMessage[] {
  let rest: Buffer = Buffer.alloc(0);
  let begun = from === 'server';
  return (part) => {
    rest = Buffer.concat([rest, part]);
    const messages: WireMessage[] = [];
    for (;;) {
      const head = begun ? 1 : 0;
      if (rest.length < head + 4) return messages;
      const end = head + rest.readUInt32BE(head);
      if (rest.length < end) return messages;
      messages.push({ type: rest.toString('latin1', 0, head), body: rest.subarray(head + 4, end) });
      rest = rest.subarray(end);
      begun = true;
    }
  };
}

const text = ({ body }: WireMessage): string => body.toString('utf8').split('\0', 1)[0]!;

/** Whether a client asks for the end of a transaction by this message. */
export const isCommit = (message: WireMessage): boolean => message.type === 'Q' && text(message) === 'COMMIT';

/** Whether a server says by this message that a transaction is committed. */
export const isCommitted = (message: WireMessage): boolean =>
  message.type === 'C' && text(message) === 'COMMIT';

/** Cuts a stream of SMTP into lines without their ends, however it comes in pieces. */
export function smtpLines(): (part: Buffer) => string[] {
  let rest = '';
  return (part) => {
    const lines = (rest + part.toString('latin1')).split('\r\n');
    rest = lines.pop()!;
    return lines;
  };
}

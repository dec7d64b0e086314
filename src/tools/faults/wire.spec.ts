import { isCommit, isCommitted, postgresMessages, smtpLines } from './wire.js';

function message(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(4 + Buffer.byteLength(body));
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
}

describe('messages on the wire', () => {
  it('finds COMMIT in a client’s stream that comes byte by byte', () => {
    const cut = postgresMessages('client');
    const stream = Buffer.concat([
      message('', '\0\u0003\0\0user\0x\0\0'),
      message('Q', 'START TRANSACTION\0'),
      message('Q', 'COMMIT\0'),
    ]);
    const found = [...stream].flatMap((byte) => cut(Buffer.from([byte])));
    expect(found.map(({ type }) => type)).toEqual(['', 'Q', 'Q']);
    expect(found.map(isCommit)).toEqual([false, false, true]);
  });

  it('finds several messages in one piece of a server’s stream', () => {
    const found = postgresMessages('server')(
      Buffer.concat([message('Z', 'I'), message('C', 'INSERT 0 1\0'), message('C', 'COMMIT\0')]),
    );
    expect(found.map(isCommitted)).toEqual([false, false, true]);
  });

  it('keeps the beginning of a line until its end has come', () => {
    const cut = smtpLines();
    expect(cut(Buffer.from('250-one\r\n250 t'))).toEqual(['250-one']);
    expect(cut(Buffer.from('wo\r\n'))).toEqual(['250 two']);
  });
});

import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import PostalMime, { type Email } from 'postal-mime';
import { compose, type ClaimedMessage, type Sending } from './compose.js';
import { hashOf, render } from './render.js';

const sending: Sending = {
  from: { name: 'Concord', address: 'concord@example.org' },
  publicUrl: 'https://conference.example.org',
  bounceAddress: null,
  dkim: null,
};

const values = {
  conferenceName: 'Example Conference',
  contactAddress: 'desk@example.org',
  recipientName: 'Ani Example',
  code: 'EX-7KQF',
  title: 'On trust',
  textToAuthors: 'Well done.',
  statusUrl: 'https://conference.example.org/submissions/EX-7KQF',
};

function row(change: Partial<ClaimedMessage> = {}, more: Partial<typeof values> = {}): ClaimedMessage {
  const rendered = render('en', 'decision_accepted', { ...values, ...more });
  return {
    id: '0123456789abcdef',
    kind: 'decision_accepted',
    recipientAddress: 'ani@example.org',
    recipientName: 'Ani Example',
    locale: 'en',
    ...rendered,
    bodyHash: hashOf(rendered),
    messageId: '<0123456789abcdef@example.org>',
    attempts: 0,
    version: 2,
    createdAt: new Date('2026-11-01T12:00:00Z'),
    claimedAt: new Date('2026-11-01T12:00:01Z'),
    sealedFor: null,
    stopToken: null,
    sealKey: null,
    ownerId: null,
    ownerKey: null,
    ownerProtected: false,
    ownAddress: null,
    ownTyped: null,
    conferenceName: 'Example Conference',
    contactAddress: 'desk@example.org',
    ...change,
  };
}

const read = async (claimed: ClaimedMessage, how: Partial<Sending> = {}): Promise<Email> =>
  PostalMime.parse((await compose(claimed, { ...sending, ...how })).message);
const header = (mail: Email, name: string): string | undefined =>
  mail.headers.find(({ key }) => key === name)?.value;

/** What a reader of the HTML sees, without white space. */
const seen = (html: string): string =>
  html
    .replace(/^[\s\S]*<body[^>]*>/, '')
    .replace(/<a href="([^"]*)"[^>]*>[^<]*<\/a>/g, '$1')
    .replace(/<[^>]+>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();

const NAMES = [
  ['Armenian', 'Անի Օրինակեան'],
  ['Azerbaijani', 'Gülnarə Nümunəzadə'],
  ['Russian', 'Анна Примерова'],
  ['Turkish', 'İğdır Örneğoğlu'],
  ['Georgian', 'ნინო მაგალითაძე'],
  ['Persian', 'نمونه‌زاده'],
] as const;

const HOSTILE = [
  'Ani\r\nBcc: victim@example.org',
  'Ani" <victim@example.org>, "x',
  'victim@example.org, other@example.org',
  'group: victim@example.org;',
  '=?utf-8?q?Ani=0D=0ABcc:_victim@example.org?=',
  '<script>alert(1)</script>',
  '{{ 7 | times: 7 }}',
  '(comment) Ani (more',
  'a'.repeat(500),
];

describe('a message, read back by a parser', () => {
  it.each(NAMES)('has a name in %s whole, in its head and in its text', async (_script, name) => {
    const mail = await read(row({ recipientName: name }, { recipientName: name, title: name }));
    expect(mail.to).toEqual([{ name, address: 'ani@example.org' }]);
    expect(mail.text).toContain(`Dear ${name},`);
    expect(mail.subject).toBe('EX-7KQF: accepted for Example Conference');
    expect(seen(mail.html!)).toContain(`Title: ${name}`);
  });

  it.each(HOSTILE)('goes to one recipient with no header more, whatever the name: %j', async (name) => {
    const { envelope, message } = await compose(row({ recipientName: name }, { title: name }), sending);
    const mail = await PostalMime.parse(message);
    expect(envelope).toEqual({ from: 'concord@example.org', to: 'ani@example.org' });
    expect(mail.to).toHaveLength(1);
    expect(mail.to![0]!.address).toBe('ani@example.org');
    expect(mail.cc).toBeUndefined();
    expect(mail.bcc).toBeUndefined();
    expect(mail.headers.map(({ key }) => key).toSorted()).toEqual([
      'auto-submitted',
      'content-language',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'reply-to',
      'subject',
      'to',
    ]);
    expect(mail.html).not.toContain('<script');
    for (const line of message.toString('latin1').split('\r\n')) expect(line.length).toBeLessThan(999);
  });

  it('says in plain text and in HTML the same', async () => {
    const mail = await read(row({}, { textToAuthors: 'Two lines:\n1 < 2 & "so on"\n\nAnd a part.' }));
    expect(seen(mail.html!)).toBe(mail.text!.replace(/\s+/g, ' ').trim());
    expect(mail.attachments).toEqual([]);
  });

  it('answers to the conference, and to nobody where its address is none', async () => {
    expect((await read(row())).replyTo).toEqual([
      { name: 'Example Conference', address: 'desk@example.org' },
    ]);
    expect((await read(row({ contactAddress: null }))).replyTo).toBeUndefined();
    expect((await read(row({ contactAddress: 'a@example.org, b@example.org' }))).replyTo).toBeUndefined();
    expect((await read(row({ conferenceName: null }))).from).toEqual({
      name: 'Concord',
      address: 'concord@example.org',
    });
  });

  it('is the same message each time it is tried', async () => {
    const [one, other] = [await compose(row(), sending), await compose(row({ attempts: 3 }), sending)];
    expect(one.message.equals(other.message)).toBe(true);
    expect((await PostalMime.parse(one.message)).messageId).toBe('<0123456789abcdef@example.org>');
  });

  it('can be stopped by one click where its kind can', async () => {
    const mail = await read(row({ stopToken: 's'.repeat(32) }));
    expect(header(mail, 'list-unsubscribe')).toBe(
      `<https://conference.example.org/mail/stop/${'s'.repeat(32)}>`,
    );
    expect(header(mail, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(header(await read(row()), 'list-unsubscribe')).toBeUndefined();
  });

  it('lets reports come back with its id', async () => {
    const { envelope, message } = await compose(row(), { ...sending, bounceAddress: 'bounces@example.org' });
    expect(envelope.from).toBe('bounces+0123456789abcdef@example.org');
    expect((await PostalMime.parse(message)).from!.address).toBe('concord@example.org');
  });

  it('is not sent in other words, nor to an address that is none or several', async () => {
    await expect(compose(row({ text: 'Other words.' }), sending)).rejects.toThrow('released');
    for (const recipientAddress of ['', 'a@example.org, b@example.org', 'x: a@example.org;'])
      await expect(compose(row({ recipientAddress }), sending)).rejects.toThrow('stored recipient');
  });

  it('is signed by DKIM, over its words and who it is from, to and about', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const dkim = {
      domain: 'example.org',
      selector: 'autumn',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
    const raw = (await compose(row(), { ...sending, dkim })).message.toString('latin1');
    const [head, body] = [raw.slice(0, raw.indexOf('\r\n\r\n')), raw.slice(raw.indexOf('\r\n\r\n') + 4)];
    const fields = head.split(/\r\n(?![ \t])/);
    const relaxed = (field: string): string => {
      const colon = field.indexOf(':');
      const value = field
        .slice(colon + 1)
        .replace(/\r\n/g, '')
        .replace(/[ \t]+/g, ' ')
        .trim();
      return `${field.slice(0, colon).trim().toLowerCase()}:${value}`;
    };
    const signature = fields.find((field) => /^DKIM-Signature:/i.test(field))!;
    const tags = Object.fromEntries(
      signature
        .slice(signature.indexOf(':') + 1)
        .split(';')
        .map((tag) => tag.trim())
        .filter(Boolean)
        .map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1).replace(/\s/g, '')]),
    ) as Record<string, string>;
    expect(tags).toMatchObject({
      v: '1',
      a: 'rsa-sha256',
      c: 'relaxed/relaxed',
      d: 'example.org',
      s: 'autumn',
    });
    const names = tags['h']!.toLowerCase().split(':');
    for (const name of ['from', 'to', 'subject', 'reply-to', 'message-id', 'date'])
      expect(names).toContain(name);
    const lines = body
      .replace(/[ \t]+(?=\r\n)/g, '')
      .replace(/[ \t]+/g, ' ')
      .replace(/(\r\n)*$/, '\r\n');
    expect(createHash('sha256').update(lines, 'latin1').digest('base64')).toBe(tags['bh']);
    const signed = [
      ...names.flatMap((name) => {
        const field = fields.find((one) => one.toLowerCase().startsWith(`${name}:`));
        return field ? [relaxed(field)] : [];
      }),
      relaxed(signature).replace(/(?<=\bb=)[^;]*$/, ''),
    ].join('\r\n');
    const verifier = createVerify('sha256').update(signed, 'latin1');
    expect(verifier.verify(publicKey, tags['b']!, 'base64')).toBe(true);
  });
});

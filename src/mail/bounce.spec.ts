import { bounceAddress, bounceOf } from './bounce.js';

/** A report as Postfix writes it. */
const report = (
  change: { to?: string; action?: string; status?: string; original?: string[] } = {},
): string =>
  [
    'From: MAILER-DAEMON@mx.example.org',
    `To: ${change.to ?? 'bounces@example.org'}`,
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'I am sorry to have to inform you that your message could not be delivered.',
    '--b1',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.org',
    'Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000',
    '',
    'Final-Recipient: rfc822; gone@example.org',
    `Action: ${change.action ?? 'failed'}`,
    `Status: ${change.status ?? '5.1.1'}`,
    'Diagnostic-Code: smtp; 550 5.1.1 <gone@example.org>:',
    '    Recipient address rejected',
    '',
    ...(change.original ?? [
      '--b1',
      'Content-Type: message/rfc822',
      '',
      'Message-ID: <0123456789abcdef@example.org>',
      'From: desk@example.org',
      '',
      'Message-ID: <not-this@example.org>',
    ]),
    '--b1--',
    '',
  ].join('\r\n');

describe('bounceAddress', () => {
  it('carries the id of the message', () => {
    expect(bounceAddress('bounces@example.org', 'abc')).toBe('bounces+abc@example.org');
  });
});

describe('bounceOf', () => {
  it('reads what failed, why, and which message it was', async () => {
    expect(await bounceOf(report())).toEqual({
      id: null,
      messageId: '<0123456789abcdef@example.org>',
      response: '5.1.1 550 5.1.1 <gone@example.org>: Recipient address rejected',
    });
  });

  it('finds the message by the address that the report came to', async () => {
    const to = 'bounces+0123456789abcdef@example.org';
    expect(await bounceOf(report({ to, original: [] }))).toMatchObject({
      id: '0123456789abcdef',
      messageId: null,
    });
    expect(await bounceOf(`Delivered-To: ${to}\r\n${report({ original: [] })}`)).toMatchObject({
      id: '0123456789abcdef',
    });
    expect(await bounceOf(report({ to: 'undisclosed:;', original: [] }))).toMatchObject({ id: null });
  });

  it('reads a report that holds the head of the message alone', async () => {
    const original = [
      '--b1',
      'Content-Type: text/rfc822-headers',
      '',
      'Subject: x',
      'Message-ID:',
      ' <abc@example.org>',
    ];
    expect(await bounceOf(report({ original }))).toMatchObject({ messageId: '<abc@example.org>' });
    expect(await bounceOf(report({ original: original.slice(0, 4) }))).toMatchObject({ messageId: null });
  });

  it('takes nothing else for one', async () => {
    expect(await bounceOf(report({ action: 'delayed' }))).toBeNull();
    expect(await bounceOf('Subject: I am away\r\n\r\nBack on Monday.')).toBeNull();
    expect(await bounceOf('')).toBeNull();
    const bare = report()
      .replace(/^Status:.*\r\n/m, '')
      .replace(/^Diagnostic-Code:.*\r\n.*\r\n/m, '');
    expect(await bounceOf(bare)).toMatchObject({ response: '' });
  });
});

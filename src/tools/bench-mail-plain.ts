import { createTransport } from 'nodemailer';
import { Client } from 'pg';

/**
 * What `bench-mail` is compared with, in a process of its own: nodemailer with its pool sends the same messages, read from the
 * outbox and written down nowhere. Prints the seconds it took.
 */
const [databaseUrl = '', smtpUrl = '', connections = '5'] = process.argv.slice(2);

interface Row {
  id: string;
  address: string;
  name: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
}

const client = new Client({ connectionString: databaseUrl });
await client.connect();
const { rows } = await client.query<Row>(
  `select id, recipient_address as address, recipient_name as name, subject, text, html, message_id as "messageId"
   from mail_message where kind like 'decision_%'`,
);
await client.end();
const transport = createTransport({
  url: smtpUrl,
  pool: true,
  maxConnections: Number(connections),
  maxMessages: 100,
} as object);
const begun = performance.now();
await Promise.all(
  rows.map(({ id, address, name, subject, text, html, messageId }) =>
    transport.sendMail({
      from: { name: 'Concord', address: 'concord@rehearsal.example' },
      to: { name, address },
      subject,
      text,
      html,
      messageId,
      baseBoundary: id,
    } as object),
  ),
);
const seconds = (performance.now() - begun) / 1000;
transport.close();
process.stdout.write(`${JSON.stringify({ count: rows.length, seconds })}\n`);

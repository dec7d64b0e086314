import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { MailMessage } from './mail-message.entity.js';
import { MAIL_STATES, RESENDABLE } from './mail-rules.js';

const line = {
  id: Type.String(),
  kind: Type.String(),
  to: Type.Object({ name: Type.String(), address: Type.String() }, { additionalProperties: false }),
  subject: Type.String({ description: 'Empty where the message is protected' }),
  protected: Type.Boolean({ description: 'It goes to or names somebody whose identity is protected' }),
  state: Type.Union(MAIL_STATES.map((state) => Type.Literal(state))),
  attempts: Type.Integer(),
  nextAttemptAt: orNull(instant),
  settledAt: orNull(instant),
  response: orNull(Type.String()),
  resendOf: orNull(Type.String()),
  resendable: Type.Boolean(),
  createdAt: instant,
};

/** A message in a list of the outbox. */
export const MailLine = Type.Object(line, { additionalProperties: false });
export type MailLine = Static<typeof MailLine>;

/** One message; `text` is null where the body is secret or protected. */
export const MailView = Type.Object(
  { ...line, messageId: Type.String(), bodyHash: Type.String(), text: orNull(Type.String()) },
  { additionalProperties: false },
);
export type MailView = Static<typeof MailView>;

/** What an organiser sees of a message in a list. @param secret whether the kind's body is secret. */
export function mailLine(row: MailMessage, secret: boolean): MailLine {
  const waits = row.state === 'ready' || row.state === 'deferred';
  return {
    id: row.id,
    kind: row.kind,
    to: { name: row.recipientName, address: row.recipientTyped },
    subject: row.sealedFor === null ? row.subject : '',
    protected: row.sealedFor !== null,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: waits ? row.nextAttemptAt.toISOString() : null,
    settledAt: row.settledAt?.toISOString() ?? null,
    response: row.response,
    resendOf: row.resendOf,
    resendable: !secret && RESENDABLE.includes(row.state),
    createdAt: row.createdAt.toISOString(),
  };
}

/** What an organiser sees of one message. */
export function mailView(row: MailMessage, secret: boolean): MailView {
  return {
    ...mailLine(row, secret),
    messageId: row.messageId,
    bodyHash: row.bodyHash,
    text: secret || row.sealedFor !== null ? null : row.text,
  };
}

import { HttpException } from '@nestjs/common';
import { Type, type Static } from '@sinclair/typebox';
import type { Translate } from '../platform/i18n.js';
import { Refusal, type FieldProblem } from '../platform/refusal.js';

/** Problem details (RFC 9457), with the fields at fault. */
export const problemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.String(),
    requestId: Type.String(),
    fields: Type.Array(
      Type.Object(
        {
          field: Type.String(),
          code: Type.String(),
          message: Type.String(),
          limit: Type.Optional(Type.Union([Type.Number(), Type.String()])),
          value: Type.Optional(Type.Union([Type.Number(), Type.String()])),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, $id: 'Problem' },
);
export type Problem = Static<typeof problemSchema>;

/** PostgreSQL conditions that pass by themselves: locks, time-outs, lost or scarce connections, serialization. */
const PASSING = /^(08|53|57|40001$|40P01$|55P03$|25P0[23]$)/;

/** Turns whatever was thrown into the one kind of error that the system speaks of; undefined for a fault of ours. */
export function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const { code, statusCode, driverError } = error as {
    code?: string;
    statusCode?: number;
    driverError?: { code?: string };
  };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Refusal('tooLarge', 'tooLarge');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Refusal('unsupported', 'unsupported');
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return new Refusal('malformed', 'body');
  if (error instanceof HttpException) {
    const status = error.getStatus();
    if (status === 404) return new Refusal('notFound', 'notFound');
    if (status === 413) return new Refusal('tooLarge', 'tooLarge');
    if (status === 415) return new Refusal('unsupported', 'unsupported');
    if (status < 500) return new Refusal('malformed', 'body');
    return undefined;
  }
  if (typeof statusCode === 'number' && statusCode === 404) return new Refusal('notFound', 'notFound');
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new Refusal('malformed', 'body');
  const state = driverError?.code ?? code ?? '';
  if (PASSING.test(state) || ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(state))
    return new Refusal('unavailable', 'unavailable');
  if (/Connection terminated|timeout exceeded when trying to connect/.test((error as Error).message ?? ''))
    return new Refusal('unavailable', 'unavailable');
  return undefined;
}

/** The sentence for one field. */
export function fieldMessage(t: Translate, problem: FieldProblem): string {
  return t(`refusal:field.${problem.code}`, {
    limit: problem.limit,
    value: problem.value,
    count: problem.limit,
  });
}

/** Values of a refusal in words: instants as date and time in UTC. */
function worded(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value instanceof Date ? `${value.toISOString().slice(0, 16).replace('T', ' ')} UTC` : value,
    ]),
  );
}

export const refusalMessage = (t: Translate, refusal: Refusal): string =>
  t(`refusal:${refusal.code}`, worded(refusal.values));

export function problemOf(t: Translate, refusal: Refusal, requestId: string): Problem {
  return {
    type: 'about:blank',
    title: t(`refusal:title.${refusal.kind}`),
    status: refusal.status,
    code: refusal.code,
    detail: refusalMessage(t, refusal),
    requestId,
    fields: refusal.fields.map((field) => ({
      field: field.field,
      code: field.code,
      message: fieldMessage(t, field),
      ...(field.limit !== undefined && { limit: field.limit }),
      ...(field.value !== undefined && { value: field.value }),
    })),
  };
}

/** The words by field that a form shows beside its inputs. */
export function fieldErrors(t: Translate, refusal: Refusal): Record<string, string> {
  return Object.fromEntries(refusal.fields.map((problem) => [problem.field, fieldMessage(t, problem)]));
}

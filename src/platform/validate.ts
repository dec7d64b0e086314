import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { Refusal, type FieldProblem } from './refusal.js';
import { beginning, graphemes } from './text.js';

/** Constraints whose breach means "ill-formed" (400) and not "a rule refuses" (422). */
const STRUCTURE = new Set([
  'whitelistValidation',
  'unknownValue',
  'isString',
  'isInt',
  'isNumber',
  'isBoolean',
  'isArray',
  'isObject',
  'isDefined',
  'nestedValidation',
]);

/** A body of a hundred thousand unknown fields is not answered by a list of them. */
const MOST_TOLD = 50;

/** Of several breaches of one field the most basic is told. */
const ORDER = [...STRUCTURE, 'required'];

function rank(name: string): number {
  const index = ORDER.indexOf(name);
  return index < 0 ? ORDER.length : index;
}

function shown(value: unknown): number | string | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return beginning(value, 80);
  if (Array.isArray(value) && value.length > 0 && value.every((one) => shown(one) !== undefined))
    return beginning(value.join(', '), 80);
  return undefined;
}

/** What was given, in the measure of the rule that it broke. */
function told(name: string, value: unknown): number | string | undefined {
  if (typeof value === 'string' && name === 'maxLength') return graphemes(value);
  if (typeof value === 'string' && name === 'bytes') return Buffer.byteLength(value);
  return shown(value);
}

type Limit = number | string | undefined;

/** The limit in the message of a rule of ours; see `Rule` in `fields.ts`. */
function toldLimit(message: string): Limit {
  return message.startsWith('{') ? (JSON.parse(message) as { limit?: number | string }).limit : undefined;
}

function problemsOf(errors: readonly ValidationError[], path: string, found: FieldProblem[]): void {
  for (const error of errors) {
    const field = !path
      ? error.property
      : /^\d+$/.test(error.property)
        ? `${path}[${error.property}]`
        : `${path}.${error.property}`;
    const names = Object.keys(error.constraints ?? {}).toSorted((a, b) => rank(a) - rank(b));
    const name = names[0];
    if (name) {
      const limit =
        (error.contexts?.[name] as { limit?: Limit } | undefined)?.limit ??
        toldLimit(error.constraints![name]!);
      const missing = error.value === undefined && name !== 'whitelistValidation';
      found.push({ field, code: missing ? 'missing' : name, limit, value: told(name, error.value) });
    }
    problemsOf(error.children ?? [], field, found);
  }
}

/**
 * Turns input into a DTO, cleaned, with nothing unknown in it.
 * @throws Refusal 400 `malformed` for unknown, missing or ill-typed fields, 422 `fields` for broken rules; every field is named.
 */
export function parse<T extends object>(type: new () => T, input: unknown): T {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new Refusal('malformed', 'malformed', { fields: [{ field: '', code: 'isObject' }] });
  const value = plainToInstance(type, input, { exposeUnsetFields: false });
  const errors = validateSync(value, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
  });
  if (errors.length === 0) return value;
  const fields: FieldProblem[] = [];
  problemsOf(errors, '', fields);
  const illFormed = fields.filter((problem) => problem.code === 'missing' || STRUCTURE.has(problem.code));
  throw illFormed.length > 0
    ? new Refusal('malformed', 'malformed', { fields: illFormed.slice(0, MOST_TOLD) })
    : new Refusal('rule', 'fields', { fields: fields.slice(0, MOST_TOLD) });
}

import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO31661Alpha2,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Min,
  registerDecorator,
  type ValidationOptions,
} from 'class-validator';
import { cleanLine, cleanText, graphemes, isPlain, tooManyMarks } from './text.js';

/*
 * The vocabulary in which DTOs say what may come in. Each decorator cleans, checks the type (a breach is 400) and
 * checks the rule (a breach is 422); `limit` travels to the message.
 */

const on =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, property) => {
    // The last decorator written is the first to run; keep the order of the list.
    for (const decorator of decorators) decorator(target, property);
  };

const cleaned = (clean: (text: string) => string): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? clean(value) : value));

/** A rule of our own with a code for the catalogue (`refusal:field.<code>`). */
export function Rule(
  code: string,
  holds: (value: unknown, whole: object) => boolean,
  limit?: number | string,
): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: code,
      target: target.constructor,
      propertyName: property as string,
      options: { context: { limit } },
      validator: {
        validate: (value: unknown, args) => holds(value, args!.object),
        // class-validator 0.15 drops the context of a synchronous rule; the message carries the limit instead.
        defaultMessage: () => JSON.stringify({ limit }),
      },
    });
  };
}

/** Bytes that a character may take: the longest emoji in use has 35, but a single one of joiners or tags has no end. */
const BYTES = 40;

const isHeavy = (text: string, max: number): boolean =>
  text.length > max && !isPlain(text) && Buffer.byteLength(text) > max * BYTES;

// A text of so few code units cannot have more characters, and one that is too heavy need not be counted.
const isLong = (text: string, max: number): boolean =>
  text.length > max && !isHeavy(text, max) && graphemes(text) > max;

/** Whether a text has at most `max` characters as a reader counts them, and not more bytes than so many can need. */
export const fits = (text: string, max: number): boolean => !isHeavy(text, max) && !isLong(text, max);

/** At most `max` characters as a reader counts them: a family emoji or a letter with its marks is one. */
export function Longest(max: number): PropertyDecorator {
  return on(
    Rule('maxLength', (value) => typeof value !== 'string' || !isLong(value, max), max),
    Rule('bytes', (value) => typeof value !== 'string' || !isHeavy(value, max), max * BYTES),
  );
}

const limited = (limit: number | string): ValidationOptions => ({ context: { limit } });

/** A single line of at most `max` characters; empty is refused unless `optional`. */
export function Line(max: number, options: { optional?: boolean } = {}): PropertyDecorator {
  return on(
    cleaned(cleanLine),
    ...(options.optional ? [Optional()] : [Rule('required', (value) => value !== '')]),
    IsString(),
    Longest(max),
    Rule('marks', (value) => typeof value !== 'string' || !tooManyMarks(value), 4),
  );
}

/** Text of several lines, at most `max` characters; empty is refused unless `optional`. */
export function Text(max: number, options: { optional?: boolean } = {}): PropertyDecorator {
  return on(
    cleaned(cleanText),
    ...(options.optional ? [Optional()] : [Rule('required', (value) => value !== '')]),
    IsString(),
    Longest(max),
    Rule('marks', (value) => typeof value !== 'string' || !tooManyMarks(value), 4),
  );
}

/** Absent, null and the empty string all mean "not given" and become undefined. */
export function Optional(): PropertyDecorator {
  return on(
    Transform(({ value }: { value: unknown }) => (value === '' || value === null ? undefined : value)),
    IsOptional(),
  );
}

/** A country by ISO 3166-1 alpha-2, in either case; absent means "prefer not to say". */
export function Country(): PropertyDecorator {
  return on(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.trim().toUpperCase() : value,
    ),
    Optional(),
    IsString(),
    IsISO31661Alpha2(),
  );
}

/** One of a closed list of words. */
export function OneOf(values: readonly string[], options: { optional?: boolean } = {}): PropertyDecorator {
  return on(
    ...(options.optional ? [Optional()] : []),
    IsString(),
    IsIn([...values], limited(values.join(', '))),
  );
}

/** A whole number within limits. */
export function Whole(min: number, max: number, options: { optional?: boolean } = {}): PropertyDecorator {
  return on(
    ...(options.optional ? [Optional()] : []),
    IsInt(),
    Min(min, limited(min)),
    Max(max, limited(max)),
  );
}

export function Flag(options: { optional?: boolean } = {}): PropertyDecorator {
  return on(...(options.optional ? [Optional()] : []), IsBoolean());
}

/** A list of ids or words, each once, within a size. */
export function Strings(min: number, max: number, options: { optional?: boolean } = {}): PropertyDecorator {
  return on(
    ...(options.optional ? [Optional()] : []),
    IsArray(),
    ArrayMinSize(min, limited(min)),
    ArrayMaxSize(max, limited(max)),
    ArrayUnique(limited('once')),
    IsString({ each: true }),
  );
}

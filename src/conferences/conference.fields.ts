import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsObject,
  IsOptional,
  IsString,
  isISO31661Alpha2,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { normaliseEmail } from '../people/email.js';
import { Longest, Optional, Rule } from '../platform/fields.js';
import { cleanLine, cleanText, tooManyMarks } from '../platform/text.js';
import { isDay, isLanguage } from './conference-rules.js';
import { isZone } from './deadline.js';

/*
 * Decorators beyond `platform/fields.ts` for conferences and for what is sent to them. "Clearable" values tell three things apart: absent (stays),
 * null or the empty string (cleared), and a text.
 */

const all =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, property) => {
    for (const decorator of decorators) decorator(target, property);
  };

const clearable = (max: number, clean: (text: string) => string): PropertyDecorator =>
  all(
    Transform(({ value }: { value: unknown }) =>
      value === null ? '' : typeof value === 'string' ? clean(value) : value,
    ),
    ValidateIf((_whole, value) => value !== undefined),
    IsString(),
    Longest(max),
    Rule('marks', (value) => typeof value !== 'string' || !tooManyMarks(value), 4),
  );

/** Text of several lines that can be cleared: absent stays undefined, null becomes the empty string. */
export const ClearableText = (max: number): PropertyDecorator => clearable(max, cleanText);

/** A single line that can be cleared, as {@link ClearableText}. */
export const ClearableLine = (max: number): PropertyDecorator => clearable(max, cleanLine);

/** An address that can be cleared. */
export function ClearableAddress(): PropertyDecorator {
  return all(
    ClearableLine(254),
    Rule('email', (value) => typeof value !== 'string' || value === '' || Boolean(normaliseEmail(value))),
  );
}

/** A day that can be cleared: the empty string becomes null. */
export function ClearableDay(): PropertyDecorator {
  return all(
    Transform(({ value }: { value: unknown }) => (value === '' ? null : value)),
    IsOptional(),
    IsString(),
    Rule('day', (value) => typeof value !== 'string' || isDay(value)),
  );
}

/** A country by ISO 3166-1 alpha-2 that can be cleared: the empty string means "prefer not to say". */
export function ClearableCountry(): PropertyDecorator {
  return all(
    Transform(({ value }: { value: unknown }) =>
      value === null ? '' : typeof value === 'string' ? value.trim().toUpperCase() : value,
    ),
    ValidateIf((_whole, value) => value !== undefined),
    IsString(),
    Rule('country', (value) => typeof value !== 'string' || value === '' || isISO31661Alpha2(value)),
  );
}

/** A calendar day `YYYY-MM-DD`. */
export function Day(options: { optional?: boolean } = {}): PropertyDecorator {
  return all(
    ...(options.optional ? [Optional()] : []),
    IsString(),
    Rule('day', (value) => typeof value !== 'string' || isDay(value)),
  );
}

/** A zone of the tz database. */
export function Zone(options: { optional?: boolean } = {}): PropertyDecorator {
  return all(
    ...(options.optional ? [Optional()] : []),
    IsString(),
    Rule('zone', (value) => typeof value !== 'string' || isZone(value)),
  );
}

/** A language tag in canonical form. */
export function Language(options: { optional?: boolean } = {}): PropertyDecorator {
  return all(
    ...(options.optional ? [Optional()] : []),
    IsString(),
    Rule('language', (value) => typeof value !== 'string' || isLanguage(value)),
  );
}

/** Language tags, each once, in an order. */
export function Languages(): PropertyDecorator {
  return all(
    Optional(),
    IsArray(),
    ArrayMaxSize(20, { context: { limit: 20 } }),
    IsString({ each: true }),
    Rule('language', (value) => !Array.isArray(value) || value.every(isLanguage)),
    Rule('once', (value) => !Array.isArray(value) || new Set(value).size === value.length),
  );
}

/** One object of a class. */
export function One(type: () => new () => object, options: { optional?: boolean } = {}): PropertyDecorator {
  return all(...(options.optional ? [Optional()] : []), Type(type), IsObject(), ValidateNested());
}

/** A list of objects of a class. */
export function Many(
  type: () => new () => object,
  max: number,
  options: { optional?: boolean } = {},
): PropertyDecorator {
  return all(
    ...(options.optional ? [Optional()] : []),
    Type(type),
    IsArray(),
    ArrayMaxSize(max, { context: { limit: max } }),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
  );
}

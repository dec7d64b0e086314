import { Transform } from 'class-transformer';
import { IsString } from 'class-validator';
import { Longest, Optional, Rule } from '../platform/fields.js';
import { cleanLine, tooManyMarks } from '../platform/text.js';
import { normaliseEmail } from './email.js';

const LONGEST = 254;
const OUTER_SPACE = /^[\t\n\r ]+|[\t\n\r ]+$/g;

/**
 * An e-mail address as somebody typed it, never cleaned as other lines are: putting a Kelvin sign into NFC makes it the
 * letter K, and leaving out what has no width joins two halves, so that one address would become somebody else's. What is
 * no address may wait in a draft, unless there is in it what a line loses.
 */
export function EmailLine(options: { optional?: boolean } = {}): PropertyDecorator {
  const decorators = [
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.replaceAll(OUTER_SPACE, '') : value,
    ),
    options.optional ? Optional() : Rule('required', (value) => value !== ''),
    IsString(),
    Longest(LONGEST),
    Rule('email', (value) => typeof value !== 'string' || isAsTyped(value)),
  ];
  return (target, property) => {
    for (const decorator of decorators) decorator(target, property);
  };
}

const isAsTyped = (text: string): boolean =>
  text.length > LONGEST ||
  (cleanLine(text) === text && !tooManyMarks(text)) ||
  normaliseEmail(text) !== undefined;

import { cleanLine, cleanText } from '../platform/text.js';

/** Lone surrogates become U+FFFD, as PostgreSQL would store them: what is hashed must come back unchanged. */
const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** One clean line, cut with an ellipsis where it is longer than `limit` code points. */
export function oneLine(text: string, limit: number): string {
  const line = cleanLine(wellFormed(text));
  const points = Array.from(line);
  return points.length > limit
    ? `${points
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`
    : line;
}

/** Text of any number of lines, without control characters but the line feed. */
export function manyLines(text: string): string {
  return cleanText(wellFormed(text));
}

/** Exactly one plain mailbox: no list, no group, no comment, no quoted local part, no address literal. */
export function isPlainAddress(address: string): boolean {
  return (
    address.length <= 254 &&
    /^[^\s\p{Cc}@"(),:;<>[\]\\]{1,64}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/iu.test(address)
  );
}

const FORM = /^(?:https?:\/\/(?:www\.)?ror\.org\/|ror\.org\/)?(0[a-hj-km-np-tv-z0-9]{6}\d{2})\/?$/i;
const LONGEST_INPUT = 64;
/** Crockford's base 32: without i, l, o and u. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * An institution's iD in the Research Organization Registry in the form `05gq02987`, or `undefined` when it is none. Taken with
 * or without its address (`https://ror.org/...`). The last two digits are the ISO 7064 MOD 97-10 check of the number that
 * the six characters before them write in Crockford's base 32.
 */
export function normaliseRor(input: string): string | undefined {
  if (input.length > LONGEST_INPUT) return undefined;
  const ror = FORM.exec(input.trim())?.[1]?.toLowerCase();
  if (!ror) return undefined;
  let number = 0;
  for (const digit of ror.slice(1, 7)) number = number * DIGITS.length + DIGITS.indexOf(digit);
  return 98 - ((number * 100) % 97) === Number(ror.slice(7)) ? ror : undefined;
}

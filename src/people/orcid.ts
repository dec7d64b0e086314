const FORM = /^(?:https?:\/\/(?:www\.)?orcid\.org\/)?(\d{4})-(\d{4})-(\d{4})-(\d{3}[\dX])\/?$/i;
const LONGEST_INPUT = 64;

/**
 * An ORCID iD in the form `0000-0002-1825-0097`, or `undefined` when it is none. Taken with or without its address
 * (`https://orcid.org/...`); the last character must be the ISO 7064 MOD 11-2 check digit of the other fifteen.
 */
export function normaliseOrcid(input: string): string | undefined {
  if (input.length > LONGEST_INPUT) return undefined;
  const match = FORM.exec(input.trim());
  if (!match) return undefined;
  const orcid = match.slice(1).join('-').toUpperCase();
  return orcid.endsWith(checkDigit(orcid.replaceAll('-', '').slice(0, 15))) ? orcid : undefined;
}

/** ISO 7064 MOD 11-2: `X` stands for ten. */
function checkDigit(digits: string): string {
  let total = 0;
  for (const digit of digits) total = ((total + Number(digit)) * 2) % 11;
  const check = (12 - total) % 11;
  return check === 10 ? 'X' : String(check);
}

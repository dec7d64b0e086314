import { isReservedDomain, normaliseEmail } from '../people/email.js';
import { LETTERS } from './example-letters.js';
import { ATTENDEES, AUTHORS, EXAMPLE_PEOPLE, REVIEWERS } from './example-people.js';

describe('the people of the example', () => {
  const all = [
    ...EXAMPLE_PEOPLE,
    ...new Set([...AUTHORS, ...REVIEWERS, ...ATTENDEES]),
    ...LETTERS.slice(1).map(({ from }) => from),
  ];

  it('have addresses in identity form at reserved domains, each their own', () => {
    for (const { email } of all) {
      expect(normaliseEmail(email)).toBe(email);
      expect(isReservedDomain(email)).toBe(true);
    }
    expect(new Set(all.map(({ email }) => email)).size).toBe(all.length);
  });

  it('are thirty authors and eleven more reviewers, plainly examples', () => {
    expect(AUTHORS).toHaveLength(30);
    expect(REVIEWERS).toHaveLength(11);
    for (const { name } of all) expect(name).toContain('Example');
  });

  it('tell their country or not', () => {
    expect(AUTHORS.some(({ country }) => country === undefined)).toBe(true);
    expect(new Set(AUTHORS.map(({ country }) => country)).size).toBeGreaterThan(15);
  });
});

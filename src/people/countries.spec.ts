import { COUNTRIES, countryName, countryOptions, isCountry } from './countries.js';

describe('COUNTRIES', () => {
  it('are the 249 codes of ISO 3166-1, each once, in order', () => {
    expect(COUNTRIES).toHaveLength(249);
    expect([...new Set(COUNTRIES)].toSorted()).toEqual(COUNTRIES);
    for (const code of COUNTRIES) expect(code).toMatch(/^[A-Z]{2}$/);
  });

  it.each(['AM', 'AZ', 'GE', 'TR', 'RU', 'IR', 'GB', 'PS'])('have %s', (code) => {
    expect(isCountry(code)).toBe(true);
  });

  it.each(['', 'am', 'ARM', 'XX', 'ZZ', 'UK', 'XK', 'EU', 'SU', 'constructor'])('do not have %s', (code) => {
    expect(isCountry(code)).toBe(false);
  });
});

describe('countryName', () => {
  it.each([
    ['AM', 'en', 'Armenia'],
    ['AZ', 'en', 'Azerbaijan'],
    ['AM', 'hy', 'Հայաստան'],
    ['AZ', 'az', 'Azərbaycan'],
    ['GE', 'ru', 'Грузия'],
    ['DE', 'tr', 'Almanya'],
    ['XX', 'en', 'XX'],
    ['nonsense', 'en', 'nonsense'],
  ])('of %s in %s is %s', (code, locale, expected) => {
    expect(countryName(code, locale)).toBe(expected);
  });

  it('is known for every code in every language of the conference', () => {
    for (const locale of ['en', 'hy', 'az', 'ru', 'tr']) {
      expect(COUNTRIES.filter((code) => countryName(code, locale) === code)).toEqual([]);
    }
  });
});

describe('countryOptions', () => {
  it('has each country once', () => {
    expect(
      countryOptions('en')
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual(COUNTRIES);
    expect(countryOptions('en')).toBe(countryOptions('en'));
  });

  it('is in the order of the language', () => {
    const inEnglish = countryOptions('en').map(({ name }) => name);
    expect(inEnglish[0]).toBe('Afghanistan');
    expect(inEnglish[1]).toBe('Åland Islands');
    const inTurkish = countryOptions('tr').map(({ name }) => name);
    expect(inTurkish.indexOf('Çekya')).toBeLessThan(inTurkish.indexOf('Danimarka'));
    expect(inTurkish.indexOf('Çekya')).toBeGreaterThan(inTurkish.indexOf('Curaçao'));
  });
});

/** ISO 3166-1 alpha-2: all 249 codes officially assigned. */
export const COUNTRIES: readonly string[] = (
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ' +
  'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR ' +
  'GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT ' +
  'JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO ' +
  'MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY ' +
  'QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO ' +
  'TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
).split(' ');

const KNOWN = new Set(COUNTRIES);

/** One entry of a list to choose a country from. */
export interface CountryOption {
  /** ISO 3166-1 alpha-2 */
  readonly code: string;
  /** the name of CLDR in the reader's language */
  readonly name: string;
}

/** Whether the text is an ISO 3166-1 alpha-2 code, in capitals. */
export function isCountry(code: string): boolean {
  return KNOWN.has(code);
}

// Both caches hold one entry a catalogue language: callers pass the locale of a page, never a header's text.
const names = new Map<string, Intl.DisplayNames>();
const options = new Map<string, readonly CountryOption[]>();

/** The country's CLDR name in the language of the page; an unknown code comes back as it is. */
export function countryName(code: string, locale: string): string {
  if (!isCountry(code)) return code;
  let display = names.get(locale);
  if (!display)
    names.set(locale, (display = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' })));
  return display.of(code)!;
}

/** All countries with their names, in the order of the language's alphabet. */
export function countryOptions(locale: string): readonly CountryOption[] {
  let sorted = options.get(locale);
  if (!sorted) {
    const { compare } = new Intl.Collator(locale);
    sorted = COUNTRIES.map((code) => ({ code, name: countryName(code, locale) })).toSorted((a, b) =>
      compare(a.name, b.name),
    );
    options.set(locale, sorted);
  }
  return sorted;
}

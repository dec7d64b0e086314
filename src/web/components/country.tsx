import type { JSX } from 'preact';
import { byAlphabet, intlLocale, type View } from '../view.js';
import { useView } from './context.js';
import { Select, type ControlProps } from './forms.js';

/** The officially assigned two-letter codes of ISO 3166-1. */
export const COUNTRY_CODES = (
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ' +
  'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR ' +
  'GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP ' +
  'KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT ' +
  'MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW ' +
  'SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG ' +
  'UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
).split(' ');

/** Name of a country in the reader's language (CLDR), or the code itself where it is unknown. */
export function countryName(view: Pick<View, 'locale'>, code: string): string {
  return new Intl.DisplayNames(intlLocale(view), { type: 'region', fallback: 'code' }).of(code) ?? code;
}

/** Never required: "prefer not to say" comes first and is what holds until something is chosen (empty value). */
export function CountrySelect(
  props: Omit<ControlProps, 'label'> & { label?: string; value?: string | null | undefined },
): JSX.Element {
  const view = useView();
  const named = COUNTRY_CODES.map((value) => ({ value, label: countryName(view, value) }));
  return (
    <Select
      {...props}
      label={props.label ?? view.t('common:country.label')}
      value={props.value ?? ''}
      autocomplete="country"
      options={[
        { value: '', label: view.t('common:country.none') },
        ...byAlphabet(view, named, (o) => o.label),
      ]}
    />
  );
}

/** Where CLDR's name of a language in itself could be read as the name of a country. */
const OWN_NAMES: Readonly<Record<string, string>> = { az: 'Azərbaycanca' };

/** A language's name in that language itself, with its first letter as its speakers write it in a list. */
export function ownLanguageName(tag: string): string {
  if (OWN_NAMES[tag]) return OWN_NAMES[tag];
  const name = new Intl.DisplayNames(tag, { type: 'language', fallback: 'code' }).of(tag) ?? tag;
  // Georgian has no capitals in running text; its upper case is another alphabet.
  return tag === 'ka' ? name : name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

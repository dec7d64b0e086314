import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance, type i18n } from 'i18next';
import { programFile } from './program.js';

/** Turns a catalogue key such as `submit:title.label` and its values into a sentence of the reader's language. */
export type Translate = (key: string, values?: Record<string, unknown>) => string;

/** The languages with a catalogue, in the order in which they are offered. English is complete; the others follow. */
export const LOCALES = ['en'] as const;
export type Locale = (typeof LOCALES)[number];

/** The language of pages for who prefers a language: English, where it has no catalogue. Mail may be written in more. */
export const pageLocale = (preferred: string): Locale =>
  LOCALES.find((locale) => locale === preferred) ?? 'en';

const folder = programFile('locales');

function catalogue(locale: string): Record<string, object> {
  const files = readdirSync(join(folder, locale)).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(
    files.map((name) => [
      name.slice(0, -'.json'.length),
      JSON.parse(readFileSync(join(folder, locale, name), 'utf8')) as object,
    ]),
  );
}

let instance: i18n | undefined;

function messages(): i18n {
  if (!instance) {
    instance = createInstance();
    void instance.init({
      lng: 'en',
      fallbackLng: 'en',
      resources: Object.fromEntries(LOCALES.map((locale) => [locale, catalogue(locale)])),
      // Views escape; a second escape would show entities to the reader.
      interpolation: { escapeValue: false },
      initAsync: false,
      showSupportNotice: false,
    } as Parameters<i18n['init']>[0]);
  }
  return instance;
}

/** The message function of one language; unknown keys come back as the key itself (a test finds them). */
export function translator(locale: string): Translate {
  const t = messages().getFixedT(locale);
  return (key, values) => t(key, { ...values });
}

/** Whether the English catalogue has this key. */
export function hasMessage(key: string): boolean {
  return messages().exists(key);
}

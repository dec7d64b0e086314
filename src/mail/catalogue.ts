import { readFileSync } from 'node:fs';
import { LOCALES } from '../platform/i18n.js';
import { programFile } from '../platform/program.js';

type Messages = { [key: string]: string | Messages };

const read = new Map<string, Messages>();

function messages(locale: string): Messages {
  let found = read.get(locale);
  if (!found) {
    found = JSON.parse(readFileSync(programFile(`locales/${locale}/mail.json`), 'utf8')) as Messages;
    read.set(locale, found);
  }
  return found;
}

function look(locale: string, group: string, key: string): string | undefined {
  const found = messages(locale)[group];
  const text = typeof found === 'object' && Object.hasOwn(found, key) ? found[key] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/**
 * A raw template of `mail.json`, in the locale or else in English. It is read past i18next, whose
 * interpolation uses the same braces as Liquid.
 * @returns undefined where neither language has it.
 */
export function mailTemplate(locale: string, group: string, key: string): string | undefined {
  const known = (LOCALES as readonly string[]).includes(locale) ? locale : 'en';
  return look(known, group, key) ?? look('en', group, key);
}

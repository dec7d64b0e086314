import { existsSync, readFileSync } from 'node:fs';
import { programFile } from '../platform/program.js';

type Messages = { [key: string]: string | Messages };

const read = new Map<string, Messages>();

function messages(locale: string): Messages {
  let found = read.get(locale);
  if (!found) {
    const file = programFile(`locales/${locale}/mail.json`);
    found = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Messages) : {};
    read.set(locale, found);
  }
  return found;
}

function look(locale: string, group: string, key: string): string | undefined {
  const found = messages(locale)[group];
  const text = typeof found === 'object' && Object.hasOwn(found, key) ? found[key] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** Languages in which mail may be written, in the order in which they are offered. English is the one all others follow. */
export const MAIL_LOCALES = ['en', 'hy', 'az', 'ru', 'tr'] as const;
export type MailLocale = (typeof MAIL_LOCALES)[number];

/** Whether mail may be written in a language. */
export const isMailLocale = (locale: string): locale is MailLocale =>
  (MAIL_LOCALES as readonly string[]).includes(locale);

/** A raw template of `mail.json` in this language; undefined where it has none. Read past i18next, which uses the same braces. */
export function ownMailTemplate(locale: string, group: string, key: string): string | undefined {
  return isMailLocale(locale) ? look(locale, group, key) : undefined;
}

/** A raw template in the language or else in English. @returns undefined where neither has it. */
export function mailTemplate(locale: string, group: string, key: string): string | undefined {
  return ownMailTemplate(locale, group, key) ?? look('en', group, key);
}

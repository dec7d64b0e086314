import { sha256 } from '../platform/text.js';
import { ownMailTemplate } from './catalogue.js';
import { fill, faultOf, type TemplateFault } from './liquid.js';
import type { MailKind } from './kinds.js';
import { COMMON_VARIABLES } from './kinds.js';

/** The greeting and close that stand around every mail; worded as if it were a kind, without a subject. */
export const FRAME = 'frame';

/** A conference's own text in force. */
export interface OwnText {
  kind: string;
  locale: string;
  version: number;
  /** Null, as `text`, where the text of the program was taken back. */
  subject: string | null;
  text: string | null;
  /** Of the English text that a translation was made from. */
  englishHash: string | null;
}

export interface Wording {
  subject: string;
  text: string;
}

/** Whether a text says what the English one says now. */
export type Standing = 'current' | 'older' | 'missing';

/** The program's own text of a kind in a language; null where it has none. */
export function builtIn(kind: string, locale: string): Wording | null {
  const text = ownMailTemplate(locale, kind, 'text');
  const subject = kind === FRAME ? '' : ownMailTemplate(locale, kind, 'subject');
  return text === undefined || subject === undefined ? null : { subject, text };
}

export const hashOfWording = ({ subject, text }: Wording): string => sha256(JSON.stringify([subject, text]));

/** A conference's texts, as far as they are its own; the rest are the program's. */
export class Texts {
  private readonly own = new Map<string, OwnText>();

  /** @param rows the latest of each kind and language */
  constructor(rows: readonly OwnText[]) {
    for (const row of rows) this.own.set(`${row.kind} ${row.locale}`, row);
  }

  /** The text of its own in force; null where there is none. */
  ownIn(kind: string, locale: string): (Wording & { englishHash: string | null }) | null {
    const row = this.own.get(`${kind} ${locale}`);
    return row?.text == null || row.subject === null
      ? null
      : { subject: row.subject, text: row.text, englishHash: row.englishHash };
  }

  /** How often its own text of a kind and language was changed. */
  version(kind: string, locale: string): number {
    return this.own.get(`${kind} ${locale}`)?.version ?? 0;
  }

  /** @throws Error for a kind that has no text at all */
  english(kind: string): Wording {
    const found = this.ownIn(kind, 'en') ?? builtIn(kind, 'en');
    if (!found) throw new Error(`The catalogue has no "mail:${kind}".`);
    return found;
  }

  /** The text in a language, whether or not it is current; null where there is none. */
  inLanguage(kind: string, locale: string): Wording | null {
    return locale === 'en' ? this.english(kind) : (this.ownIn(kind, locale) ?? builtIn(kind, locale));
  }

  /** Whether there is a text in the language, and it was made from the English one of today. */
  standing(kind: string, locale: string): Standing {
    if (locale === 'en') return 'current';
    const own = this.ownIn(kind, locale);
    if (own) return own.englishHash === hashOfWording(this.english(kind)) ? 'current' : 'older';
    if (!builtIn(kind, locale)) return 'missing';
    return this.ownIn(kind, 'en') ? 'older' : 'current';
  }

  /** Whether a mail of the kind can be written in the language, frame and all. */
  speaks(kind: string, locale: string): boolean {
    return this.standing(kind, locale) === 'current' && this.standing(FRAME, locale) === 'current';
  }
}

/** What a kind's text may use, with what each is. */
export function variablesOf(kind: MailKind | typeof FRAME): Record<string, string> {
  return kind === FRAME
    ? { ...COMMON_VARIABLES, ...FRAME_VARIABLES }
    : { ...COMMON_VARIABLES, ...kind.variables };
}

const FRAME_VARIABLES: Record<string, string> = {
  body: 'what the mail of its kind says',
  stopUrl: 'where mail of this kind can be stopped, where it can',
  recordRoot: 'root of the record before a decision, where the mail tells of one',
  recordSize: 'number of entries of the record then',
  recordAt: 'when that was signed',
  recordUrl: 'page of the record',
};

/** Example values for a kind's text. */
export const sampleOf = (kind: MailKind | typeof FRAME): Record<string, unknown> =>
  kind === FRAME
    ? {
        body: 'What the mail says.',
        stopUrl: 'https://conference.example.org/mail/stop/example',
        recordRoot: '',
      }
    : kind.sample;

export interface WordingFault extends Omit<TemplateFault, 'code'> {
  field: 'subject' | 'text';
  code: TemplateFault['code'] | 'noLink';
}

/**
 * What keeps a text from being used: a template that is none, an unknown variable, or a link that would be missing where the
 * program's own text has it; undefined where it can be used.
 */
export function faultIn(kind: MailKind | typeof FRAME, wording: Wording): WordingFault | undefined {
  const names = Object.keys(variablesOf(kind));
  for (const field of ['subject', 'text'] as const) {
    const fault = faultOf(wording[field], names);
    if (fault) return { field, ...fault };
  }
  const sample = sampleOf(kind);
  const needed = kind === FRAME ? ['body', 'stopUrl'] : Object.keys(kind.variables).filter(isLink);
  const known = builtIn(kind === FRAME ? FRAME : kind.kind, 'en')!;
  const said = fill(wording.text, sample, false);
  const word = needed.find((name) => {
    const value = String(sample[name] ?? '');
    return value !== '' && fill(known.text, sample, false).includes(value) && !said.includes(value);
  });
  return word === undefined ? undefined : { code: 'noLink', field: 'text', line: 0, word };
}

const isLink = (name: string): boolean => name.endsWith('Url');

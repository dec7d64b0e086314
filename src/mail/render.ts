import { sha256 } from '../platform/text.js';
import { mailTemplate } from './catalogue.js';
import { manyLines, oneLine } from './clean.js';
import { anchor, framed, paragraph } from './frame.js';
import { fill } from './liquid.js';

/** A message as its recipient will see it. */
export interface Rendered {
  /** One line. */
  subject: string;
  text: string;
  html: string;
}

/** Longest subject kept, in code points; the rest is cut with an ellipsis. */
const SUBJECT_LIMIT = 200;

/** Everything that a value brings along is text; control characters are not. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return manyLines(value);
  return Array.isArray(value) ? value.map(cleaned) : value;
}

/** The sources of a message: what its kind says, and the frame of every message around it. */
export interface MailTexts {
  subject: string;
  text: string;
  /** Greeting and close; `body` stands for the text. */
  frame: string;
}

/** The texts of the catalogue. @throws Error where there are none */
export function catalogueTexts(locale: string, kind: string): MailTexts {
  const source = (group: string, key: string): string => {
    const found = mailTemplate(locale, group, key);
    if (found === undefined) throw new Error(`The catalogue has no "mail:${group}.${key}".`);
    return found;
  };
  return { subject: source(kind, 'subject'), text: source(kind, 'text'), frame: source('frame', 'text') };
}

/**
 * Renders a message. Values are data: Liquid or HTML inside them stays literal, and only a line that is one of the `…Url` values
 * becomes a link; the first of them is the mail's button.
 * @param values the kind's variables and the common ones.
 * @param isStrict whether a variable that is not given is an error; else it is empty.
 * @throws Error for a template that is none, or uses a variable that is not given.
 */
export function renderTexts(
  locale: string,
  texts: MailTexts,
  values: Record<string, unknown>,
  isStrict = true,
): Rendered {
  const clean = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cleaned(value)]));
  const subject = oneLine(fill(texts.subject, clean, isStrict), SUBJECT_LIMIT);
  const body = tidy(fill(texts.text, clean, isStrict));
  const text = tidy(fill(texts.frame, { ...clean, body }, isStrict));
  return { subject, text, html: htmlOf(locale, subject, text, clean) };
}

/**
 * Renders a message from the catalogue.
 * @throws Error for a template that is not there or uses a variable that is not given.
 */
export function render(locale: string, kind: string, values: Record<string, unknown>): Rendered {
  return renderTexts(locale, catalogueTexts(locale, kind), values);
}

/** SHA-256 over subject, text and HTML, in hexadecimal: what was released is what is sent. */
export function hashOf(message: Rendered): string {
  return sha256(JSON.stringify([message.subject, message.text, message.html]));
}

const tidy = (text: string): string =>
  text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);

/**
 * Escapes text so that mail programs find no address in it to turn into a link: a name such as
 * "www.example.org" stays a name.
 */
function literal(text: string): string {
  return escape(text).replace(/(?<=\S)(?:\.|:\/\/|@)(?=\S)/g, '<span>$&</span>');
}

function htmlOf(locale: string, subject: string, text: string, values: Record<string, unknown>): string {
  const links = new Map<string, string>();
  for (const [name, value] of Object.entries(values))
    if (name.endsWith('Url') && typeof value === 'string') links.set(value, name);

  let look: 'button' | 'link' = 'button';
  const line = (content: string): string => {
    const name = links.get(content);
    if (name === undefined) return literal(content);
    const label = mailTemplate(locale, 'button', name) ?? mailTemplate(locale, 'button', 'other')!;
    const link = anchor(escape(content), escape(label), look);
    look = 'link';
    return link;
  };
  const words = text
    .split('\n\n')
    .map((part) => paragraph(part.split('\n').map(line).join('<br>\n')))
    .join('\n');
  return framed(escape(locale), escape(subject), words);
}

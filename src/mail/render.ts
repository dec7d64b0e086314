import { Liquid, type Template } from 'liquidjs';
import { sha256 } from '../platform/text.js';
import { mailTemplate } from './catalogue.js';
import { manyLines, oneLine } from './clean.js';

/** A message as its recipient will see it. */
export interface Rendered {
  /** One line. */
  subject: string;
  text: string;
  html: string;
}

/** Longest subject kept, in code points; the rest is cut with an ellipsis. */
const SUBJECT_LIMIT = 200;

const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  lenientIf: true,
  ownPropertyOnly: true,
  // An empty text is as good as none in `{% if %}`.
  jsTruthy: true,
  // Templates come from here and not from the disk: `include` and `render` find nothing.
  templates: {},
  parseLimit: 100_000,
  renderLimit: 1_000,
  memoryLimit: 10_000_000,
});
const parsed = new Map<string, Template[]>();

function fill(locale: string, group: string, key: string, values: Record<string, unknown>): string {
  const name = `${locale} ${group} ${key}`;
  let template = parsed.get(name);
  if (!template) {
    const source = mailTemplate(locale, group, key);
    if (source === undefined) throw new Error(`The catalogue has no "mail:${group}.${key}".`);
    template = liquid.parse(source);
    parsed.set(name, template);
  }
  return String(liquid.renderSync(template, values));
}

/** Everything that a value brings along is text; control characters are not. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return manyLines(value);
  return Array.isArray(value) ? value.map(cleaned) : value;
}

/**
 * Renders a message from the catalogue. Values are data: Liquid or HTML inside them stays literal, and only a line
 * that is one of the `…Url` values becomes a link.
 * @param values the kind's variables and the common ones.
 * @throws Error for a template that is not there or uses a variable that is not given.
 */
export function render(locale: string, kind: string, values: Record<string, unknown>): Rendered {
  const clean = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cleaned(value)]));
  const subject = oneLine(fill(locale, kind, 'subject', clean), SUBJECT_LIMIT);
  const body = tidy(fill(locale, kind, 'text', clean));
  const text = tidy(fill(locale, 'frame', 'text', { ...clean, body }));
  return { subject, text, html: htmlOf(locale, subject, text, clean) };
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

const BUTTON =
  'display:inline-block;padding:10px 18px;border-radius:6px;background:#1f4b5f;color:#ffffff;text-decoration:none;font-weight:600';

function htmlOf(locale: string, subject: string, text: string, values: Record<string, unknown>): string {
  const links = new Map<string, string>();
  for (const [name, value] of Object.entries(values))
    if (name.endsWith('Url') && typeof value === 'string') links.set(value, name);

  const line = (content: string): string => {
    const name = links.get(content);
    if (name === undefined) return literal(content);
    const label = mailTemplate(locale, 'button', name) ?? mailTemplate(locale, 'button', 'other')!;
    return `<a href="${escape(content)}" rel="noopener noreferrer" style="${BUTTON}">${escape(label)}</a>`;
  };
  const paragraphs = text
    .split('\n\n')
    .map((paragraph) => `<p style="margin:0 0 16px">${paragraph.split('\n').map(line).join('<br>\n')}</p>`)
    .join('\n');
  return [
    `<!doctype html>`,
    `<html lang="${escape(locale)}">`,
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(subject)}</title></head>`,
    `<body style="margin:0;padding:24px;background:#ffffff;color:#1c1c1c;font:16px/1.5 'Noto Sans',Arial,sans-serif">`,
    `<div dir="auto" style="max-width:36em;margin:0 auto;overflow-wrap:anywhere">`,
    paragraphs,
    `</div></body></html>`,
    '',
  ].join('\n');
}

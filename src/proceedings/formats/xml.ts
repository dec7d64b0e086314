/** Markup that is well-formed by itself; only {@link el} and {@link raw} make it, so that text can never become markup. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What an element may hold: markup, text (escaped), numbers, lists of these; what is null, undefined or false is left out. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[];

/** Attributes with a value of undefined are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** What HTML writes without an end tag. Everything else gets one, so that the same writer serves XML and HTML. */
const VOID = new Set(['br', 'hr', 'img', 'link', 'meta']);

/** An element. Names are ours and are not checked; texts and values are escaped and cleaned by {@link legible}. */
export function el(name: string, attributes: Attributes, ...content: Content[]): Markup {
  const tag = `${name}${Object.entries(attributes)
    .map(([key, value]) => (value === undefined ? '' : ` ${key}="${escaped(String(value))}"`))
    .join('')}`;
  const inside = content.map(markupOf).join('');
  return new Markup(inside === '' && VOID.has(name) ? `<${tag}/>` : `<${tag}>${inside}</${name}>`);
}

/** An element, or nothing where its text is empty: many schemas refuse empty elements. */
export function filled(name: string, attributes: Attributes, ...content: Content[]): Markup | null {
  return content.every((part) => markupOf(part) === '') ? null : el(name, attributes, ...content);
}

/** Text that is markup already. */
export const raw = (text: string): Markup => new Markup(text);

/** A document in UTF-8. */
export const xmlDocument = (root: Markup): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root.text}\n`;

/**
 * Text that every reader shows as it is meant: without control characters, halves of surrogate pairs and noncharacters
 * (which XML refuses), and without the bidirectional overrides, embeddings and isolates, invisible tags and byte order marks
 * that make text read otherwise than it is stored. Tab and line feed stay; the marks U+200E and U+200F, joiners and letters of
 * every script do too.
 */
export function legible(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(ILLEGIBLE, '');
}

const ILLEGIBLE =
  /(?![\t\n])\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|\p{Noncharacter_Code_Point}/gu;

function markupOf(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string' || typeof content === 'number') return escaped(String(content));
  return content.map(markupOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  // Otherwise "]]>" in a text would end nothing and still be refused.
  '>': '&gt;',
  '"': '&quot;',
};

function escaped(text: string): string {
  return legible(text).replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}

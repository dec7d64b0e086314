import { legible } from './xml.js';

/** A run of text in one look; with `href` a link to the web or a mail address. */
export interface Inline {
  text: string;
  strong?: true;
  emphasis?: true;
  href?: string;
}

export type Block =
  | { kind: 'heading'; inline: Inline[] }
  | { kind: 'paragraph'; inline: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] };

/**
 * The small Markdown of front matter: paragraphs between blank lines, `## Heading`, lists of lines that begin with `-` or
 * `1.`, `**strong**`, `*emphasis*` and `[words](https://…)`. Everything else, also markup and addresses of another scheme, is
 * the text that it is; so nothing here can be anything but text, bold, italics and plain links.
 */
export function richText(text: string): Block[] {
  return legible(text)
    .split(/\n[^\S\n]*\n/)
    .map((part) => part.split('\n').map((line) => line.trim()))
    .map((lines) => lines.filter(Boolean))
    .filter((lines) => lines.length > 0)
    .flatMap(blocksOf);
}

/** The same without any look, for formats that have none. */
export const plainText = (text: string): string =>
  richText(text)
    .map((block) =>
      block.kind === 'list'
        ? block.items.map((item) => item.map((run) => run.text).join('')).join('\n')
        : block.inline.map((run) => run.text).join(''),
    )
    .join('\n\n');

const ITEM = /^(?:-|(\d+)\.)\s+/;

function blocksOf(lines: readonly string[]): Block[] {
  const [first = ''] = lines;
  const heading = /^#{1,6}\s+(.+)$/.exec(first)?.[1];
  if (heading !== undefined)
    return [
      { kind: 'heading', inline: inlineOf(heading) },
      ...(lines.length > 1 ? blocksOf(lines.slice(1)) : []),
    ];
  if (lines.every((line) => ITEM.test(line)))
    return [
      {
        kind: 'list',
        ordered: ITEM.exec(first)![1] !== undefined,
        items: lines.map((line) => inlineOf(line.replace(ITEM, ''))),
      },
    ];
  return [{ kind: 'paragraph', inline: inlineOf(lines.join(' ')) }];
}

const RUN =
  /\*\*([^*]+)\*\*|\*([^*\s](?:[^*]*[^*\s])?)\*|\[([^\][]+)\]\(((?:https?:\/\/|mailto:)[^\s()]+)\)/g;

function inlineOf(text: string): Inline[] {
  const runs: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(RUN)) {
    const [whole, strong, emphasis, words, href] = match;
    if (match.index > end) runs.push({ text: text.slice(end, match.index) });
    if (strong !== undefined) runs.push({ text: strong, strong: true });
    else if (emphasis !== undefined) runs.push({ text: emphasis, emphasis: true });
    else runs.push({ text: words!, href: href! });
    end = match.index + whole.length;
  }
  if (end < text.length) runs.push({ text: text.slice(end) });
  return runs;
}

import { createRequire } from 'node:module';
import type juiceOf from 'juice';

/**
 * The look of mail: calm, readable without pictures, from 320 pixels on, light and dark. Colours are those of the pages. Rules
 * outside of media queries are written into the elements, since many mail programs drop style sheets.
 */
const STYLES = `
  .page { margin: 0; padding: 0; background: #faf8f5; color: #241f26; }
  .sheet { width: 100%; border-collapse: collapse; background: #faf8f5; }
  .room { padding: 24px 12px; }
  .card { width: 100%; max-width: 600px; margin: 0 auto; border-collapse: separate; background: #fffefc;
    border: 1px solid #e4dfd8; border-top: 4px solid #5d2a56; border-radius: 8px; }
  .words { padding: 28px 28px 12px; text-align: left; color: #241f26; overflow-wrap: anywhere; word-break: break-word;
    font: 16px/1.6 'Noto Sans', 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; }
  .part { margin: 0 0 16px; }
  .button { display: inline-block; padding: 12px 22px; border-radius: 6px; background: #5d2a56; color: #fffefc;
    text-decoration: none; font-weight: 600; }
  .link { color: #5d2a56; text-decoration: underline; }
  @media (prefers-color-scheme: dark) {
    .page, .sheet { background: #17141a !important; }
    .card { background: #1f1b22 !important; border-color: #37313a !important; border-top-color: #d9a8cf !important; }
    .words { color: #efe9ee !important; }
    .button { background: #d9a8cf !important; color: #17141a !important; }
    .link { color: #d9a8cf !important; }
  }
  @media (max-width: 480px) {
    .room { padding: 0 !important; }
    .card { border-left: 0 !important; border-right: 0 !important; border-radius: 0 !important; }
    .words { padding: 20px 16px 4px !important; }
  }`;

const SKELETON = `<!doctype html>
<html lang="§lang§">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>§title§</title><style>${STYLES}</style></head>
<body class="page">
<table role="presentation" class="sheet" cellpadding="0" cellspacing="0"><tr><td class="room" align="center">
<table role="presentation" class="card" cellpadding="0" cellspacing="0"><tr><td class="words" dir="auto">
§start§
<p class="part">§text§</p>
<p class="part"><a href="§button§" class="button">§label§</a></p>
<p class="part"><a href="§link§" class="link">§label§</a></p>
§end§
</td></tr></table>
</td></tr></table>
</body></html>
`;

interface Cut {
  before: string;
  after: string;
  part: string;
  button: string;
  link: string;
}

let cut: Cut | undefined;

/** The frame with its styles inlined, once for all messages, and the pieces that stand in it any number of times. */
function pieces(): Cut {
  if (!cut) {
    // Read with the first message: it takes a third of a second, which a start does not have.
    const juice = createRequire(import.meta.url)('juice') as typeof juiceOf;
    const inlined = juice(SKELETON, {
      preserveMediaQueries: true,
      removeStyleTags: true,
      applyWidthAttributes: false,
      applyAttributesTableElements: false,
    });
    const start = inlined.indexOf('§start§');
    const end = inlined.indexOf('§end§');
    const [part, , button, , link] = inlined.slice(start, end).match(/<(?:p class|a href)="[^>]*>/g)!;
    cut = {
      before: inlined.slice(0, start),
      after: inlined.slice(end + '§end§'.length).trimStart(),
      part: part!,
      button: button!,
      link: link!,
    };
  }
  return cut;
}

const put = (piece: string, values: Record<string, string>): string =>
  piece.replace(/§(\w+)§/g, (_mark, name: string) => values[name] ?? '');

/** A paragraph. @param html escaped */
export const paragraph = (html: string): string => `${pieces().part}${html}</p>`;

/** A link, as a button or in words. @param href and label escaped */
export const anchor = (href: string, label: string, look: 'button' | 'link'): string =>
  `${put(pieces()[look], { [look]: href })}${label}</a>`;

/** The whole document. @param lang and title escaped; the words between are what {@link paragraph} has made */
export function framed(lang: string, title: string, words: string): string {
  const { before, after } = pieces();
  return `${put(before, { lang, title })}${words}\n${after}`;
}

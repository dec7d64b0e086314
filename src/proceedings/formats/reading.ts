import { authorIndex } from '../author-index.js';
import type { Edition, EditionAuthor, EditionPaper } from './edition.js';
import { richText, type Inline } from './rich-text.js';
import { el, type Markup } from './xml.js';

/** The words around the papers in what is read on a screen, in the language of the book. */
export interface ReadingWords {
  contents: string;
  authors: string;
  editors: string;
  keywords: string;
  cite: string;
  withdrawn: string;
  erratum: string;
  /** Of version, day and hash. */
  frozen: string;
  next: string;
  previous: string;
  skip: string;
}

/** Where things are, relative to the page that is being written. */
export interface Links {
  paper: (paper: EditionPaper) => string;
}

/** A name in its own script: the language where it is certain, none said otherwise; isolated, so that it turns nothing else. */
export function nativeMarkup({ text, lang }: NonNullable<EditionAuthor['native']>): Markup {
  const language = lang === 'und' ? '' : lang;
  return el('bdi', { lang: language, 'xml:lang': language }, text);
}

/** Authors with their affiliations numbered; one that all share has no number. */
export function authorsMarkup({ authors }: EditionPaper): Markup[] {
  const places = [...new Set(authors.map(({ place }) => place).filter(Boolean))];
  const shared = places.length === 1 && authors.every(({ place }) => place !== '');
  if (authors.length === 0) return [];
  return [
    el(
      'p',
      { class: 'authors' },
      authors.map(({ name, native, orcid, place }, index) => [
        index > 0 && ', ',
        orcid === null
          ? el('bdi', {}, name)
          : el('a', { href: `https://orcid.org/${orcid}` }, el('bdi', {}, name)),
        native && [' (', nativeMarkup(native), ')'],
        !shared && place !== '' && el('sup', {}, places.indexOf(place) + 1),
      ]),
    ),
    ...places.map((place, index) =>
      el('p', { class: 'place' }, !shared && el('sup', {}, index + 1), !shared && ' ', place),
    ),
  ];
}

/** The abstract, or that the paper was withdrawn. */
export function abstractMarkup(paper: EditionPaper, words: ReadingWords): Markup[] {
  if (paper.withdrawn) return [el('p', { class: 'withdrawn' }, words.withdrawn)];
  return [
    ...paper.paragraphs.map((paragraph) => el('p', {}, paragraph)),
    ...(paper.keywords.length > 0
      ? [el('p', { class: 'keywords' }, el('b', {}, words.keywords), ' ', paper.keywords.join(' · '))]
      : []),
  ];
}

/** The contents: sections with their papers and authors. */
export function contentsMarkup({ sections }: Edition, links: Links): Markup[] {
  return sections.map(({ title, papers }) =>
    el(
      'section',
      {},
      el('h3', {}, title),
      el(
        'ul',
        { class: 'contents' },
        papers.map((paper) =>
          el(
            'li',
            {},
            el('a', { href: links.paper(paper) }, paper.title),
            paper.authors.length > 0 &&
              el('span', { class: 'by' }, paper.authors.map(({ name }) => name).join(', ')),
          ),
        ),
      ),
    ),
  );
}

/** The author index, in the order of the book's. */
export function indexMarkup({ papers }: Edition, links: Links): Markup[] {
  const byId = new Map(papers.map((paper) => [paper.id, paper]));
  const letters = authorIndex(
    papers.flatMap((paper) =>
      paper.authors.map(({ name, native, affiliation, orcid }) => ({
        paperId: paper.id,
        author: { name, affiliation, ...(native && { nativeName: native.text }), ...(orcid && { orcid }) },
      })),
    ),
    { print: (text) => text, native: (text) => (text === '' ? null : { text, lang: 'und' }) },
  );
  const natives = new Map(
    papers.flatMap(({ authors }) => authors).flatMap(({ native }) => (native ? [[native.text, native]] : [])),
  );
  return letters.map(({ letter, entries }) =>
    el(
      'section',
      {},
      el('h3', {}, letter),
      el(
        'ul',
        { class: 'index' },
        entries.map(({ name, native, papers: ids }) =>
          el(
            'li',
            {},
            el('bdi', {}, name),
            native && [' (', nativeMarkup(natives.get(native.text)!), ')'],
            ids.map((id) => {
              const paper = byId.get(id)!;
              return [' ', el('a', { href: links.paper(paper) }, paper.id)];
            }),
          ),
        ),
      ),
    ),
  );
}

/** A page of the front matter. @param level of its headings, below its own title */
export function richMarkup(text: string, level: 2 | 3): Markup[] {
  return richText(text).map((block) => {
    if (block.kind === 'heading') return el(`h${level}`, {}, block.inline.map(inlineMarkup));
    if (block.kind === 'paragraph') return el('p', {}, block.inline.map(inlineMarkup));
    return el(
      block.ordered ? 'ol' : 'ul',
      {},
      block.items.map((item) => el('li', {}, item.map(inlineMarkup))),
    );
  });
}

function inlineMarkup({ text, strong, emphasis, href }: Inline): Markup | string {
  if (href !== undefined) return el('a', { href }, text);
  if (strong) return el('strong', {}, text);
  return emphasis ? el('em', {}, text) : text;
}

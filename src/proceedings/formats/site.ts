import { citation, citationMeta, paperJsonLd, volumeJsonLd } from './citing.js';
import type { Edition, EditionPaper } from './edition.js';
import {
  abstractMarkup,
  authorsMarkup,
  contentsMarkup,
  indexMarkup,
  richMarkup,
  type ReadingWords,
} from './reading.js';
import { el, filled, raw, type Content, type Markup } from './xml.js';

/** A page of the site: its path and how to make it, so that a large site is never in memory at once. */
export interface SitePage {
  path: string;
  make: () => string;
}

/**
 * The volume as a website that works from a folder or any server: contents, a page for each paper, authors, front matter.
 * Nothing is loaded from elsewhere and there is no script. Each page says to search engines what it is.
 */
export function sitePages(edition: Edition, words: ReadingWords): SitePage[] {
  return [
    { path: 'index.html', make: () => home(edition, words) },
    { path: 'authors.html', make: () => authors(edition, words) },
    ...edition.papers.map((paper, index) => ({
      path: `papers/${paper.key}.html`,
      make: () => paperPage(edition, paper, index, words),
    })),
    { path: 'style.css', make: () => STYLE },
  ];
}

function home(edition: Edition, words: ReadingWords): string {
  const { conference, volume } = edition;
  const imprint = [volume.publisher, volume.place, String(volume.year)].filter(Boolean).join(', ');
  return htmlPage(
    edition,
    words,
    {
      title: volume.booktitle,
      root: '',
      head: [
        volume.url !== null && el('link', { rel: 'canonical', href: volume.url }),
        jsonLd(volumeJsonLd(edition)),
      ],
    },
    el('p', { class: 'kicker' }, conference.organiser),
    el('h1', {}, volume.title),
    filled('p', { class: 'subtitle' }, volume.subtitle),
    el(
      'p',
      { class: 'event' },
      [conference.name, conference.dates, conference.venue].filter(Boolean).join(' · '),
    ),
    volume.editors.length > 0 &&
      el('p', {}, el('b', {}, words.editors), ' ', volume.editors.map(({ name }) => name).join(', ')),
    volume.erratum !== '' &&
      el(
        'aside',
        { class: 'note', 'aria-label': words.erratum },
        el('b', {}, words.erratum),
        ' ',
        volume.erratum,
      ),
    volume.pages.map(({ title, text }) =>
      el('section', { class: 'front' }, el('h2', {}, title), richMarkup(text, 3)),
    ),
    el(
      'section',
      {},
      el('h2', {}, words.contents),
      contentsMarkup(edition, { paper: ({ key }) => `papers/${key}.html` }),
    ),
    el(
      'p',
      { class: 'imprint' },
      [
        imprint,
        volume.isbn && `ISBN ${volume.isbn}`,
        volume.issn && `ISSN ${volume.issn}`,
        volume.doi && `https://doi.org/${volume.doi}`,
        volume.licence?.name,
      ]
        .filter(Boolean)
        .join(' · '),
    ),
  );
}

function authors(edition: Edition, words: ReadingWords): string {
  return htmlPage(
    edition,
    words,
    { title: `${words.authors} – ${edition.volume.booktitle}`, root: '', head: [] },
    el('h1', {}, words.authors),
    indexMarkup(edition, { paper: ({ key }) => `papers/${key}.html` }).map(lifted),
  );
}

/** Below a page's only heading its parts are of the second level. */
const lifted = ({ text }: Markup): Markup => raw(text.replaceAll(/(<\/?)h3>/g, '$1h2>'));

function paperPage(edition: Edition, paper: EditionPaper, index: number, words: ReadingWords): string {
  const [before, after] = [edition.papers[index - 1], edition.papers[index + 1]];
  return htmlPage(
    edition,
    words,
    {
      title: `${paper.title} – ${edition.volume.booktitle}`,
      root: '../',
      head: [
        paper.url !== null && el('link', { rel: 'canonical', href: paper.url }),
        !paper.withdrawn &&
          citationMeta(edition, paper).map(([name, content]) => el('meta', { name, content })),
        jsonLd(paperJsonLd(edition, paper)),
      ],
    },
    el(
      'article',
      { lang: paper.language },
      el('p', { class: 'kicker' }, [paper.section, paper.id].filter(Boolean).join(' · ')),
      el('h1', {}, paper.title),
      authorsMarkup(paper),
      el('div', { class: 'abstract' }, abstractMarkup(paper, words)),
      !paper.withdrawn &&
        el(
          'section',
          { class: 'cite' },
          el('h2', {}, words.cite),
          el('p', {}, citation(edition, paper)),
          paper.doi !== null &&
            el('p', {}, el('a', { href: `https://doi.org/${paper.doi}` }, `https://doi.org/${paper.doi}`)),
        ),
    ),
    el(
      'nav',
      { class: 'around', 'aria-label': words.contents },
      before !== undefined && el('a', { href: `${before.key}.html`, rel: 'prev' }, `← ${words.previous}`),
      after !== undefined && el('a', { href: `${after.key}.html`, rel: 'next' }, `${words.next} →`),
    ),
  );
}

function htmlPage(
  { volume }: Edition,
  words: ReadingWords,
  { title, root, head }: { title: string; root: string; head: Content[] },
  ...content: Content[]
): string {
  const page = el(
    'html',
    { lang: 'en' },
    el(
      'head',
      {},
      el('meta', { charset: 'utf-8' }),
      el('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      el('title', {}, title),
      el('link', { rel: 'stylesheet', href: `${root}style.css` }),
      head,
    ),
    el(
      'body',
      {},
      el('a', { class: 'skip', href: '#content' }, words.skip),
      el(
        'header',
        {},
        el(
          'nav',
          { 'aria-label': volume.title },
          el('a', { href: `${root}index.html` }, volume.booktitle),
          el('a', { href: `${root}authors.html` }, words.authors),
        ),
      ),
      el('main', { id: 'content' }, content),
      el('footer', {}, el('p', {}, words.frozen)),
    ),
  );
  return `<!DOCTYPE html>\n${page.text}\n`;
}

/** JSON inside a script element: no text in it can end the element. */
function jsonLd(data: object): Markup {
  const json = JSON.stringify(data).replace(/</g, '\\u003c');
  return raw(`<script type="application/ld+json">${json}</script>`);
}

const STYLE = `:root { color-scheme: light dark; --ink: #1f1a1e; --paper: #fdfbfc; --plum: #5d2a56; --grey: #665f64; --rule: #d8ccd6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ece6ea; --paper: #1a1519; --plum: #dfb3d6; --grey: #b3a9b0; --rule: #43363f; }
}
* { box-sizing: border-box; }
html { font: 1.0625rem/1.65 'Noto Serif', Georgia, 'Times New Roman', serif; color: var(--ink); background: var(--paper); }
body { margin: 0; overflow-wrap: anywhere; hyphens: auto; }
a { color: var(--plum); text-underline-offset: 0.15em; }
a:focus-visible { outline: 3px solid var(--plum); outline-offset: 3px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: 0.5rem 1rem; }
header, main, footer { max-width: 44rem; margin: 0 auto; padding: 0 1.25rem; }
header nav { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.25rem 2rem; padding: 1.25rem 0; border-bottom: 1px solid var(--rule); font-size: 0.9rem; }
main { padding-top: 2.5rem; padding-bottom: 3rem; }
h1 { font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.2; font-weight: 400; color: var(--plum); margin: 0 0 1.25rem; hyphens: none; text-wrap: balance; }
h2 { font-size: 1.35rem; font-weight: 400; color: var(--plum); margin: 3rem 0 1rem; }
h3 { font-size: 1.05rem; color: var(--plum); margin: 2rem 0 0.5rem; }
.kicker, .event, .by, .place, .imprint, footer { color: var(--grey); font-size: 0.9rem; }
.subtitle { font-size: 1.2rem; font-style: italic; }
.authors { font-size: 1.1rem; line-height: 1.5; margin: 0 0 0.5rem; hyphens: none; }
.place { margin: 0; }
.abstract { margin-top: 1.75rem; padding-top: 1.25rem; border-top: 1px solid var(--rule); }
.withdrawn, .note { border-left: 4px solid var(--plum); padding: 0.25rem 1rem; margin: 1.5rem 0; }
.cite { margin-top: 2.5rem; padding: 1rem 1.25rem; border: 1px solid var(--rule); border-radius: 0.5rem; font-size: 0.95rem; }
.cite h2 { margin: 0; font-size: 1.05rem; }
ul.contents, ul.index { list-style: none; padding: 0; margin: 0; }
ul.contents li { padding: 0.6rem 0; border-bottom: 1px solid var(--rule); }
.by { display: block; }
.around { display: flex; justify-content: space-between; gap: 1rem; margin-top: 2.5rem; }
.imprint { margin-top: 3rem; }
footer { border-top: 1px solid var(--rule); padding-bottom: 2rem; overflow-wrap: anywhere; }
@media print { header, .around, .skip { display: none; } }
`;

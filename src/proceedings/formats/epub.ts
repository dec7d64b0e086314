import { zipped } from '../zip.js';
import type { Edition, EditionPaper } from './edition.js';
import { abstractMarkup, authorsMarkup, indexMarkup, richMarkup, type ReadingWords } from './reading.js';
import { el, filled, xmlDocument, type Content, type Markup } from './xml.js';

const XHTML = 'http://www.w3.org/1999/xhtml';
const OPS = 'http://www.idpf.org/2007/ops';

interface Document {
  id: string;
  file: string;
  title: string;
  body: Content;
}

/** The volume as EPUB 3 with what it says about its accessibility. Equal editions give equal bytes. */
export function epub(edition: Edition, words: ReadingWords): Promise<Buffer> {
  const { volume } = edition;
  const documents: Document[] = [
    { id: 'title', file: 'title.xhtml', title: volume.title, body: titlePage(edition, words) },
    ...volume.pages.map(({ title, text }, index) => ({
      id: `front-${index + 1}`,
      file: `front-${index + 1}.xhtml`,
      title,
      body: el('section', { 'epub:type': 'frontmatter' }, el('h1', {}, title), richMarkup(text, 2)),
    })),
    ...edition.papers.map((paper) => ({
      id: `paper-${paper.key}`,
      file: fileOf(paper),
      title: paper.title,
      body: paperBody(paper, words),
    })),
    {
      id: 'authors',
      file: 'authors.xhtml',
      title: words.authors,
      body: el('section', {}, el('h1', {}, words.authors), indexMarkup(edition, { paper: fileOf })),
    },
  ];
  const files: [string, string][] = [
    ['mimetype', 'application/epub+zip'],
    ['META-INF/container.xml', CONTAINER],
    ['OEBPS/package.opf', xmlDocument(packageDocument(edition, documents))],
    [
      'OEBPS/nav.xhtml',
      xhtml({
        id: 'nav',
        file: 'nav.xhtml',
        title: words.contents,
        body: navigation(edition, documents, words),
      }),
    ],
    ['OEBPS/style.css', STYLE],
    ...documents.map((document): [string, string] => [`OEBPS/${document.file}`, xhtml(document)]),
  ];
  return zipped(
    files.map(([name, text]) => ({ name, data: Buffer.from(text) })),
    new Date(edition.frozenAt),
    ['mimetype'],
  );
}

const fileOf = ({ key }: EditionPaper): string => `${key}.xhtml`;

function packageDocument(edition: Edition, documents: readonly Document[]): Markup {
  const { conference, volume } = edition;
  return el(
    'package',
    { xmlns: 'http://www.idpf.org/2007/opf', version: '3.0', 'unique-identifier': 'id', 'xml:lang': 'en' },
    el(
      'metadata',
      { 'xmlns:dc': 'http://purl.org/dc/elements/1.1/' },
      el('dc:identifier', { id: 'id' }, identifierOf(edition)),
      el('dc:title', {}, volume.booktitle || conference.slug),
      el('dc:language', {}, 'en'),
      volume.editors.map(({ name }, index) => [
        el('dc:contributor', { id: `editor-${index + 1}` }, name),
        el('meta', { refines: `#editor-${index + 1}`, property: 'role', scheme: 'marc:relators' }, 'edt'),
      ]),
      filled('dc:publisher', {}, volume.publisher),
      el('dc:date', {}, edition.frozenOn),
      volume.licence && el('dc:rights', {}, `${volume.licence.name}, ${volume.licence.url}`),
      el('meta', { property: 'dcterms:modified' }, edition.frozenAt.replace(/\.\d+Z$/, 'Z')),
      (
        [
          ['accessMode', 'textual'],
          ['accessModeSufficient', 'textual'],
          ['accessibilityFeature', 'tableOfContents'],
          ['accessibilityFeature', 'structuralNavigation'],
          ['accessibilityFeature', 'readingOrder'],
          ['accessibilityFeature', 'index'],
          ['accessibilityHazard', 'none'],
        ] as const
      ).map(([property, value]) => el('meta', { property: `schema:${property}` }, value)),
    ),
    el(
      'manifest',
      {},
      item('nav', 'nav.xhtml', 'application/xhtml+xml', 'nav'),
      item('style', 'style.css', 'text/css'),
      documents.map(({ id, file }) => item(id, file, 'application/xhtml+xml')),
    ),
    el(
      'spine',
      {},
      documents.flatMap(({ id }) =>
        id === 'title'
          ? [el('itemref', { idref: id }), el('itemref', { idref: 'nav' })]
          : el('itemref', { idref: id }),
      ),
    ),
  );
}

const item = (id: string, href: string, type: string, properties?: string): Markup =>
  el('item', { id, href, 'media-type': type, properties });

function identifierOf({ hash, volume }: Edition): string {
  if (volume.isbn) return `urn:isbn:${volume.isbn.replace(/\D/g, '')}`;
  return volume.doi ? `https://doi.org/${volume.doi}` : `urn:sha256:${hash}`;
}

function navigation({ sections }: Edition, documents: readonly Document[], words: ReadingWords): Markup {
  const entry = ({ file, title }: Pick<Document, 'file' | 'title'>): Markup =>
    el('li', {}, el('a', { href: file }, title || words.contents));
  const [front, back] = [documents.filter(({ id }) => /^(?:title|front-)/.test(id)), documents.at(-1)!];
  return el(
    'nav',
    { 'epub:type': 'toc', id: 'toc' },
    el('h1', {}, words.contents),
    el(
      'ol',
      {},
      front.map(entry),
      sections
        .filter(({ papers }) => papers.length > 0)
        .map(({ title, papers }) =>
          el(
            'li',
            {},
            title === '' ? el('span', {}, words.contents) : el('span', {}, title),
            el(
              'ol',
              {},
              papers.map((paper) => entry({ file: fileOf(paper), title: paper.title || paper.id })),
            ),
          ),
        ),
      entry(back),
    ),
  );
}

function titlePage(edition: Edition, words: ReadingWords): Markup {
  const { conference, volume } = edition;
  return el(
    'section',
    { 'epub:type': 'titlepage', class: 'title' },
    filled('p', {}, conference.organiser),
    el('h1', {}, volume.title),
    filled('p', {}, volume.subtitle),
    el('p', {}, [conference.name, conference.dates, conference.venue].filter(Boolean).join(' · ')),
    volume.editors.length > 0 &&
      el('p', {}, `${words.editors}: ${volume.editors.map(({ name }) => name).join(', ')}`),
    volume.erratum !== '' && el('p', { class: 'withdrawn' }, `${words.erratum}: ${volume.erratum}`),
    el('p', {}, [volume.publisher, volume.place, volume.year].filter(Boolean).join(', ')),
    [
      volume.isbn && `ISBN ${volume.isbn}`,
      volume.issn && `ISSN ${volume.issn}`,
      volume.doi && `https://doi.org/${volume.doi}`,
      volume.licence?.name,
      words.frozen,
    ].map((text) => filled('p', { class: 'small' }, text)),
  );
}

const paperBody = (paper: EditionPaper, words: ReadingWords): Markup =>
  el(
    'article',
    { lang: paper.language, 'xml:lang': paper.language },
    el('p', { class: 'small' }, [paper.section, paper.id].filter(Boolean).join(' · ')),
    el('h1', {}, paper.title || paper.id),
    authorsMarkup(paper),
    abstractMarkup(paper, words),
    paper.doi !== null &&
      el(
        'p',
        { class: 'small' },
        el('a', { href: `https://doi.org/${paper.doi}` }, `https://doi.org/${paper.doi}`),
      ),
  );

const xhtml = ({ title, body }: Document): string =>
  xmlDocument(
    el(
      'html',
      { xmlns: XHTML, 'xmlns:epub': OPS, lang: 'en', 'xml:lang': 'en' },
      el(
        'head',
        {},
        el('title', {}, title || '–'),
        el('link', { rel: 'stylesheet', type: 'text/css', href: 'style.css' }),
      ),
      el('body', {}, body),
    ),
  ).replace('?>\n', '?>\n<!DOCTYPE html>\n');

const CONTAINER =
  '<?xml version="1.0" encoding="UTF-8"?>\n<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">' +
  '<rootfiles><rootfile full-path="OEBPS/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n';

const STYLE = `body { line-height: 1.5; overflow-wrap: break-word; }
h1 { font-weight: normal; line-height: 1.2; hyphens: none; }
.title { text-align: center; padding-top: 20%; }
.small, .place, .by { font-size: 0.85em; }
.by { display: block; }
.place { margin: 0; }
.withdrawn { border-left: 0.25em solid; padding-left: 1em; }
ul.index { list-style: none; padding: 0; }
`;

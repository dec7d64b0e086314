import type { Edition, EditionAuthor, EditionPaper } from './edition.js';
import { el, filled, xmlDocument, type Markup } from './xml.js';

const XLINK = 'http://www.w3.org/1999/xlink';

/** Namespace of the format, as OAI-PMH wants one: that of the publishing tag set. */
export const JATS_SCHEMA =
  'https://jats.nlm.nih.gov/publishing/1.3/xsd/JATS-journalpublishing1-3-mathml3.xsd';

/** One paper as an article of JATS 1.3 (Publishing): its front matter with the abstract. */
export const jats = (edition: Edition, paper: EditionPaper): string =>
  xmlDocument(jatsArticle(edition, paper));

/** The `article` alone, to stand inside another document. */
export function jatsArticle(edition: Edition, paper: EditionPaper): Markup {
  const { conference, volume } = edition;
  // One affiliation for each place, in the order in which authors name them.
  const places = [...new Set(paper.authors.map(({ place }) => place).filter(Boolean))];
  const { first, last } = paper.pages ?? {};
  return el(
    'article',
    {
      'xmlns:xlink': XLINK,
      'dtd-version': '1.3',
      'article-type': paper.withdrawn ? 'retraction' : 'abstract',
      'xml:lang': paper.language,
    },
    el(
      'front',
      {},
      // The tag set wants an ISSN in it.
      volume.issn !== null &&
        el(
          'journal-meta',
          {},
          el('journal-id', { 'journal-id-type': 'publisher-id' }, conference.slug),
          el('journal-title-group', {}, el('journal-title', {}, volume.booktitle)),
          el('issn', {}, volume.issn),
          el(
            'publisher',
            {},
            el('publisher-name', {}, volume.publisher),
            filled('publisher-loc', {}, volume.place),
          ),
        ),
      el(
        'article-meta',
        {},
        el('article-id', { 'pub-id-type': 'publisher-id' }, paper.id),
        filled('article-id', { 'pub-id-type': 'doi' }, paper.doi),
        filled(
          'article-categories',
          {},
          paper.section !== '' &&
            el('subj-group', { 'subj-group-type': 'heading' }, el('subject', {}, paper.section)),
        ),
        el('title-group', {}, el('article-title', {}, paper.title)),
        paper.authors.length > 0 &&
          el(
            'contrib-group',
            { 'content-type': 'authors' },
            paper.authors.map((author) => contrib(author, places)),
            places.map((place, index) => el('aff', { id: `aff${index + 1}` }, el('institution', {}, place))),
          ),
        volume.editors.length > 0 &&
          el(
            'contrib-group',
            { 'content-type': 'editors' },
            volume.editors.map((editor) => el('contrib', { 'contrib-type': 'editor' }, nameOf(editor))),
          ),
        el(
          'pub-date',
          { 'publication-format': 'electronic', 'date-type': 'pub' },
          el('year', {}, volume.year),
        ),
        el('volume', {}, volume.year),
        el('issue-title', {}, volume.booktitle),
        filled('isbn', {}, volume.isbn),
        first !== undefined && [el('fpage', {}, first), el('lpage', {}, last)],
        permissions(edition),
        paper.url !== null && el('self-uri', { 'xlink:href': paper.url }),
        paper.paragraphs.length > 0 &&
          el(
            'abstract',
            {},
            paper.paragraphs.map((paragraph) => el('p', {}, paragraph)),
          ),
        paper.keywords.length > 0 &&
          el(
            'kwd-group',
            { 'kwd-group-type': 'author' },
            paper.keywords.map((keyword) => el('kwd', {}, keyword)),
          ),
        el(
          'conference',
          {},
          el(
            'conf-date',
            { 'iso-8601-date': conference.startsOn ?? undefined },
            conference.dates || String(volume.year),
          ),
          el('conf-name', {}, conference.name),
          filled('conf-loc', {}, conference.venue),
          filled('conf-sponsor', {}, conference.organiser),
        ),
      ),
    ),
  );
}

function permissions({ volume: { licence } }: Edition): Markup | null {
  return (
    licence &&
    el(
      'permissions',
      {},
      el(
        'license',
        { 'license-type': 'open-access', 'xlink:href': licence.url },
        el('license-p', {}, licence.name),
      ),
    )
  );
}

function contrib(author: EditionAuthor, places: readonly string[]): Markup {
  const place = places.indexOf(author.place);
  return el(
    'contrib',
    { 'contrib-type': 'author' },
    author.orcid !== null &&
      el('contrib-id', { 'contrib-id-type': 'orcid' }, `https://orcid.org/${author.orcid}`),
    nameOf(author),
    place >= 0 && el('xref', { 'ref-type': 'aff', rid: `aff${place + 1}` }),
  );
}

/** Both forms of the name; the family name alone where there is no other. */
function nameOf({ family, given, native }: EditionAuthor): Markup {
  const name = el(
    'name',
    { 'name-style': 'western' },
    el('surname', {}, family),
    filled('given-names', {}, given),
  );
  return native
    ? el('name-alternatives', {}, name, el('string-name', { 'xml:lang': native.lang }, native.text))
    : name;
}

import { volumeFiles } from '../../src/proceedings/build-files.js';
import { exampleSnapshot } from '../../src/proceedings/example-snapshot.js';
import { readingWords } from '../../src/proceedings/reading-words.js';
import type { SnapshotAuthor, SnapshotPaper, VolumeSnapshot } from '../../src/proceedings/snapshot.js';

/** What somebody writes who wants a format to break, to run something, or to show another text than it holds. */
export const HOSTILE = [
  '#read("/etc/passwd")',
  ']]> <![CDATA[x]]> <!-- -- -->',
  '<script>alert(1)</script></title><img src=x onerror=alert(1)>',
  '\\input{/etc/passwd} \\write18{id} $x$ 50% & ~ _ ^',
  '=HYPERLINK("http://example.org","x")',
  '@{}, author = {x}} @book{y,',
  '+1 -1 @SUM(A1) \t|cmd',
  'name\u202egnp.exe \u2066x\u2069 \ud800 \u0000\u0007\u0085 \ufeff \ufffe',
  '&amp; &lt;b&gt; &#x0; %3Cscript%3E {{7*7}} {%x%} ${7*7}',
  'ER  - \r\nTY  - BOOK\r\nTI  - other',
  'w'.repeat(400),
  '😀',
  '\ue000 private use',
  '"; DROP TABLE x; -- \' "',
  '_x0041_ *a* **b** [x](javascript:alert(1)) ## y',
] as const;

/** Names of five scripts and more, which every format has to keep as they are. */
export const NAMES: readonly SnapshotAuthor[] = [
  { name: 'Leyla Nümunəzadə Şığ', affiliation: 'Nümunə Universiteti', country: 'Azerbaijan' },
  {
    name: 'Anahit Example-Petrosyan',
    nativeName: 'Անահիտ Օրինակ-Պետրոսյան',
    affiliation: 'Example University',
  },
  { name: 'Nino Magaliti', nativeName: 'ნინო მაგალითი', affiliation: '' },
  {
    name: 'Ivan Primerov',
    nativeName: 'Иван Примеров',
    affiliation: 'Институт примеров',
    orcid: '0000-0002-1825-0097',
  },
  { name: 'Eleni Paradeigma', nativeName: 'Ελένη Παράδειγμα', affiliation: 'Πανεπιστήμιο' },
  { name: 'Muhammad Mithal', nativeName: 'محمد مثال', affiliation: 'جامعة المثال' },
  { name: 'Jan van der Voorbeeld', affiliation: 'Voorbeeld' },
  { name: 'Mononym', affiliation: 'Example University' },
];

const paper = (id: string, change: Partial<SnapshotPaper>): SnapshotPaper => ({
  ...exampleSnapshot().sections[0]!.papers[0]!,
  id,
  ...change,
});

/** A volume with all that a registration agency or a library may want to know. */
export function fullSnapshot(...papers: SnapshotPaper[]): VolumeSnapshot {
  const { conference, volume, sections, ...rest } = exampleSnapshot();
  const url = 'https://concord.example.org/conferences/psc/proceedings';
  const all = papers.length > 0 ? [{ title: 'Papers & “replies”', papers }] : sections;
  return {
    ...rest,
    conference: {
      ...conference,
      startsOn: '2027-05-12',
      endsOn: '2027-05-14',
      contact: 'office@example.org',
    },
    volume: {
      ...volume,
      subtitle: 'With an index',
      place: 'Yerevan',
      editors: ['Ani Example', 'Elnur van der Nümunə'],
      isbn: '978-3-16-148410-0',
      issn: '2434-561X',
      doi: '10.5555/psc.2027',
      url,
      licence: { name: 'CC BY 4.0', url: 'https://creativecommons.org/licenses/by/4.0/' },
      version: 2,
      erratum: 'The affiliation of an author was mended.',
      pages: [
        { title: 'Preface', text: 'We thank *all* & **everybody**.\n\n- [one](https://example.org/)\n- two' },
      ],
    },
    sections: all.map((section) => ({
      ...section,
      papers: section.papers.map((one) => ({ doi: `10.5555/psc.2027.${one.id.toLowerCase()}`, ...one })),
    })),
  };
}

/** Papers with {@link NAMES}, one that was withdrawn, one that lacks everything. */
export const namedPapers = (): SnapshotPaper[] => [
  paper('PSC-NAMES', { authors: [...NAMES], keywords: ['dialogue', 'naïve, rising & 40%'] }),
  paper('PSC-GONE1', { withdrawn: true, authors: [], abstract: '', keywords: [] }),
  paper('PSC-BARE1', { authors: [], abstract: '', keywords: [] }),
];

/** {@link HOSTILE} in every field of a volume, one paper each, and two hundred authors on one. */
export function hostileSnapshot(): VolumeSnapshot {
  const papers = HOSTILE.map((text, index) =>
    paper(`PSC-H${String(index).padStart(4, '0')}`, {
      title: text,
      abstract: `${text}\n\n${text}`,
      keywords: [text],
      authors: [
        { name: text, nativeName: text, affiliation: text, country: text, orcid: text },
        { name: 'Ani Example', affiliation: '' },
      ],
    }),
  );
  const crowd = Array.from({ length: 200 }, (_, index) => ({
    name: `Author${index} Example`,
    affiliation: `Institute ${index % 50}`,
  }));
  const snapshot = fullSnapshot(...papers, paper('PSC-CROWD', { authors: crowd }));
  const all = HOSTILE.join(' ');
  Object.assign(snapshot.conference, { name: all, subtitle: all, organiser: all, venue: all, dates: all });
  Object.assign(snapshot.volume, {
    title: all,
    subtitle: all,
    publisher: all,
    place: all,
    editors: [...HOSTILE],
    erratum: all,
    pages: [{ title: all, text: HOSTILE.join('\n\n') }],
  });
  snapshot.sections[0]!.title = all;
  return snapshot;
}

/** The volumes that every format is tried with. */
export const SNAPSHOTS: [string, () => VolumeSnapshot][] = [
  ['the example', () => fullSnapshot()],
  ['names of five scripts, a withdrawn paper and a bare one', () => fullSnapshot(...namedPapers())],
  ['hostile texts', hostileSnapshot],
];

/** Pages of some of their papers. */
export const SPANS = { 'PSC-NAMES': { first: 4, last: 5 }, 'PSC-H0000': { first: 4, last: 4 } };

/** All files of a volume but the book. */
export async function made(snapshot: VolumeSnapshot): Promise<Map<string, Buffer>> {
  const { single, folders } = volumeFiles(snapshot, SPANS, readingWords(snapshot));
  const files = new Map<string, Buffer>();
  for (const { name, data } of [...single, ...folders]) files.set(name, await data());
  return files;
}

import { freeze, printedDays } from './freeze.js';

const conference = {
  slug: 'peace',
  name: 'Peace Conference',
  subtitle: '',
  organiserName: 'Example Institute',
  venue: '',
  contactAddress: '',
  startsOn: null,
  endsOn: null,
};
const volume = {
  title: 'Book of abstracts',
  subtitle: '',
  publisher: 'Example Institute',
  year: 2027,
  place: '',
  editors: [],
  isbn: '',
  issn: '',
  doiPrefix: '',
  doiPattern: '{conference}.{year}.{paper}',
  licence: '',
  erratum: 'Nothing yet.',
  pages: [],
};
const edition = { url: 'https://concord.example.org/conferences/peace/proceedings', version: 1 };
const at = new Date('2027-03-01T09:30:00.123Z');

describe('freeze', () => {
  it('leaves out what is empty', () => {
    expect(freeze(conference, volume, [{ title: 'Empty', papers: [] }], at, edition)).toEqual({
      format: 1,
      conference: { slug: 'peace', name: 'Peace Conference', organiser: 'Example Institute' },
      volume: { title: 'Book of abstracts', publisher: 'Example Institute', year: 2027, ...edition },
      sections: [],
      frozenAt: '2027-03-01T09:30:00.123Z',
    });
  });

  it('prints countries by name, and nothing of an author but what is public', () => {
    const authors = [
      {
        name: 'Ani Example',
        nativeName: 'Անի Օրինակ',
        affiliation: 'Example University',
        country: 'GE',
        orcid: '0000-0002-1825-0097',
        address: 'ani@example.org',
      },
      { name: 'Elnur Example', nativeName: null, affiliation: null, country: null, orcid: null },
    ];
    const whole = {
      ...conference,
      subtitle: 'Sub',
      venue: 'Online',
      startsOn: '2027-05-12',
      endsOn: '2027-05-14',
    };
    const paper = { id: 'PSC-AAAAA', title: 'Title', abstract: 'Text', authors };
    const snapshot = freeze(
      whole,
      { ...volume, subtitle: 'One' },
      [{ title: 'Papers', papers: [paper] }],
      at,
      edition,
    );
    expect(snapshot.conference).toMatchObject({ subtitle: 'Sub', venue: 'Online', dates: '12–14 May 2027' });
    expect(snapshot.volume.subtitle).toBe('One');
    expect(snapshot.sections).toEqual([
      {
        title: 'Papers',
        papers: [
          {
            id: 'PSC-AAAAA',
            title: 'Title',
            abstract: 'Text',
            language: 'en',
            keywords: [],
            authors: [
              {
                name: 'Ani Example',
                nativeName: 'Անի Օրինակ',
                affiliation: 'Example University',
                country: 'Georgia',
                orcid: '0000-0002-1825-0097',
              },
              { name: 'Elnur Example', affiliation: '' },
            ],
          },
        ],
      },
    ]);
  });
});

describe('a volume that is known outside', () => {
  const known = {
    ...volume,
    place: 'Yerevan',
    editors: ['Ani Example'],
    isbn: '978-3-16-148410-0',
    issn: '2434-561X',
    doiPrefix: '10.5555',
    licence: 'CC-BY-4.0',
    pages: [{ title: 'Preface', text: 'Thanks.' }],
  };
  const whom = {
    ...conference,
    startsOn: '2027-05-12',
    endsOn: '2027-05-14',
    contactAddress: 'office@example.org',
  };
  const gone = { id: 'PSC-BBBBB', title: 'Gone', abstract: '', authors: [], withdrawn: true };
  const papers = [{ title: 'Papers', papers: [gone] }];

  it('has identifiers, a licence and somebody to write to', () => {
    const snapshot = freeze(whom, known, papers, at, edition);
    expect(snapshot.volume).toMatchObject({
      place: 'Yerevan',
      editors: ['Ani Example'],
      isbn: '978-3-16-148410-0',
      issn: '2434-561X',
      doi: '10.5555/peace.2027',
      licence: { name: 'CC BY 4.0', url: 'https://creativecommons.org/licenses/by/4.0/' },
      pages: [{ title: 'Preface', text: 'Thanks.' }],
    });
    expect(snapshot.conference).toMatchObject({
      startsOn: '2027-05-12',
      endsOn: '2027-05-14',
      contact: 'office@example.org',
    });
    expect(snapshot.sections[0]!.papers[0]).toMatchObject({
      withdrawn: true,
      doi: '10.5555/peace.2027.psc-bbbbb',
    });
    expect(freeze(whom, volume, papers, at, edition).conference).not.toHaveProperty('contact');
  });

  it('says what it corrects from its second version on', () => {
    expect(freeze(whom, known, papers, at, edition).volume).not.toHaveProperty('erratum');
    const second = freeze(whom, known, papers, at, { ...edition, version: 2 });
    expect(second.volume).toMatchObject({ version: 2, erratum: 'Nothing yet.' });
  });
});

describe('printedDays', () => {
  it.each([
    [null, null, ''],
    ['2027-05-12', null, '12 May 2027'],
    [null, '2027-05-12', '12 May 2027'],
    ['2027-05-12', '2027-05-12', '12 May 2027'],
    ['2027-05-12', '2027-05-14', '12–14 May 2027'],
    ['2027-04-30', '2027-05-02', '30 April – 2 May 2027'],
    ['2027-12-31', '2028-01-02', '31 December 2027 – 2 January 2028'],
  ])('prints %s to %s', (startsOn, endsOn, printed) => {
    expect(printedDays(startsOn, endsOn)).toBe(printed);
  });
});

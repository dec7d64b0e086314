import type { VolumeSnapshot } from './snapshot.js';

/** A small invented volume with names in four scripts: for tests, previews and the documentation. */
export function exampleSnapshot(): VolumeSnapshot {
  return {
    format: 1,
    conference: {
      slug: 'peace-in-south-caucasus',
      name: 'International Conference on Peace in South Caucasus',
      subtitle: 'How to achieve peace',
      organiser: 'Caucasus Center for Strategic and International Studies',
      venue: 'Venue to be announced',
      dates: '12–14 May 2027',
    },
    volume: { title: 'Book of abstracts', year: 2027, publisher: 'CCSIS' },
    sections: [
      {
        title: 'Dialogue, trust and reconciliation',
        papers: [
          {
            id: 'PSC-7KQF3',
            title: 'Local dialogue formats and what they leave behind',
            abstract:
              'Dialogue between neighbouring communities rarely ends where its organisers planned. ' +
              'This paper follows twelve small formats over six years.\n\nIt finds that habits outlast agreements.',
            language: 'en',
            keywords: ['dialogue', 'local peacebuilding'],
            authors: [
              {
                name: 'Anahit Example-Petrosyan',
                nativeName: 'Անահիտ Օրինակ-Պետրոսյան',
                affiliation: 'Example University',
                country: 'Armenia',
                orcid: '0000-0002-1825-0097',
              },
              { name: 'Leyla Nümunəzadə', affiliation: 'Institute of Examples', country: 'Azerbaijan' },
            ],
          },
          {
            id: 'PSC-M2X9A',
            title: 'Teachers as mediators: 40% & rising',
            abstract: 'Schools are places where a truce is practised every day.',
            language: 'en',
            keywords: [],
            authors: [
              {
                name: 'Nino Magaliti',
                nativeName: 'ნინო მაგალითი',
                affiliation: 'Example University',
                country: 'Georgia',
              },
            ],
          },
        ],
      },
      {
        title: 'Prevention of future violence',
        papers: [
          {
            id: 'PSC-C4T8W',
            title: 'Early warning without alarm',
            abstract: 'Early warning needs trust before it needs data.',
            language: 'en',
            keywords: ['early warning'],
            authors: [
              { name: 'Ivan Primerov', nativeName: 'Иван Примеров', affiliation: '' },
              { name: 'Işıl Örnekoğlu', affiliation: 'Institute of Examples', country: 'Türkiye' },
            ],
          },
        ],
      },
    ],
    frozenAt: '2027-03-01T09:30:00.000Z',
  };
}

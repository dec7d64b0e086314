import { namingsIn, type NamedAuthor } from './naming-rules.js';

const ani: NamedAuthor = {
  name: 'Ani Petrosyan',
  nativeName: 'Անի Պետրոսյան',
  affiliation: 'Example State University, Faculty of History, Example Town',
};
const seen = (text: string, ...authors: NamedAuthor[]): string[] =>
  namingsIn(text, authors.length > 0 ? authors : [ani]).map(({ kind, words }) => `${kind}: ${words}`);

describe('a text that names its authors', () => {
  it.each([
    ['Here Ani Petrosyan asks.', 'name: Ani Petrosyan'],
    ['Here Petrosyan Ani asks.', 'name: Petrosyan Ani'],
    ['Here A. Petrosyan asks.', 'name: A. Petrosyan'],
    ['Here A Petrosyan asks.', 'name: A Petrosyan'],
    ['Here Petrosyan asks.', 'name: Petrosyan'],
    ['The Petrosyan’s view.', 'name: Petrosyan'],
    ['Ms PETROSIAN', 'name: PETROSIAN'],
    ['Գրում է Պետրոսյան', 'name: Պետրոսյան'],
    ['Петросян пишет', 'name: Петросян'],
    ['Ինչպես Պետրոսյան գրում է', 'name: Պետրոսյան'],
    ['As Aliyev writes', 'name: Aliyev', { name: 'Günel Əliyeva-Əliyev' }],
    ['ბერიძე წერს', 'name: ბერიძე', { name: 'Nino Beridze' }],
    ['Anna Maria Rossi', 'name: Maria Rossi', { name: 'Maria de Rossi' }],
  ] as [string, string, NamedAuthor?][])('%s', (text, found, author = ani) => {
    expect(seen(text, author)).toContain(found);
  });

  it('by affiliation, in any spelling and as an acronym', () => {
    expect(seen('A survey at the Example State  University shows')).toEqual([
      'affiliation: Example State  University',
    ]);
    expect(seen('at the faculty of history')).toEqual(['affiliation: faculty of history']);
    expect(seen('The CRRC survey', { name: 'A B', affiliation: 'CRRC' })).toEqual(['affiliation: CRRC']);
    expect(seen('at Chatham House', { name: 'A B', affiliation: 'Chatham House' })).toEqual([
      'affiliation: Chatham House',
    ]);
  });

  it('by address and ORCID iD', () => {
    expect(seen('Write to ani.p@example.org or https://orcid.org/0000-0002-1825-0097.')).toEqual([
      'email: ani.p@example.org',
      'orcid: 0000-0002-1825-0097',
    ]);
  });

  it.each([
    ['This builds on my previous work (Petrosyan 2019).', 'ownWork: my previous work (Petrosyan 2019)'],
    ['as in our earlier field study [12]', 'ownWork: our earlier field study [12]'],
    [
      'We have argued elsewhere (see Journal, 2020) that',
      'ownWork: We have argued elsewhere (see Journal, 2020)',
    ],
    ['Acknowledgements: none', 'thanks: Acknowledgements'],
    ['The authors would like to thank them.', 'thanks: The authors would like to thank'],
    ['We are grateful to the team.', 'thanks: We are grateful to'],
    ['I acknowledge the financial support of X', 'thanks: I acknowledge the financial support'],
    ['This research was generously funded by X', 'thanks: This research was generously funded by'],
    ['under grant no. AB-12/3', 'thanks: grant no. AB-12/3'],
  ])('by what it says of itself: %s', (text, found) => {
    expect(seen(text)).toEqual([found]);
  });

  it('tells where, in order, each once, of overlapping ones the longer', () => {
    const text = 'Petrosyan (2019), then ani@example.org, Petrosyan (2019), Ani Petrosyan';
    expect(namingsIn(text, [ani, ani])).toEqual([
      { kind: 'name', words: 'Petrosyan', at: 0 },
      { kind: 'email', words: 'ani@example.org', at: 23 },
      { kind: 'name', words: 'Ani Petrosyan', at: 58 },
    ]);
    const many = Array.from({ length: 30 }, (_, n) => `a${n}@example.org`).join(' ');
    expect(namingsIn(many, [])).toHaveLength(20);
  });
});

describe('a text that does not', () => {
  const peace = { name: 'Ann Peace', affiliation: 'Independent researcher' };
  it.each([
    ['Peace in South Caucasus. The Peace Process and peace.', peace],
    ['An independent researcher may ask.', peace],
    ['Ann is a common name here.', peace],
    ['', peace],
    ['The petrosyan is a fish. Petrosyan swims.', ani],
    ['Tigran Petrosyan played chess. Petrosyan won.', ani],
    ['President Petrosyan said so.', ani],
    ['Как пишет Анна Петросян. Петросян', ani],
    ['We acknowledge that the ceasefire is fragile, and thank you is not enough.', ani],
    ['Schools are funded by the state; a grant is not.', ani],
    ['our study asks whether trust returns', ani],
    ['Previous work (Galtung 1969) argues', ani],
    ['In Example Town the university is old; history is a faculty.', ani],
    ['Nagorno-Karabakh in the South Caucasus', { name: 'A B', affiliation: 'Nagorno-Karabakh' }],
    ['The UN and the OSCE', { name: 'A B', affiliation: 'OSCE' }],
    ['He said Li would', { name: 'Wei Li' }],
    ['A text', { name: '' }],
    ['A text', { name: 'A' }],
    ['Price, Green and May Rivers', { name: 'Ann May', affiliation: 'none' }],
    ['In 2020 Yerevan and Baku', { name: 'X Y', affiliation: 'Yerevan' }],
  ] as [string, NamedAuthor][])('%s', (text, author) => {
    expect(seen(text, author)).toEqual([]);
  });

  it('but a common word with a year is a citation', () => {
    expect(seen('as shown (Peace 2019) and Peace et al. (2020)', peace)).toEqual(['name: Peace']);
    expect(seen('Peace and Galtung, 2019', peace)).toEqual(['name: Peace']);
    expect(seen('Peace in 2019', peace)).toEqual([]);
  });
});

/** Somebody of the example: invented, with an address at a domain that is reserved for examples. */
export interface ExamplePerson {
  email: string;
  name: string;
  /** The name in its own script, where that is another. */
  nativeName?: string;
  /** Absent for independent scholars. */
  affiliation?: string;
  /** ISO 3166-1 alpha-2; absent for those who prefer not to say. */
  country?: string;
}

/** The four people of the example whose sign-in links are printed. */
export const EXAMPLE_PEOPLE = [
  {
    email: 'organiser@example.org',
    name: 'Organiser Example',
    affiliation: 'Institute of Examples',
    role: 'organiser',
    next: '/me',
  },
  {
    email: 'reviewer@example.org',
    name: 'Reviewer Example',
    affiliation: 'University of Samples',
    role: 'reviewer',
    next: '/me/reviews',
  },
  {
    email: 'author@example.org',
    name: 'Author Example',
    affiliation: 'Example State University',
    role: 'author',
    next: '/me',
  },
  {
    email: 'partner@example.org',
    name: 'Partner Example',
    affiliation: 'Example Foundation for Dialogue',
    role: 'partner',
    next: '/me',
  },
] satisfies (ExamplePerson & { role: string; next: string })[];

type Row = [
  given: string,
  domain: 'org' | 'com' | 'net',
  native: string,
  house: number | null,
  country: string | null,
];

const HOUSES = [
  'Example State University',
  'Institute of Examples',
  'Example Academy of Sciences',
  'Open University of Examples',
  'Centre for Sample Studies',
  'Example Polytechnic',
  'Sample Institute for Dialogue',
  'Example School of Law',
  'Observatory of Invented Opinions',
  'Specimen Research Network',
  'University of Samples',
  'Specimen University',
  'Sample Research Council',
  'Academy of Illustrations',
];

const ascii = (given: string): string =>
  given
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ı', 'i')
    .replaceAll('ə', 'e')
    .replaceAll('ł', 'l')
    .toLowerCase();

const person = ([given, domain, native, house, country]: Row): ExamplePerson => ({
  email: `${ascii(given)}@example.${domain}`,
  name: `${given} Example`,
  ...(native && { nativeName: native }),
  ...(house !== null && { affiliation: HOUSES[house]! }),
  ...(country && { country }),
});

/** Thirty authors, with countries that say nothing about names. */
export const AUTHORS: readonly ExamplePerson[] = (
  [
    ['Ani', 'org', 'Անի Օրինակ', 0, 'PT'],
    ['Elnur', 'org', 'Elnur Nümunə', 1, 'KE'],
    ['Nino', 'org', 'ნინო მაგალითი', 2, 'GE'],
    ['Ivan', 'com', 'Иван Пример', 3, null],
    ['Ayşe', 'org', 'Ayşe Örnek', 4, 'TR'],
    ['Aram', 'com', 'Արամ Օրինակ', 5, 'AM'],
    ['Aysel', 'org', 'Aysel Nümunə', 6, 'AZ'],
    ['Giorgi', 'net', 'გიორგი მაგალითი', 7, null],
    ['Olga', 'org', 'Ольга Пример', 8, 'CA'],
    ['Mehmet', 'com', 'Mehmet Örnek', 9, 'NO'],
    ['Lusine', 'org', 'Լուսինե Օրինակ', 3, null],
    ['Rashad', 'net', 'Rəşad Nümunə', 5, 'NZ'],
    ['Tamar', 'org', 'თამარ მაგალითი', 0, 'BR'],
    ['Dmitri', 'org', 'Дмитрий Пример', 6, 'KZ'],
    ['Zeynep', 'net', 'Zeynep Örnek', 1, null],
    ['Tigran', 'org', 'Տիգրան Օրինակ', 8, 'FR'],
    ['Günel', 'com', 'Günel Nümunə', 2, 'JP'],
    ['Lasha', 'org', 'ლაშა მაგალითი', 9, 'ZA'],
    ['Svetlana', 'com', 'Светлана Пример', 4, null],
    ['Emre', 'org', 'Emre Örnek', 7, 'SE'],
    ['Mariam', 'net', 'Մարիամ Օրինակ', 1, 'UY'],
    ['Leyla', 'org', 'Leyla Nümunə', 0, null],
    ['Oksana', 'org', 'Оксана Приклад', 5, 'UA'],
    ['Aigul', 'com', 'Айгүл Мысал', 3, 'KZ'],
    ['Eleni', 'org', 'Ελένη Παράδειγμα', 9, 'GR'],
    ['Camille', 'org', 'Camille Exemple', 2, 'SN'],
    ['Jonas', 'com', 'Jonas Beispiel', 8, null],
    ['Lucía', 'org', 'Lucía Ejemplo', 6, 'CL'],
    ['Ewa', 'net', 'Ewa Przykład', 4, 'PL'],
    ['Amara', 'org', '', null, null],
  ] satisfies Row[]
).map(person);

/** Besides the one whose link is printed; the last two have written abstracts as well. */
export const REVIEWERS: readonly ExamplePerson[] = [
  ...(
    [
      ['Armine', 'org', 'Արմինե Օրինակ', 11, 'AM'],
      ['Kamran', 'com', 'Kamran Nümunə', 12, 'AZ'],
      ['Ketevan', 'org', 'ქეთევან მაგალითი', 13, null],
      ['Pavel', 'org', 'Павел Пример', 10, 'LV'],
      ['Deniz', 'net', 'Deniz Örnek', 12, null],
      ['Hasmik', 'org', 'Հասմիկ Օրինակ', 0, 'BE'],
      ['Farid', 'org', 'Fərid Nümunə', 13, 'MY'],
      ['Chiara', 'com', 'Chiara Esempio', 1, 'IT'],
      ['Maka', 'org', 'მაკა მაგალითი', 11, 'IE'],
    ] satisfies Row[]
  ).map(person),
  AUTHORS[16]!,
  AUTHORS[24]!,
];

/** Those who come to listen. */
export const ATTENDEES: readonly ExamplePerson[] = (
  [
    'Anahit',
    'Vugar',
    'Manana',
    'Sergei',
    'Elif',
    'Hayk',
    'Nigar',
    'Zurab',
    'Irina',
    'Can',
    'Gohar',
    'Orkhan',
    'Salome',
    'Yuri',
    'Defne',
    'Narek',
    'Sevda',
    'Levan',
    'Anna',
    'Selin',
    'Vahan',
    'Tural',
    'Eka',
    'Maxim',
    'Baran',
    'Ruzanna',
    'Samir',
    'Davit',
    'Vera',
    'Ozan',
    'Noor',
    'Mateo',
    'Ingrid',
    'Kofi',
  ] as const
).map((given, index) =>
  person([
    given,
    (['org', 'com', 'net'] as const)[index % 3]!,
    '',
    index % 6 === 5 ? null : (index * 5) % HOUSES.length,
    index % 4 === 3
      ? null
      : ['GE', 'AM', 'DE', 'AZ', 'IN', 'TR', 'CZ', 'GB', 'AR', 'KR', 'LT', 'EE'][index % 12]!,
  ]),
);

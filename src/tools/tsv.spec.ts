import { readProgramme, UnusableFile } from './tsv.js';

const HEADER =
  'session_id\tsession_track\tpid\tfull_name\taffiliation\trole\tpresenter\tabstract_id\tabstract_title\tabstract_text';

/** Rows as lists of cells below {@link HEADER}. */
const file = (...rows: string[][]): string => [HEADER, ...rows.map((cells) => cells.join('\t'))].join('\n');
const author = (pid: string, id: string, change: Record<number, string> = {}): string[] =>
  ['1', 'Trade', pid, `Person ${pid}`, 'Example University', 'p', 'n', id, `Title ${id}`, `Text ${id}`].map(
    (cell, index) => change[index] ?? cell,
  );
const chair = (pid: string, session = '1'): string[] => [
  session,
  'NA',
  pid,
  `Person ${pid}`,
  'Elsewhere',
  'c',
  'NA',
  'NA',
  'NA',
  'NA',
];

describe('reading a programme', () => {
  it('gathers abstracts with their authors in order, and reviewers with the topics of their sessions', () => {
    const { population, refused } = readProgramme(
      file(
        author('1', '10', { 6: 'y' }),
        author('2', '10'),
        author('1', '11', { 1: 'Water' }),
        chair('3'),
        chair('1', '9'),
      ),
    );
    expect(refused).toEqual([]);
    expect(population.topics.toSorted()).toEqual(['Trade', 'Water']);
    expect(population.abstracts.map(({ id, line, topic }) => [id, line, topic])).toEqual([
      ['10', 2, 'Trade'],
      ['11', 4, 'Water'],
    ]);
    expect(population.abstracts[0]!.authors).toEqual([
      {
        person: { email: 'p-1@rehearsal.example', name: 'Person 1', affiliation: 'Example University' },
        presenting: true,
      },
      {
        person: { email: 'p-2@rehearsal.example', name: 'Person 2', affiliation: 'Example University' },
        presenting: false,
      },
    ]);
    expect(population.reviewers.map(({ person, topics }) => [person.email, topics])).toEqual([
      ['p-3@rehearsal.example', ['Trade', 'Water']],
      ['p-1@rehearsal.example', []],
    ]);
  });

  it('refuses what is unusable by line and reason and goes on', () => {
    const { population, refused } = readProgramme(
      file(
        author('1', '10'),
        ['too', 'few'],
        author('1', '10'),
        author('2', '10', { 9: 'Other text' }),
        author('3', '11', { 8: 'NA' }),
        author('3', '12', { 9: 'NA' }),
        author('4', 'NA'),
        author('NA', '13'),
        author('5', '14', { 3: 'NA' }),
        author('6', '15', { 5: 'x' }),
        author('7', '16', { 5: 'NA' }),
      ),
    );
    expect(population.abstracts.map(({ id }) => id)).toEqual(['10']);
    expect(refused).toEqual([
      { line: 3, reason: '2 columns where the first line has 10' },
      { line: 4, reason: 'names an author of abstract 10 again, first named in line 2' },
      { line: 5, reason: 'the text of abstract 10 is not that of line 2, which counts' },
      { line: 6, reason: 'abstract 11 has no title' },
      { line: 7, reason: 'abstract 12 has no text' },
      { line: 8, reason: 'an author without an abstract id' },
      { line: 9, reason: 'no person id' },
      { line: 10, reason: 'no name' },
      { line: 11, reason: 'the role "x" is unknown' },
      { line: 12, reason: 'no role' },
    ]);
  });

  it('fills a gap in one line from another', () => {
    const { population, refused } = readProgramme(
      file(author('1', '10', { 8: 'NA', 9: 'NA' }), author('2', '10'), author('3', '10', { 8: 'NA' })),
    );
    expect(refused).toEqual([]);
    expect(population.abstracts).toMatchObject([{ title: 'Title 10', text: 'Text 10', line: 2 }]);
    expect(population.abstracts[0]!.authors).toHaveLength(3);
  });

  it('takes columns in any order, a byte order mark and CRLF', () => {
    const text =
      '\uFEFFrole\tfull_name\tabstract_text\tabstract_title\tabstract_id\r\np\tSomebody\tText\tTitle\t1\r\np\tSomebody\tText 2\tTitle 2\t2\r\n';
    const { population } = readProgramme(text);
    expect(population.abstracts.map(({ title, topic }) => [title, topic])).toEqual([
      ['Title', 'Other'],
      ['Title 2', 'Other'],
    ]);
    expect(population.topics).toEqual(['Other']);
    expect(population.abstracts[0]!.authors[0]!.person).toBe(population.abstracts[1]!.authors[0]!.person);
  });

  it('makes an address of any person id, and fills in an affiliation that comes later', () => {
    const { population } = readProgramme(
      file(author('A b', '1', { 4: 'NA' }), author('A b', '2'), author('a..b', '3')),
    );
    const [first, , third] = population.abstracts.map(({ authors }) => authors[0]!.person);
    expect(first!.email).toMatch(/^p-[0-9a-f]{24}@rehearsal\.example$/);
    expect(first!.affiliation).toBe('Example University');
    expect(third!.email).toMatch(/^p-[0-9a-f]{24}@/);
  });

  it('keeps as many topics as a conference may have; titles that differ in case are one', () => {
    const many = Array.from({ length: 70 }, (_, index) =>
      author(`${index}`, `${index}`, { 1: `Topic ${index % 65}` }),
    );
    const { population } = readProgramme(file(...many, author('x', 'x', { 1: 'TOPIC 1' }), chair('y')));
    expect(population.topics).toHaveLength(60);
    expect(population.topics).toContain('Other');
    expect(population.abstracts.find(({ id }) => id === 'x')!.topic).toBe('Topic 1');
    for (const { topic } of population.abstracts) expect(population.topics).toContain(topic);
    for (const { topics } of population.reviewers)
      for (const topic of topics) expect(population.topics).toContain(topic);
  });

  it('refuses a file without the columns or without any abstract', () => {
    expect(() => readProgramme('')).toThrow(UnusableFile);
    expect(() => readProgramme('role\tfull_name')).toThrow(
      'The file has no column abstract_id, abstract_title, abstract_text.',
    );
    expect(() => readProgramme(file(chair('1')))).toThrow('no abstract that can be used');
  });
});

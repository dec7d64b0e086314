import { changeAuthors, inputOf, readForm } from './submission-form.js';

const body = {
  act: 'check',
  title: 'T',
  abstract: 'one two',
  topics: ['t1', 't2'],
  corresponding: '1',
  authors: [
    { name: 'A', email: 'a@example.org', presenting: 'true' },
    { name: 'B', email: 'b@example.org' },
    { name: ' ', email: '' },
  ],
};

describe('readForm', () => {
  it('reads what was typed', () => {
    const form = readForm(body);
    expect(form.act).toBe('check');
    expect(form.wordCount).toBe(2);
    expect(form.values.topics).toEqual(['t1', 't2']);
    expect(
      form.values.authors.map((author) => [author.name, author.corresponding, author.presenting]),
    ).toEqual([
      ['A', false, true],
      ['B', true, false],
      [' ', false, false],
    ]);
  });

  it('takes oddities for nothing', () => {
    for (const odd of [undefined, null, 'x', { authors: 'x', topics: { 0: 't1' }, title: ['a'] }]) {
      const form = readForm(odd);
      expect(form.act).toBe('save');
      expect(form.values.title).toBe('');
    }
    expect(readForm({ topics: 't9' }).values.topics).toEqual(['t9']);
    expect(readForm({}).values.authors).toHaveLength(1);
  });
});

describe('changeAuthors', () => {
  const { values } = readForm(body);
  const names = (act: string): string[] | undefined =>
    changeAuthors(values, act)?.authors.map((author) => author.name);

  it('adds, removes and moves', () => {
    expect(names('add-author')).toEqual(['A', 'B', ' ', '']);
    expect(names('remove-author:0')).toEqual(['B', ' ']);
    expect(names('move-up:1')).toEqual(['B', 'A', ' ']);
    expect(names('move-down:1')).toEqual(['A', ' ', 'B']);
  });

  it('knows no other act and no row that is not there', () => {
    for (const act of ['save', 'remove-author:9', 'move-up:0', 'move-down:2', 'dance:1'])
      expect(names(act)).toBeUndefined();
  });

  it('keeps one row when the last is removed', () => {
    const one = readForm({ authors: [{ name: 'A' }] }).values;
    expect(changeAuthors(one, 'remove-author:0')!.authors).toMatchObject([{ name: '', corresponding: true }]);
  });
});

describe('inputOf', () => {
  it('drops rows left empty at the end', () => {
    expect(inputOf(readForm(body).values).authors).toHaveLength(2);
    expect(inputOf(readForm({}).values).authors).toEqual([]);
  });

  it('reads whom authors do not want, and leaves out rows left empty at the end', () => {
    const named = [{ name: 'Tom', reason: 'A rival' }, {}, 'odd'];
    const { values } = readForm({ namedConflicts: named, language: 'hy' });
    expect(values.namedConflicts).toHaveLength(3);
    expect(inputOf(values)).toMatchObject({
      language: 'hy',
      namedConflicts: [{ name: 'Tom', affiliation: '', email: '', reason: 'A rival' }],
    });
    expect(changeAuthors(values, 'add-named')!.namedConflicts).toHaveLength(4);
    expect(changeAuthors(values, 'remove-named:0')!.namedConflicts).toHaveLength(2);
  });
});

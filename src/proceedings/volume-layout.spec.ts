import {
  acted,
  byTopic,
  rearranged,
  withRest,
  type LayoutSection,
  type PlacingRules,
  type VolumeAct,
} from './volume-layout.js';

let made = 0;
const rules: PlacingRules = {
  topics: [
    { id: 't1', title: 'First' },
    { id: 't2', title: 'Second' },
    { id: 't3', title: 'Without papers' },
  ],
  further: 'Further papers',
  newId: () => `s${(made += 1)}`,
};
beforeEach(() => (made = 0));

const paper = (id: string, title: string, topicId: string | null = 't1') => ({ id, title, topicId });
const papers = ['a', 'b', 'c', 'd'].map((id) => paper(id, id));
const layout = (): LayoutSection[] => [
  { id: 'x', title: 'X', papers: ['a', 'gone', 'b'] },
  { id: 'y', title: 'Y', papers: ['c'] },
];
const orders = (sections: readonly LayoutSection[] | undefined) =>
  sections?.map(({ papers: ids }) => ids.join(' '));

const act = (what: VolumeAct) => acted(layout(), what, papers, rules);

describe('byTopic', () => {
  it('makes one section for each topic with papers, by title, and a last one for the rest', () => {
    expect(
      byTopic(
        [
          paper('1', 'Zebra'),
          paper('2', '“Apple”'),
          paper('3', 'Part 10'),
          paper('4', 'Part 9'),
          paper('5', 'x', 't2'),
          paper('6', 'none', null),
          paper('7', 'lost', 'unknown'),
        ],
        rules,
      ),
    ).toEqual([
      { id: 's1', title: 'First', papers: ['2', '4', '3', '1'] },
      { id: 's2', title: 'Second', papers: ['5'] },
      { id: 's3', title: 'Further papers', papers: ['7', '6'] },
    ]);
  });

  it('orders equal titles by id', () => {
    expect(orders(byTopic([paper('2', 'same'), paper('1', 'same')], rules))).toEqual(['1 2']);
    expect(orders(byTopic([paper('1', 'same'), paper('2', 'same')], rules))).toEqual(['1 2']);
  });
});

describe('withRest', () => {
  it('arranges a volume without sections by topic', () => {
    expect(withRest([], [paper('1', 'one')], rules)).toEqual([{ id: 's1', title: 'First', papers: ['1'] }]);
  });

  it('leaves a complete volume as it is', () => {
    expect(withRest(layout(), papers.slice(0, 3), rules)).toEqual(layout());
  });

  it('puts what has no place into a last section, and later papers into the same', () => {
    const once = withRest(layout(), papers, rules);
    expect(once.at(-1)).toEqual({ id: 's1', title: 'Further papers', papers: ['d'] });
    expect(withRest(once, [...papers, paper('e', 'e')], rules).at(-1)!.papers).toEqual(['d', 'e']);
  });
});

describe('acted', () => {
  it('moves a paper among those that are printed', () => {
    expect(orders(act({ kind: 'movePaper', id: 'b', by: -1 }))).toEqual(['b a gone', 'c']);
    expect(orders(act({ kind: 'movePaper', id: 'a', by: 1 }))).toEqual(['gone b a', 'c']);
  });

  it('moves a paper over the end of its section into the next, and no further than the volume', () => {
    expect(orders(act({ kind: 'movePaper', id: 'b', by: 1 }))).toEqual(['a gone', 'b c']);
    expect(orders(act({ kind: 'movePaper', id: 'c', by: -1 }))).toEqual(['a gone b c', '']);
    expect(orders(act({ kind: 'movePaper', id: 'a', by: -1 }))).toEqual(['a gone b', 'c']);
    expect(orders(act({ kind: 'movePaper', id: 'c', by: 1 }))).toEqual(['a gone b', 'c']);
  });

  it('places a paper', () => {
    expect(orders(act({ kind: 'placePaper', id: 'c', sectionId: 'x', position: 2 }))).toEqual([
      'a gone c b',
      '',
    ]);
    expect(orders(act({ kind: 'placePaper', id: 'c', sectionId: 'x', position: 0 }))).toEqual([
      'c a gone b',
      '',
    ]);
    expect(orders(act({ kind: 'placePaper', id: 'a', sectionId: 'y' }))).toEqual(['gone b', 'c a']);
    expect(orders(act({ kind: 'placePaper', id: 'd', sectionId: 'y', position: 1 }))).toEqual([
      'a gone b',
      'd c',
    ]);
  });

  it('adds, moves and removes sections', () => {
    expect(act({ kind: 'addSection', title: 'Z' })!.at(-1)).toEqual({ id: 's1', title: 'Z', papers: [] });
    expect(orders(act({ kind: 'moveSection', id: 'y', by: -1 }))).toEqual(['c', 'a gone b']);
    expect(orders(act({ kind: 'moveSection', id: 'y', by: 1 }))).toEqual(['a gone b', 'c']);
    expect(orders(act({ kind: 'removeSection', id: 'x' }))).toEqual(['c']);
  });

  it('arranges anew', () => {
    expect(orders(act({ kind: 'arrange' }))).toEqual(['a b c d']);
  });

  it.each([
    { kind: 'removeSection', id: 'no' },
    { kind: 'moveSection', id: 'no', by: 1 },
    { kind: 'movePaper', id: 'no', by: 1 },
    { kind: 'movePaper', id: 'gone', by: 1 },
    { kind: 'movePaper', id: 'd', by: 1 },
    { kind: 'placePaper', id: 'gone', sectionId: 'x' },
    { kind: 'placePaper', id: 'a', sectionId: 'no' },
  ] as const)('knows what is not there: %o', (what) => {
    expect(act(what)).toBeUndefined();
  });
});

describe('rearranged', () => {
  const printed = new Set(['a', 'b', 'c', 'd']);

  it('keeps papers where none are named, and orders sections as wanted', () => {
    const wanted = [
      { id: 'y', title: 'Why' },
      { id: 'x', title: 'X' },
    ];
    expect(rearranged(layout(), wanted, printed, rules.newId)).toEqual({
      layout: [
        { id: 'y', title: 'Why', papers: ['c'] },
        { id: 'x', title: 'X', papers: ['a', 'gone', 'b'] },
      ],
      problems: [],
    });
  });

  it('puts named papers where they are named', () => {
    const { layout: result } = rearranged(
      layout(),
      [
        { title: 'New', papers: ['b', 'd'] },
        { id: 'x', title: 'X' },
        { id: 'y', title: 'Y', papers: [] },
      ],
      printed,
      rules.newId,
    );
    expect(result).toEqual([
      { id: 's1', title: 'New', papers: ['b', 'd'] },
      { id: 'x', title: 'X', papers: ['a', 'gone'] },
      { id: 'y', title: 'Y', papers: [] },
    ]);
  });

  it('keeps the place of what is not printed now', () => {
    const { layout: result } = rearranged(
      layout(),
      [{ id: 'x', title: 'X', papers: ['b', 'a'] }],
      printed,
      rules.newId,
    );
    expect(orders(result)).toEqual(['b a gone']);
  });

  it('names what is unknown or named twice', () => {
    const wanted = [
      { id: 'x', title: 'X', papers: ['a', 'a'] },
      { id: 'x', title: 'X', papers: ['gone'] },
      { id: 'no', title: 'No' },
    ];
    expect(rearranged(layout(), wanted, printed, rules.newId).problems).toEqual([
      { field: 'sections[0].papers[1]', code: 'arrayUnique', value: 'a' },
      { field: 'sections[1].id', code: 'arrayUnique', value: 'x' },
      { field: 'sections[1].papers[0]', code: 'unknown', value: 'gone' },
      { field: 'sections[2].id', code: 'unknown', value: 'no' },
    ]);
  });
});

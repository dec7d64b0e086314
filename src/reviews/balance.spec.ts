import { balanceRule, ruleProblems, type PerspectiveGroup } from './balance.js';

const GROUPS: PerspectiveGroup[] = [
  { id: 'aaaaaaaa', name: 'A', counts: 'party' },
  { id: 'bbbbbbbb', name: 'B', counts: 'outside' },
  { id: 'cccccccc', name: 'C', counts: 'neither' },
];

describe('balanceRule', () => {
  it('asks nothing of a panel where the conference has no groups', () => {
    expect(balanceRule(null, 1, 1)).toEqual({ groups: [], outsideAtLeast: 0 });
  });
  it('limits parties alone, and counts who is outside', () => {
    expect(balanceRule(GROUPS, 2, 1)).toEqual({
      groups: [{ most: 2, outside: false }, { outside: true }, { outside: false }],
      outsideAtLeast: 1,
    });
    expect(balanceRule(GROUPS, null, 0).groups[0]).toEqual({ outside: false });
  });
});

describe('ruleProblems', () => {
  const codes = (...of: Parameters<typeof ruleProblems>) =>
    ruleProblems(...of).map(({ field, code }) => `${field} ${code}`);
  it('finds nothing in a rule that can be kept', () => {
    expect(codes(GROUPS, { mostOfParty: 1, outsideAtLeast: 1 }, 3)).toEqual([]);
    expect(codes(null, { mostOfParty: 1, outsideAtLeast: 1 }, 3)).toEqual([]);
  });
  it('names groups of one name, and what no group can ever meet', () => {
    const same = [GROUPS[2]!, { ...GROUPS[2]!, name: 'c' }];
    expect(codes(same, { mostOfParty: 1, outsideAtLeast: 2 }, 1)).toEqual([
      'groups[1].name groupTwice',
      'mostOfParty noParty',
      'outsideAtLeast noOutside',
      'outsideAtLeast outsideBeyondPanel',
    ]);
  });
});

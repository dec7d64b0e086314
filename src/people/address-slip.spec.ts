import { addressMeant, oneEditApart, providerMeant } from './address-slip.js';

describe('oneEditApart', () => {
  it.each([
    ['gmail', 'gmial', true],
    ['gmail', 'gmai', true],
    ['gmail', 'gmaill', true],
    ['gmail', 'gnail', true],
    ['gmail', 'gmail', false],
    ['gmail', 'gail.m', false],
    ['gmail', 'gm', false],
    ['abcd', 'badc', false],
    ['abc', 'cba', false],
  ])('%s and %s: %s', (one, other, expected) => expect(oneEditApart(one, other)).toBe(expected));
});

describe('providerMeant', () => {
  it('knows a slip of a provider', () => expect(providerMeant('gmial.com')).toBe('gmail.com'));
  it('leaves providers alone', () => expect(providerMeant('gmail.com')).toBeUndefined());
  it('leaves others alone', () => expect(providerMeant('university.example')).toBeUndefined());
});

describe('addressMeant', () => {
  it.each([
    ['ann@gmial.com', [], 'ann@gmail.com'],
    [' Ann@OUTLOK.com ', [], 'Ann@outlook.com'],
    ['ann@gmail.com', [], undefined],
    ['ann.author@house.example', ['ann.autor@house.example'], 'ann.autor@house.example'],
    ['ann.author@house.example', ['Ann.Author@house.example', ' '], undefined],
    ['ann.author@house.example', ['bea@house.example'], undefined],
    // Short ones are near each other by chance.
    ['ann@house.example', ['anna@house.example'], undefined],
    ['ann', ['anna'], undefined],
    ['@gmial.com', [], undefined],
  ])('takes %j beside %j for %j', (typed, others, meant) => {
    expect(addressMeant(typed, others)).toBe(meant);
  });
});

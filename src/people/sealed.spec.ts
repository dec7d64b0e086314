import { isSealed, keyedHash, keyFor, newKey, open, seal } from './sealed.js';

describe('what is sealed', () => {
  const key = newKey();

  it('comes back with the key and what it is about', () => {
    for (const text of ['', 'Ani', 'Անի Օրինակ 👩‍👩‍👧', 'x'.repeat(100_000)]) {
      const sealed = seal(key, 'name', text);
      expect(isSealed(sealed)).toBe(true);
      expect(open(key, 'name', sealed)).toBe(text);
    }
  });

  it('says nothing of what it holds, not even whether two are equal', () => {
    const sealed = seal(key, 'name', 'Ani Example');
    expect(sealed).not.toContain('Ani');
    expect(seal(key, 'name', 'Ani Example')).not.toBe(sealed);
  });

  it('opens with no other key, for nothing else, and not when it was changed', () => {
    const sealed = seal(key, 'name', 'Ani Example');
    expect(() => open(newKey(), 'name', sealed)).toThrow('cannot be opened');
    expect(() => open(key, 'address', sealed)).toThrow('cannot be opened');
    for (let at = 'sealed1.'.length; at < sealed.length - 1; at += 1) {
      const other = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
      expect(() => open(key, 'name', other)).toThrow('cannot be opened');
    }
    expect(() => open(key, 'name', sealed.slice(0, 20))).toThrow('not sealed');
  });

  it('is told from what people write', () => {
    expect(isSealed('sealed1.')).toBe(false);
    expect(isSealed('ani@example.org')).toBe(false);
    expect(() => open(key, 'name', 'Ani')).toThrow('not sealed');
  });
});

describe('keyFor', () => {
  it('gives the same key for the same purpose and another for another', () => {
    const key = newKey();
    expect(keyFor(key, 'address')).toEqual(keyFor(key, 'address'));
    expect(keyFor(key, 'address')).not.toEqual(keyFor(key, 'record'));
    expect(keyFor(key, 'address')).not.toEqual(keyFor(newKey(), 'address'));
    expect(keyFor(key, 'address')).toHaveLength(32);
  });
});

describe('keyedHash', () => {
  it('depends on key and text alone', () => {
    const key = newKey();
    expect(keyedHash(key, 'a')).toMatch(/^[0-9a-f]{64}$/);
    expect(keyedHash(key, 'a')).toBe(keyedHash(key, 'a'));
    expect(keyedHash(key, 'a')).not.toBe(keyedHash(key, 'b'));
    expect(keyedHash(key, 'a')).not.toBe(keyedHash(newKey(), 'a'));
  });
});

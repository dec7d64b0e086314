import { encodeCursor } from '../../platform/cursor.js';
import { Refusal } from '../../platform/refusal.js';
import { neighbours, oneOf, present, searched, startOf } from './slice.js';

describe('the pages of a list', () => {
  it('begin at the start, or where an opaque cursor says', () => {
    expect(startOf({})).toBe(0);
    expect(startOf({ after: neighbours(0, 60).next })).toBe(50);
    expect(startOf({ before: neighbours(100, 130).previous })).toBe(50);
    for (const cursor of [
      'nonsense',
      encodeCursor([-1]),
      encodeCursor([1.5]),
      encodeCursor(['1']),
      encodeCursor([1e9]),
    ])
      expect(() => startOf({ after: cursor })).toThrow(Refusal);
  });

  it('name their neighbours', () => {
    expect(neighbours(0, 50)).toEqual({});
    expect(Object.keys(neighbours(0, 51))).toEqual(['next']);
    expect(Object.keys(neighbours(50, 60))).toEqual(['previous']);
    expect(startOf({ before: neighbours(20, 60).previous })).toBe(0);
  });
});

describe('the filters of a list', () => {
  it('are words that are known, or nothing', () => {
    expect(oneOf({ status: 'draft' }, 'status', ['draft', 'sent'])).toBe('draft');
    expect(oneOf({ status: 'other' }, 'status', ['draft', 'sent'])).toBeUndefined();
    expect(oneOf({ status: ['draft'] }, 'status', ['draft'])).toBeUndefined();
  });

  it('search for a trimmed text', () => {
    expect(searched({ q: '  peace ' })).toBe('peace');
    expect(searched({ q: ' ' })).toBeUndefined();
    expect(searched({ q: 'x'.repeat(500) })).toHaveLength(200);
  });

  it('leave out what is not set', () => {
    expect(present({ a: 'x', b: undefined, c: '' })).toEqual({ a: 'x' });
  });
});

import { checked, formOf, listOf, pick, text, texts, whole } from './form.js';

describe('forms', () => {
  it('are empty when they are anything odd', () => {
    expect([formOf(undefined), formOf(null), formOf('a')]).toEqual([{}, {}, {}]);
    expect(text({ a: ['x'] }, 'a')).toBe('');
    expect(text({ a: 'x' }, 'a')).toBe('x');
  });

  it('read lists however they were written', () => {
    expect(listOf({ a: ['1', '2'] }, 'a')).toEqual(['1', '2']);
    expect(listOf({ a: { 0: '1', 7: '2' } }, 'a')).toEqual(['1', '2']);
    expect(listOf({ a: '1' }, 'a')).toEqual(['1']);
    expect(listOf({ a: '' }, 'a')).toEqual([]);
    expect(listOf({}, 'a')).toEqual([]);
    expect(texts({ a: ['1', '', { b: 1 }] }, 'a')).toEqual(['1']);
  });

  it('leave a number that is none for the DTO to complain about', () => {
    expect(whole({ a: ' 7 ' }, 'a')).toBe(7);
    expect(whole({ a: '1e9' }, 'a')).toBe('1e9');
    expect(whole({ a: '' }, 'a')).toBeUndefined();
  });

  it('know a ticked box and pick named texts', () => {
    expect([checked({ a: 'true' }, 'a'), checked({ a: 'on' }, 'a'), checked({}, 'a')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(pick({ a: '1', c: '3' }, ['a', 'b'])).toEqual({ a: '1', b: '' });
  });
});

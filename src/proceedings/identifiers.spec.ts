import { isDoiPattern, isDoiPrefix, isIsbn, isIssn, paperDoi, volumeDoi } from './identifiers.js';

describe('identifiers', () => {
  it('check their digits', () => {
    expect(['978-3-16-148410-0', '9783161484100', '979 10 90636 07 1'].map(isIsbn)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['978-3-16-148410-1', '3-16-148410-0', '977-3-16-148410-0', 'x', ''].map(isIsbn)).toEqual(
      Array(5).fill(false),
    );
    expect(['2434-561X', '0378-5955'].map(isIssn)).toEqual([true, true]);
    expect(['2434-5610', '03785955', '2434-561x', ''].map(isIssn)).toEqual(Array(4).fill(false));
    expect(['10.5555', '10.123456789', '10.12', '11.5555', '10.5555/'].map(isDoiPrefix)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('name the volume and each paper by one pattern', () => {
    const parts = {
      prefix: '10.5555',
      pattern: '{conference}.{year}.{paper}',
      conference: 'psc',
      year: 2027,
    };
    expect(paperDoi(parts, 'PSC-7KQF3')).toBe('10.5555/psc.2027.psc-7kqf3');
    expect(volumeDoi(parts)).toBe('10.5555/psc.2027');
    expect(['{conference}.{paper}', 'ab/{paper}', '{year}-{paper}'].map(isDoiPattern)).toEqual([
      true,
      true,
      true,
    ]);
    expect(
      ['{paper}', '{conference}', 'a b{paper}', '..{paper}', '{paper}.{year}', 'x{other}{paper}'].map(
        isDoiPattern,
      ),
    ).toEqual(Array(6).fill(false));
  });
});

import { NameIndex, nameWords, sameName } from './same-name.js';

const same = (one: string, other: string): boolean => sameName(nameWords(one), nameWords(other));

describe('sameName', () => {
  it.each([
    ['Ani Petrosyan', 'ani  PETROSYAN'],
    ['Ani Petrosyan', 'Անի Պետրոսյան'],
    ['Ani Petrosyan', 'Петросян Ани'],
    ['Ani Petrosian', 'Ани Петросян'],
    ['Elnur Əliyev', 'Эльнур Алиев'],
    ['Elnur Aliyev', 'Əliyev Elnur Rəşid oğlu'],
    ['Kemal Yıldız', 'KEMAL YILDIZ'],
    ['Nino Kapanadze', 'ნინო კაპანაძე'],
    ['Anna Maria von Example', 'Dr. Anna Example'],
    ['Anna S. Example', 'Anna Example'],
    ['Madonna', 'madonna'],
  ])('%s is %s', (one, other) => {
    expect(same(one, other)).toBe(true);
    expect(same(other, one)).toBe(true);
  });
  it.each([
    ['Ani Petrosyan', 'Ara Petrosyan'],
    ['Ani Petrosyan', 'Petrosyan'],
    ['A. Petrosyan', 'Ani Petrosyan'],
    ['Ani Ani', 'Ani Petrosyan'],
    ['', ''],
    ['', 'Ani'],
  ])('%s is not %s', (one, other) => {
    expect(same(one, other)).toBe(false);
    expect(same(other, one)).toBe(false);
  });
});

describe('NameIndex', () => {
  it('finds what may be the same, each once', () => {
    const index = new NameIndex<number>();
    for (const [value, name] of ['Ani Petrosyan', 'Пётр Петросян', 'Անի Պետրոսյան', 'Əli Əliyev'].entries())
      index.add(name, value);
    index.add('Ani Petrosian', 0);
    expect(index.matching('Petrosyan Ani')).toEqual(new Set([0, 2]));
    expect(index.matching('Ali Aliyev')).toEqual(new Set([3]));
    expect(index.matching('Somebody Else')).toEqual(new Set());
  });
});

import { nameKeys } from './name-keys.js';

describe('nameKeys', () => {
  it.each([
    ['Petrosyan', 'Պետրոսյան'],
    ['Petrosyan', 'Петросян'],
    ['Petrosyan', 'PETROSIAN'],
    ['Əliyev', 'Aliyev'],
    ['Əliyev', 'Алиев'],
    ['Əliyev', 'Eliyev'],
    ['Beridze', 'ბერიძე'],
    ['Khachatryan', 'Խաչատրյան'],
    ['Çelik', 'Celik'],
    ['Гусейнов', 'Guseinov'],
    ['Sahakoff', 'Sahakov'],
    ['O’Neill', 'ONeil'],
  ])('makes %s and %s alike', (one, other) => {
    expect(nameKeys(one).some((key) => nameKeys(other).includes(key))).toBe(true);
  });

  it.each([
    ['Petrosyan', 'Martirosyan'],
    ['Beridze', 'Kapanadze'],
    ['Aliyev', 'Valiyev'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(nameKeys(one).some((key) => nameKeys(other).includes(key))).toBe(false);
  });

  it('has two keys for the schwa alone', () => {
    expect(nameKeys('Məmməd')).toEqual(['memed', 'mamad']);
    expect(nameKeys('Mammad')).toEqual(['mamad']);
  });
});

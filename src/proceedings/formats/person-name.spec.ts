import { languageOfName, nameParts } from './person-name.js';

describe('nameParts', () => {
  it.each([
    ['Anahit Example-Petrosyan', 'Anahit', 'Example-Petrosyan'],
    ['  Leyla  Zahid Nümunəzadə ', 'Leyla Zahid', 'Nümunəzadə'],
    ['Jan van der Berg', 'Jan', 'van der Berg'],
    ['de Example', 'de', 'Example'],
    ['Vahé d’Example', 'Vahé', 'd’Example'],
    ['Mononym', '', 'Mononym'],
    ['Անահիտ Օրինակ', 'Անահիտ', 'Օրինակ'],
    ['', '', ''],
  ])('%s', (name, given, family) => {
    expect(nameParts(name)).toEqual({ given, family });
  });
});

describe('languageOfName', () => {
  it('is known where the script has one language', () => {
    expect(['Աննա', 'ნინო', 'Иван', 'محمد'].map(languageOfName)).toEqual(['hy', 'ka', 'und', 'und']);
  });
});

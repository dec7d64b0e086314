import { NO_WORDS, withWords, type AuthorWords } from './author-words.js';

describe('withWords', () => {
  it('gives a draft the words back', () => {
    const words: AuthorWords = {
      name: 'Ani Example',
      nativeName: 'Անի',
      email: 'ani@example.org',
      orcid: null,
      publicName: 'N. Sevan',
      protect: true,
    };
    expect(withWords({ ...NO_WORDS, position: 2 }, JSON.stringify(words))).toEqual({
      position: 2,
      name: 'Ani Example',
      nativeName: 'Անի',
      address: 'ani@example.org',
      orcid: null,
      publicName: 'N. Sevan',
      protected: true,
    });
  });

  it('leaves what has no words, or none that can be read, as it stands', () => {
    expect(withWords({ ...NO_WORDS, name: 'Elnur' }, undefined)).toMatchObject({
      name: 'Elnur',
      publicName: null,
    });
    expect(withWords({ ...NO_WORDS, name: 'N. Sevan', protected: true }, undefined).publicName).toBe(
      'N. Sevan',
    );
  });
});

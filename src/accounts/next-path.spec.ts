import { safePath } from './next-path.js';

describe('safePath', () => {
  it.each(['/me', '/c/peace/submit?draft=1', '/submissions/PSC-7KQF3#reviews'])('keeps %s', (path) => {
    expect(safePath(path)).toBe(path);
  });

  it.each([
    undefined,
    '',
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    '%2f%2fevil.example',
    '/%2fevil.example',
    '/\tevil',
    '/%09/evil',
    '/%5cevil',
    'javascript:alert(1)',
    '/%zz',
    `/${'a'.repeat(300)}`,
  ])('drops %p', (path) => {
    expect(safePath(path)).toBe('/me');
  });
});

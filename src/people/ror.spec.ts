import { normaliseRor } from './ror.js';

describe('normaliseRor', () => {
  it('takes an iD with and without its address, in either case', () => {
    for (const form of [
      '05gq02987',
      ' 05GQ02987 ',
      'ror.org/05gq02987',
      'https://ror.org/05gq02987',
      'https://ror.org/05gq02987/',
      'http://www.ror.org/05gq02987',
    ])
      expect([form, normaliseRor(form)]).toEqual([form, '05gq02987']);
  });
  it('knows real ones', () => {
    for (const ror of ['03vek6s52', '05dxps055', '04wxnsj81', '02mhbdp94', '03yrm5c26'])
      expect([ror, normaliseRor(ror)]).toEqual([ror, ror]);
  });
  it('refuses a wrong check, other letters, other lengths and what is far too long', () => {
    for (const wrong of [
      '05gq02988',
      '05gq02978',
      '05gu02987',
      '15gq02987',
      '05gq0298',
      '05gq029877',
      'https://example.org/05gq02987',
      '',
      `${' '.repeat(70)}05gq02987`,
    ])
      expect([wrong, normaliseRor(wrong)]).toEqual([wrong, undefined]);
  });
});

import { withoutRemarks } from './content-stream.js';

const cleaned = (content: string): string =>
  withoutRemarks(Buffer.from(content, 'latin1')).toString('latin1');

describe('withoutRemarks', () => {
  it.each([
    ['', ''],
    ['BT (Ani % here) Tj ET', 'BT (Ani % here) Tj ET'],
    ['q % by Ani\nQ', 'q \nQ'],
    ['q % by Ani\r\nQ %', 'q \r\nQ '],
    ['(a (b) \\) % c) Tj % d', '(a (b) \\) % c) Tj '],
    ['(never ends % x', '(never ends % x'],
    ['(ends in \\', '(ends in \\'],
    ['/P <</MCID 0 /Alt (C:\\\\Ani \\) >> ) /A << /B <41> >> >> BDC q', '/P <<>> BDC q'],
    ['/P << /A % >>\n 1 >> BDC', '/P <<>> BDC'],
    ['/P << /A 1', '/P <<>>'],
    ['<41> Tj [<42> -3 (c)] TJ > q', '<41> Tj [<42> -3 (c)] TJ > q'],
    ['BI /W 1 ID \x00%EI\xff EI\x80% EI\nQ % x', 'BI /W 1 ID \x00%EI\xff EI\x80% EI\nQ '],
    ['BI /W 1 ID %% EI', 'BI /W 1 ID %% EI'],
    ['BI /W 1 ID %%', 'BI /W 1 ID %%'],
    ['/ID0 gs ID0 % x', '/ID0 gs ID0 '],
  ])('%j', (content, expected) => {
    expect(cleaned(content)).toBe(expected);
  });
});

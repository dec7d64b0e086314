import { csvStringify } from './csv.js';

describe('csvStringify', () => {
  it('writes a header and quotes every cell, for spreadsheets', () => {
    expect(csvStringify(['id', 'title'], [{ id: 1, title: 'Peace, "now"\nand then' }])).toBe(
      '\ufeff"id","title"\r\n"1","Peace, ""now""\nand then"\r\n',
    );
  });

  it('writes the header alone for an empty table', () => {
    expect(csvStringify(['id'], [])).toBe('\ufeff"id"\r\n');
  });

  it('disarms formulas, and leaves numbers alone', () => {
    const rows = ['=1+1', '+1', '-1', '@sum', '＝1', ' =1', '\n=1', 'a=b', ''].map((title) => ({
      title,
      n: -1,
    }));
    expect(csvStringify(['title', 'n'], rows).split('\r\n').slice(1, -1)).toEqual([
      `"'=1+1","-1"`,
      `"'+1","-1"`,
      `"'-1","-1"`,
      `"'@sum","-1"`,
      `"'＝1","-1"`,
      `"' =1","-1"`,
      `"'\n=1","-1"`,
      '"a=b","-1"',
      '"","-1"',
    ]);
  });
});

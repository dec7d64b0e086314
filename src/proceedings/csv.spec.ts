import { csvStringify } from './csv.js';

describe('csvStringify', () => {
  it('writes a header and quotes what needs it, for spreadsheets', () => {
    expect(csvStringify(['id', 'title'], [{ id: 1, title: 'Peace, "now"\nand then' }])).toBe(
      '\ufeffid,title\r\n1,"Peace, ""now""\nand then"\r\n',
    );
  });

  it('writes the header alone for an empty table', () => {
    expect(csvStringify(['id'], [])).toBe('\ufeffid\r\n');
  });

  it('disarms formulas, and leaves numbers alone', () => {
    const rows = ['=1+1', '+1', '-1', '@sum', 'a=b'].map((title) => ({ title, n: -1 }));
    expect(csvStringify(['title', 'n'], rows).split('\r\n').slice(1, -1)).toEqual([
      `'=1+1,-1`,
      `'+1,-1`,
      `'-1,-1`,
      `'@sum,-1`,
      'a=b,-1',
    ]);
  });
});

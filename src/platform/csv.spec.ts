import { buffer, text } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { csvCell, csvStringify, type CsvValue } from './csv.js';

describe('csvCell', () => {
  it.each(
    [
      ['=1+1', '+37411000000', '-5', '@SUM(A1)', '\t=1', '\ta', '\ra', '\na', '＝1', '＋1', '－1', '＠a'],
      [' =1+1', '\u00A0\u3000@a', '=HYPERLINK("https://example.org")', '-', '='],
    ].flat(),
  )('guards %j', (given) => {
    expect(csvCell(given)).toBe(`'${given}`);
  });

  it.each(['', ' ', 'peace', '1', '1-2', 'a=b', "'=1", '"=1"', ' a', '–5', 'мир'])('leaves %j', (given) => {
    expect(csvCell(given)).toBe(given);
  });

  it('never lets a cell begin like a formula', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ' ', 'a', '＝') }),
        (given) => {
          expect(csvCell(given)).not.toMatch(/^\s*[=+\-@＝]/);
          expect(csvCell(csvCell(given))).toBe(csvCell(given));
        },
      ),
    );
  });
});

async function* broken() {
  yield { title: 'a' };
  throw new Error('the rows ended early');
}

describe('csvStringify', () => {
  const columns = [
    { key: 'title', header: 'Title' },
    { key: 'score', header: '=Score' },
  ];

  // `text` takes the byte order mark away
  const written = async (rows: Iterable<Record<string, CsvValue>>) => text(csvStringify(rows, columns));

  it('writes mark, header, quotes and CRLF', async () => {
    const bytes = await buffer(csvStringify([{ title: 'мир, "a"\nb', score: '=1' }], columns));
    expect(bytes.toString('utf8')).toBe('\uFEFF"Title","\'=Score"\r\n"мир, ""a""\nb","\'=1"\r\n');
  });

  it('writes every kind of value', async () => {
    const values: CsvValue[] = [-5, 0.5, -7n, true, false, new Date(0), null, undefined, ''];
    const lines = (await written(values.map((score) => ({ title: 'a', score })))).split('\r\n').slice(1, -1);
    expect(lines).toEqual(
      [
        ['"a","-5"', '"a","0.5"', '"a","-7"', '"a","true"', '"a","false"', '"a","1970-01-01T00:00:00.000Z"'],
        ['"a",""', '"a",""', '"a",""'],
      ].flat(),
    );
  });

  it('leaves out what has no column, and what a row only inherits', async () => {
    const rows = [{ score: 1, secret: 'x' }];
    expect(await text(csvStringify(rows, [{ key: 'toString', header: 'a.b' }]))).toBe('"a.b"\r\n""\r\n');
  });

  it('writes the header alone when there are no rows', async () => {
    expect(await written([])).toBe('"Title","\'=Score"\r\n');
  });

  it('streams rows that come one by one, and asks no more than are read', async () => {
    let asked = 0;
    let ended = false;
    async function* rows() {
      try {
        for (;;) yield { title: 'x'.repeat(1_000), score: (asked += 1) };
      } finally {
        ended = true;
      }
    }
    const stream = csvStringify(rows(), columns);
    for await (const chunk of stream) {
      expect(chunk).toBeInstanceOf(Buffer);
      break;
    }
    await new Promise(setImmediate);
    expect(asked).toBeLessThan(1_000);
    expect(ended).toBe(true);
  });

  it('fails when the rows fail', async () => {
    await expect(text(csvStringify(broken(), columns))).rejects.toThrow('the rows ended early');
  });
});

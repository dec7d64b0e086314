import { exampleSnapshot } from './example-snapshot.js';
import { PROCEEDINGS_COLUMNS, proceedingsRows } from './proceedings-csv.js';

describe('proceedingsRows', () => {
  it('gives a row for each paper with its place in the volume', () => {
    const rows = [...proceedingsRows(exampleSnapshot())];
    expect(rows.map((row) => [row['paper id'], row['section'], row['position']])).toEqual([
      ['PSC-7KQF3', 'Dialogue, trust and reconciliation', 1],
      ['PSC-M2X9A', 'Dialogue, trust and reconciliation', 2],
      ['PSC-C4T8W', 'Prevention of future violence', 1],
    ]);
    for (const row of rows) expect(Object.keys(row)).toEqual(PROCEEDINGS_COLUMNS);
  });

  it('keeps authors and affiliations side by side', () => {
    const snapshot = exampleSnapshot();
    snapshot.sections[1]!.papers[0]!.authors[1]!.affiliation = 'Faculty A; Faculty B';
    expect([...proceedingsRows(snapshot)][2]).toMatchObject({
      authors: 'Ivan Primerov (Иван Примеров); Işıl Örnekoğlu',
      affiliations: '–; Faculty A, Faculty B, Türkiye',
    });
  });
});

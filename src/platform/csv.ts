import { PassThrough, pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';

/** What a cell may hold: a Date is written in ISO 8601 UTC, a boolean as `true` or `false`, nothing as an empty cell. */
export type CsvValue = string | number | bigint | boolean | Date | null | undefined;

/** One column: which field of a row, and the text above it. */
export interface CsvColumn {
  readonly key: string;
  readonly header: string;
}

/** A spreadsheet may trim what precedes; the full-width forms count as the plain ones in some locales. */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/;

/**
 * The text as a cell that no spreadsheet takes for a formula: an apostrophe goes before `= + - @`, their full-width
 * forms, tab and line breaks (OWASP ASVS 1.2.10). For CSV only: in a workbook the cell's type says that it is text.
 */
export function csvCell(value: string): string {
  return FORMULA.test(value) ? `'${value}` : value;
}

/**
 * Rows as CSV after RFC 4180 in UTF-8, streamed: byte order mark (a spreadsheet guesses the encoding wrong without),
 * header, every cell quoted, CRLF, texts guarded by {@link csvCell}, numbers as they are. Fields without a column are
 * left out. An error in the rows destroys the stream with it; destroying the stream ends the rows.
 */
export function csvStringify(
  rows: AsyncIterable<Readonly<Record<string, CsvValue>>> | Iterable<Readonly<Record<string, CsvValue>>>,
  columns: readonly CsvColumn[],
): Readable {
  const writer = stringify({
    bom: true,
    quoted: true,
    quoted_empty: true,
    record_delimiter: 'windows',
    cast: { string: csvCell, boolean: String, date: (date) => date.toISOString() },
  });
  // As arrays and with the header as a row: in the writer's own columns, a dot in a key would mean a path.
  return pipeline(Readable.from(cells(rows, columns)), writer, new PassThrough(), () => undefined);
}

async function* cells(
  rows: AsyncIterable<Readonly<Record<string, CsvValue>>> | Iterable<Readonly<Record<string, CsvValue>>>,
  columns: readonly CsvColumn[],
): AsyncGenerator<CsvValue[]> {
  yield columns.map(({ header }) => header);
  for await (const row of rows) {
    yield columns.map(({ key }) => (Object.hasOwn(row, key) ? row[key] : undefined));
  }
}

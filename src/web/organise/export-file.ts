import { Readable } from 'node:stream';
import { csvStringify, type CsvValue } from '../../platform/csv.js';
import { COLUMNS, type ExportName, type Format } from './export-names.js';

/** The export as a stream of bytes: CSV for a spreadsheet, or one JSON array with a row in each line. */
export function exportStream(rows: AsyncIterable<object>, what: ExportName, format: Format): Readable {
  if (format === 'json') return Readable.from(jsonParts(rows));
  return csvStringify(
    csvCells(rows),
    COLUMNS[what].map((key) => ({ key, header: key })),
  );
}

/** A row's fields as cells: lists joined by semicolons, people by name with what is known of them. */
export function cellsOf(row: object): Record<string, CsvValue> {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, cell(value)]));
}

function cell(value: unknown): CsvValue {
  if (Array.isArray(value)) return value.map((item) => String(cell(item) ?? '')).join('; ');
  if (typeof value !== 'object' || value === null || value instanceof Date) return value as CsvValue;
  const { name, affiliation, email, address } = value as Partial<
    Record<'name' | 'affiliation' | 'email' | 'address', string | null>
  >;
  const mailbox = email ?? address;
  if (name !== undefined)
    return [name, affiliation ? `(${affiliation})` : '', mailbox ? `<${mailbox}>` : '']
      .filter(Boolean)
      .join(' ');
  return Object.entries(value)
    .map(([key, item]) => `${key}=${typeof item === 'object' ? JSON.stringify(item) : String(item)}`)
    .join('; ');
}

async function* csvCells(rows: AsyncIterable<object>): AsyncGenerator<Record<string, CsvValue>> {
  for await (const row of rows) yield cellsOf(row);
}

async function* jsonParts(rows: AsyncIterable<object>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const row of rows) {
    yield before + JSON.stringify(row);
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

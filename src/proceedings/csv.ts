import { stringify } from 'csv-stringify/sync';

/**
 * A table as RFC 4180 CSV in UTF-8 with a byte order mark, as spreadsheets expect it; the columns are also its header.
 * Texts that a spreadsheet would take for a formula (beginning with `=`, `+`, `-`, `@`, tab or return) get an apostrophe.
 */
export function csvStringify(
  columns: readonly string[],
  rows: Iterable<Record<string, string | number>>,
): string {
  return stringify([...rows], {
    bom: true,
    columns: [...columns],
    escape_formulas: true,
    header: true,
    record_delimiter: 'windows',
  });
}

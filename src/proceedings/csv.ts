import { stringify } from 'csv-stringify/sync';
import { csvCell } from '../platform/csv.js';

/**
 * A table as RFC 4180 CSV in UTF-8 with a byte order mark, as spreadsheets expect it; the columns are also its header.
 * Every cell is quoted, and texts that a spreadsheet would take for a formula are disarmed by {@link csvCell}, as in every CSV
 * of the system.
 */
export function csvStringify(
  columns: readonly string[],
  rows: Iterable<Record<string, string | number>>,
): string {
  return stringify([...rows], {
    bom: true,
    cast: { string: csvCell },
    columns: [...columns],
    header: true,
    quoted: true,
    quoted_empty: true,
    record_delimiter: 'windows',
  });
}

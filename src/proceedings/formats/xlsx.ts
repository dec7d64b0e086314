import { zipped } from '../zip.js';
import { el, raw, xmlDocument, type Markup } from './xml.js';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** What a cell can hold at most. */
const LONGEST = 32_767;
/** As many as keep two numbers and words apart on a screen; texts are wrapped. */
const WIDEST = 60;

/**
 * A table as a workbook of one sheet: a bold head that stays in sight, texts wrapped. Every text is a cell of the type text,
 * so none can be a formula. Equal tables give equal bytes.
 *
 * @param at the time inside the archive
 */
export function xlsx(
  name: string,
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string | number>>[],
  at: Date,
): Promise<Buffer> {
  const widths = columns.map((column) =>
    Math.min(
      WIDEST,
      Math.max(12, column.length, ...rows.slice(0, 100).map((row) => String(row[column] ?? '').length / 2)),
    ),
  );
  const sheet = el(
    'worksheet',
    { xmlns: MAIN },
    el(
      'sheetViews',
      {},
      el(
        'sheetView',
        { workbookViewId: 0, tabSelected: 1 },
        el('pane', { ySplit: 1, topLeftCell: 'A2', activePane: 'bottomLeft', state: 'frozen' }),
      ),
    ),
    el(
      'cols',
      {},
      widths.map((width, index) =>
        el('col', { min: index + 1, max: index + 1, width: Math.round(width), customWidth: 1 }),
      ),
    ),
    el(
      'sheetData',
      {},
      el(
        'row',
        { r: 1 },
        columns.map((column, index) => cell(column, index, 1, 1)),
      ),
      rows.map((row, line) =>
        el(
          'row',
          { r: line + 2 },
          columns.map((column, index) => cell(row[column] ?? '', index, line + 2, 2)),
        ),
      ),
    ),
  );
  const files: [string, Markup][] = [
    [
      '[Content_Types].xml',
      el(
        'Types',
        { xmlns: `${PACKAGE}/content-types` },
        el('Default', {
          Extension: 'rels',
          ContentType: 'application/vnd.openxmlformats-package.relationships+xml',
        }),
        el('Default', { Extension: 'xml', ContentType: 'application/xml' }),
        el('Override', { PartName: '/xl/workbook.xml', ContentType: `${TYPE}.sheet.main+xml` }),
        el('Override', { PartName: '/xl/worksheets/sheet1.xml', ContentType: `${TYPE}.worksheet+xml` }),
        el('Override', { PartName: '/xl/styles.xml', ContentType: `${TYPE}.styles+xml` }),
      ),
    ],
    ['_rels/.rels', relations([[`${OFFICE}/officeDocument`, 'xl/workbook.xml']])],
    [
      'xl/workbook.xml',
      el(
        'workbook',
        { xmlns: MAIN, 'xmlns:r': OFFICE },
        el('sheets', {}, el('sheet', { name, sheetId: 1, 'r:id': 'rId1' })),
      ),
    ],
    [
      'xl/_rels/workbook.xml.rels',
      relations([
        [`${OFFICE}/worksheet`, 'worksheets/sheet1.xml'],
        [`${OFFICE}/styles`, 'styles.xml'],
      ]),
    ],
    ['xl/styles.xml', STYLES],
    ['xl/worksheets/sheet1.xml', sheet],
  ];
  return zipped(
    files.map(([path, root]) => ({ name: path, data: Buffer.from(xmlDocument(root)) })),
    at,
  );
}

function cell(value: string | number, column: number, row: number, style: number): Markup {
  const r = `${letters(column)}${row}`;
  if (typeof value === 'number') return el('c', { r, s: style }, el('v', {}, value));
  return el(
    'c',
    { r, s: style, t: 'inlineStr' },
    // "_x0041_" would be read as a character by its number.
    el(
      'is',
      {},
      el(
        't',
        { 'xml:space': 'preserve' },
        value.slice(0, LONGEST).replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_'),
      ),
    ),
  );
}

const letters = (column: number): string =>
  (column < 26 ? '' : String.fromCodePoint(64 + Math.floor(column / 26))) +
  String.fromCodePoint(65 + (column % 26));

const relations = (list: readonly [string, string][]): Markup =>
  el(
    'Relationships',
    { xmlns: `${PACKAGE}/relationships` },
    list.map(([Type, Target], index) => el('Relationship', { Id: `rId${index + 1}`, Type, Target })),
  );

const FONT = '<sz val="11"/><name val="Calibri"/>';
const STYLES = raw(
  `<styleSheet xmlns="${MAIN}"><fonts count="2"><font>${FONT}</font><font><b/>${FONT}</font></fonts>` +
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>' +
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>' +
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
);

import { fontCodePoints, inRanges } from './cmap.js';

/** A font file of one cmap table with the given subtables: [platform, encoding, bytes]. */
function font(tables: [number, number, Buffer][], tag = 'cmap'): Buffer {
  const head = Buffer.alloc(28);
  head.writeUInt16BE(1, 4);
  head.write(tag, 12, 'latin1');
  head.writeUInt32BE(28, 20);
  const records = Buffer.alloc(4 + tables.length * 8);
  records.writeUInt16BE(tables.length, 2);
  let offset = records.length;
  for (const [index, [platform, encoding, bytes]] of tables.entries()) {
    records.writeUInt16BE(platform, 4 + index * 8);
    records.writeUInt16BE(encoding, 6 + index * 8);
    records.writeUInt32BE(offset, 8 + index * 8);
    offset += bytes.length;
  }
  return Buffer.concat([head, records, ...tables.map(([, , bytes]) => bytes)]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16BE(value, index * 2));
  return bytes;
}

// Segments A-C by delta; a-c by the glyph array, where b has no glyph; the obligatory last one.
const format4 = words(
  4,
  0,
  0,
  6,
  0,
  0,
  0,
  67,
  99,
  0xffff,
  0,
  65,
  97,
  0xffff,
  65_536 - 64,
  5,
  1,
  0,
  4,
  0,
  7,
  0,
  8,
);
const format12 = words(12, 0, 0, 0, 0, 0, 0, 2, 0, 65, 0, 66, 0, 0, 1, 0xf600, 1, 0xf601, 0, 9);

describe('fontCodePoints', () => {
  it('reads format 4: deltas and glyph arrays', () => {
    expect([...fontCodePoints(font([[3, 1, format4]]))]).toEqual([65, 66, 67, 97, 99]);
  });

  it('reads format 12, leaving out the missing glyph', () => {
    expect([...fontCodePoints(font([[3, 10, format12]]))]).toEqual([66, 0x1f600, 0x1f601]);
  });

  it('prefers format 12, and passes by other formats and encodings', () => {
    const other = words(6, 0, 0, 0, 0);
    const mixed = font([
      [0, 4, format12],
      [3, 1, format4],
      [1, 0, format4],
      [0, 3, other],
    ]);
    expect(fontCodePoints(mixed).has(0x1f600)).toBe(true);
    expect(
      fontCodePoints(
        font([
          [3, 1, format4],
          [3, 10, format12],
        ]),
      ).has(0x1f600),
    ).toBe(true);
  });

  it('refuses a font without a table that it can read', () => {
    expect(() => fontCodePoints(font([[1, 0, format4]]))).toThrow('no Unicode cmap');
    expect(() => fontCodePoints(font([], 'glyf'))).toThrow('no cmap table');
  });
});

describe('inRanges', () => {
  it('includes both ends', () => {
    expect(
      [1, 2, 3, 4, 5].filter((code) =>
        inRanges(
          [
            [2, 3],
            [5, 5],
          ],
          code,
        ),
      ),
    ).toEqual([2, 3, 5]);
  });
});

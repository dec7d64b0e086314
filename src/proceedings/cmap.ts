/** A set of Unicode code points as sorted, inclusive [first, last] pairs. */
export type CodePointRanges = readonly (readonly [number, number])[];

/**
 * The code points for which an OpenType font (TrueType or CFF outlines, not a collection) has a glyph, read from its
 * `cmap` table: the best Unicode subtable of format 12 or 4.
 * Source: OpenType specification, "cmap - Character To Glyph Index Mapping Table".
 *
 * @throws Error when the file has no such subtable.
 */
export function fontCodePoints(font: Buffer): Set<number> {
  const table = subtable(font);
  return table.readUInt16BE(0) === 12 ? format12(table) : format4(table);
}

/** Whether sorted ranges hold a code point. */
export function inRanges(ranges: CodePointRanges, codePoint: number): boolean {
  return ranges.some(([first, last]) => codePoint >= first && codePoint <= last);
}

function subtable(font: Buffer): Buffer {
  const cmap = tableOffset(font, 'cmap');
  let best: { rank: number; offset: number } | undefined;
  for (let i = 0; i < font.readUInt16BE(cmap + 2); i += 1) {
    const record = cmap + 4 + i * 8;
    const platform = font.readUInt16BE(record);
    const encoding = font.readUInt16BE(record + 2);
    const offset = cmap + font.readUInt32BE(record + 4);
    const unicode = platform === 0 || (platform === 3 && (encoding === 1 || encoding === 10));
    const rank = [4, 12].indexOf(font.readUInt16BE(offset));
    if (unicode && rank >= 0 && rank >= (best?.rank ?? 0)) best = { rank, offset };
  }
  if (!best) throw new Error('The font has no Unicode cmap of format 4 or 12');
  return font.subarray(best.offset);
}

function tableOffset(font: Buffer, tag: string): number {
  for (let i = 0; i < font.readUInt16BE(4); i += 1) {
    const record = 12 + i * 16;
    if (font.toString('latin1', record, record + 4) === tag) return font.readUInt32BE(record + 8);
  }
  throw new Error(`The font has no ${tag} table`);
}

function format12(table: Buffer): Set<number> {
  const found = new Set<number>();
  for (let i = 0; i < table.readUInt32BE(12); i += 1) {
    const group = 16 + i * 12;
    const first = table.readUInt32BE(group);
    const last = table.readUInt32BE(group + 4);
    const glyph = table.readUInt32BE(group + 8);
    for (let code = first; code <= last; code += 1) if (glyph + code - first !== 0) found.add(code);
  }
  return found;
}

function format4(table: Buffer): Set<number> {
  const found = new Set<number>();
  const doubled = table.readUInt16BE(6);
  const [ends, starts, deltas, offsets] = [14, 16 + doubled, 16 + 2 * doubled, 16 + 3 * doubled] as const;
  for (let i = 0; i < doubled; i += 2) {
    const start = table.readUInt16BE(starts + i);
    const delta = table.readUInt16BE(deltas + i);
    const offset = table.readUInt16BE(offsets + i);
    for (let code = start; code <= table.readUInt16BE(ends + i) && code < 0xffff; code += 1) {
      const raw = offset === 0 ? code : table.readUInt16BE(offsets + i + offset + 2 * (code - start));
      if (raw !== 0 && ((raw + delta) & 0xffff) !== 0) found.add(code);
    }
  }
  return found;
}

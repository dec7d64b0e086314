/** A file of a tar archive. */
export interface TarEntry {
  name: string;
  bytes: Buffer;
}

const BLOCK = 512;
/** Two empty blocks. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/**
 * One file as it stands in a tar archive (POSIX ustar), readable for its owner only.
 * @param at seconds since 1970
 * @throws Error for a name that is longer than 100 bytes
 */
export function tarEntry({ name, bytes }: TarEntry, at: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`the name ${name} is too long for an archive`);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, from: number, length: number): void =>
    void header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, from, 'latin1');
  header.write(name, 0, 'utf8');
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes.length, 124, 12);
  octal(at, 136, 12);
  header.write('        0', 148, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

/** The sum over a header, whose own eight bytes count as spaces. */
function sumOf(header: Buffer): number {
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  return sum;
}

/**
 * The files of a tar archive, one after the other.
 * @throws Error where it is none, is broken, or ends too early
 */
export async function* tarEntries(stream: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  let rest: Buffer = Buffer.alloc(0);
  const source = stream[Symbol.asyncIterator]();
  const take = async (length: number): Promise<Buffer> => {
    const parts = [rest];
    let there = rest.length;
    while (there < length) {
      const next = await source.next();
      if (next.done === true) throw new Error('it ends too early');
      parts.push(next.value);
      there += next.value.length;
    }
    const all = parts.length === 1 ? rest : Buffer.concat(parts);
    rest = all.subarray(length);
    return all.subarray(0, length);
  };
  for (;;) {
    const header = await take(BLOCK);
    if (header.every((byte) => byte === 0)) return;
    if (Number.parseInt(header.toString('latin1', 148, 154), 8) !== sumOf(header))
      throw new Error('it is broken, or no archive');
    const size = Number.parseInt(header.toString('latin1', 124, 135), 8);
    const name = header.toString('utf8', 0, header.indexOf(0));
    const bytes = await take(size);
    await take((BLOCK - (size % BLOCK)) % BLOCK);
    yield { name, bytes };
  }
}

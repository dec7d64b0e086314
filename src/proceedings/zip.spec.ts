import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { type ArchiveManifest, zipFiles } from './zip.js';

const at = new Date('2027-03-01T09:30:00Z');
const files = [
  { name: 'book.pdf', data: Buffer.from('%PDF') },
  { name: 'data/ə.csv', data: Buffer.alloc(0) },
];

/** Every entry by its name, read from the archive's central directory. */
function read(zip: Buffer): Map<string, { text: string; time: string }> {
  const found = new Map<string, { text: string; time: string }>();
  let entry = zip.readUInt32LE(zip.length - 6);
  while (zip.readUInt32LE(entry) === 0x02014b50) {
    const [nameLength, extraLength] = [zip.readUInt16LE(entry + 28), zip.readUInt16LE(entry + 30)];
    const name = zip.toString('utf8', entry + 46, entry + 46 + nameLength);
    const local = zip.readUInt32LE(entry + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(start, start + zip.readUInt32LE(entry + 20));
    const text = (zip.readUInt16LE(entry + 10) === 8 ? inflateRawSync(bytes) : bytes).toString();
    found.set(name, { text, time: `${zip.readUInt16LE(entry + 14)}/${zip.readUInt16LE(entry + 12)}` });
    entry += 46 + nameLength + extraLength + zip.readUInt16LE(entry + 32);
  }
  return found;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('zipFiles', () => {
  it('lists every file with size and hash, and the snapshot', async () => {
    const found = read(await zipFiles(files, at, 'abc'));
    expect([...found.keys()]).toEqual(['manifest.json', 'SHA256SUMS', 'book.pdf', 'data/ə.csv']);
    const manifest: ArchiveManifest = JSON.parse(found.get('manifest.json')!.text);
    expect(manifest).toEqual({
      snapshot: 'abc',
      files: [
        { name: 'book.pdf', size: 4, sha256: hash('%PDF') },
        { name: 'data/ə.csv', size: 0, sha256: hash('') },
      ],
    });
    expect(found.get('SHA256SUMS')!.text.split('\n')).toEqual([
      `${hash(found.get('manifest.json')!.text)}  manifest.json`,
      `${hash('%PDF')}  book.pdf`,
      `${hash('')}  data/ə.csv`,
      '',
    ]);
  });

  it('is the same to the byte, with the given time in UTC', async () => {
    const zip = await zipFiles(files, at, 'abc');
    expect((await zipFiles(files, at, 'abc')).equals(zip)).toBe(true);
    // Date 2027-03-01 and time 09:30:00 as the format packs them.
    const packed = `${((2027 - 1980) << 9) | (3 << 5) | 1}/${(9 << 11) | (30 << 5)}`;
    for (const { time } of read(zip).values()) expect(time).toBe(packed);
  });

  it.each([
    [['a', 'a'], 'Two files of the archive are named a'],
    [['manifest.json'], 'Two files of the archive are named manifest.json'],
    [['../a'], 'invalid relative path'],
    [['/a'], 'absolute path'],
  ])('refuses the names %j', async (names, message) => {
    const wrong = names.map((name) => ({ name, data: Buffer.from('x') }));
    await expect(zipFiles(wrong, at, 'abc')).rejects.toThrow(message);
  });
});

import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { inflateRawSync } from 'node:zlib';
import { archive, type ArchiveManifest, type LazyFile, zipped } from './zip.js';

const at = new Date('2027-03-01T09:30:00Z');
const files: LazyFile[] = [
  { name: 'book.pdf', data: () => Buffer.from('%PDF'), stored: true },
  { name: 'data/ə.csv', data: async () => Buffer.alloc(0) },
];

/** Every entry by its name, read from the archive's central directory. */
function read(zip: Buffer): Map<string, { text: string; bytes: Buffer; time: string }> {
  const found = new Map<string, { text: string; bytes: Buffer; time: string }>();
  let entry = zip.readUInt32LE(zip.length - 6);
  while (zip.readUInt32LE(entry) === 0x02014b50) {
    const [nameLength, extraLength] = [zip.readUInt16LE(entry + 28), zip.readUInt16LE(entry + 30)];
    const name = zip.toString('utf8', entry + 46, entry + 46 + nameLength);
    const local = zip.readUInt32LE(entry + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(start, start + zip.readUInt32LE(entry + 20));
    const plain = zip.readUInt16LE(entry + 10) === 8 ? inflateRawSync(bytes) : bytes;
    found.set(name, {
      text: plain.toString(),
      bytes: plain,
      time: `${zip.readUInt16LE(entry + 14)}/${zip.readUInt16LE(entry + 12)}`,
    });
    entry += 46 + nameLength + extraLength + zip.readUInt16LE(entry + 32);
  }
  return found;
}

const entryBytes = (zip: Buffer, name: string): Buffer => read(zip).get(name)!.bytes;

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const packedTimes = (zip: Buffer): Set<string> => new Set(Array.from(read(zip).values(), ({ time }) => time));
// Date 2027-03-01 and time 09:30:00 as the format packs them.
const PACKED = `${((2027 - 1980) << 9) | (3 << 5) | 1}/${(9 << 11) | (30 << 5)}`;

describe('archive', () => {
  it('lists every file with size and hash, and the snapshot', async () => {
    const found = read(await buffer(archive(files, at, 'abc')));
    expect([...found.keys()]).toEqual(['book.pdf', 'data/ə.csv', 'manifest.json', 'SHA256SUMS']);
    const manifest: ArchiveManifest = JSON.parse(found.get('manifest.json')!.text);
    expect(manifest).toEqual({
      snapshot: 'abc',
      files: [
        { name: 'book.pdf', size: 4, sha256: hash('%PDF') },
        { name: 'data/ə.csv', size: 0, sha256: hash('') },
      ],
    });
    expect(found.get('SHA256SUMS')!.text.split('\n')).toEqual([
      '# concord proceedings sums 1',
      '# snapshot abc',
      `${hash('%PDF')}  book.pdf`,
      `${hash('')}  data/ə.csv`,
      `${hash(found.get('manifest.json')!.text)}  manifest.json`,
      '',
    ]);
  });

  it('is signed where there is a key', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const signer = { keyId: 'k1', sign: (text: string) => sign(null, Buffer.from(text), privateKey) };
    const zip = await buffer(archive(files, at, 'abc', signer));
    const found = read(zip);
    const sums = found.get('SHA256SUMS')!.text;
    expect(sums).toContain('# key k1\n');
    const signature = entryBytes(zip, 'SHA256SUMS.sig');
    expect(verify(null, Buffer.from(sums), createPublicKey(privateKey), signature)).toBe(true);
    expect(verify(null, Buffer.from(`${sums} `), createPublicKey(privateKey), signature)).toBe(false);
  });

  it('is the same to the byte, with the given time in UTC', async () => {
    const zip = await buffer(archive(files, at, 'abc'));
    expect((await buffer(archive(files, at, 'abc'))).equals(zip)).toBe(true);
    expect(packedTimes(zip)).toEqual(new Set([PACKED]));
  });

  it('makes each file when its turn has come, and fails with it', async () => {
    const made: string[] = [];
    const lazy = (name: string) => ({ name, data: () => (made.push(name), Buffer.from(name)) });
    const stream = archive([lazy('a'), lazy('b')], at, 'abc');
    expect(made).not.toContain('b');
    await buffer(stream);
    expect(made).toEqual(['a', 'b']);
    const broken = {
      name: 'c',
      data: () => {
        throw new Error('no c');
      },
    };
    await expect(buffer(archive([broken], at, 'abc'))).rejects.toThrow('no c');
  });

  it.each([
    [['a', 'a'], 'Two files of the archive are named a'],
    [['manifest.json'], 'Two files of the archive are named manifest.json'],
    [['../a'], 'invalid relative path'],
    [['/a'], 'absolute path'],
  ])('refuses the names %j', (names, message) => {
    const wrong = names.map((name) => ({ name, data: () => Buffer.from('x') }));
    expect(() => archive(wrong, at, 'abc')).toThrow(message);
  });
});

describe('zipped', () => {
  it('keeps the order, packs nothing that shall be stored, and is the same to the byte', async () => {
    const list = [
      { name: 'mimetype', data: Buffer.from('application/epub+zip') },
      { name: 'b.txt', data: Buffer.from('b'.repeat(100)) },
    ];
    const zip = await zipped(list, at, ['mimetype']);
    expect([...read(zip).keys()]).toEqual(['mimetype', 'b.txt']);
    expect(zip.toString('latin1', 30, 58)).toBe('mimetypeapplication/epub+zip');
    expect((await zipped(list, at, ['mimetype'])).equals(zip)).toBe(true);
    expect(packedTimes(zip)).toEqual(new Set([PACKED]));
  });
});

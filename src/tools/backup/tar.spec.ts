import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TAR_END, tarEntries, tarEntry, type TarEntry } from './tar.js';

const FILES: TarEntry[] = [
  { name: 'tables/person.0001', bytes: Buffer.from('one\n') },
  { name: 'files/empty', bytes: Buffer.alloc(0) },
  { name: 'files/ab/long', bytes: Buffer.alloc(1500, 'x') },
  { name: 'whole', bytes: Buffer.alloc(512, 'y') },
];
const archive = Buffer.concat([...FILES.map((file) => tarEntry(file, 1_795_000_000)), TAR_END]);

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function read(bytes: Buffer, size = 700): Promise<TarEntry[]> {
  const found: TarEntry[] = [];
  for await (const entry of tarEntries(pieces(bytes, size))) found.push(entry);
  return found;
}

describe('archives', () => {
  it.each([1, 512, 700, 100_000])('are read as they were written, in pieces of %i bytes', async (size) => {
    expect(await read(archive, size)).toEqual(FILES);
  });

  it('are read by tar', () => {
    const folder = mkdtempSync(join(tmpdir(), 'concord-tar-'));
    try {
      writeFileSync(join(folder, 'a.tar'), archive);
      expect(spawnSync('tar', ['-xf', 'a.tar'], { cwd: folder }).status).toBe(0);
      for (const { name, bytes } of FILES) expect(readFileSync(join(folder, name)).equals(bytes)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are refused where they end too early or are broken', async () => {
    await expect(read(archive.subarray(0, archive.length - 1024))).rejects.toThrow('ends too early');
    await expect(read(archive.subarray(0, 1000))).rejects.toThrow('ends too early');
    const changed = Buffer.from(archive);
    changed[3] = 0x41;
    await expect(read(changed)).rejects.toThrow('broken, or no archive');
  });

  it('have no long names', () => {
    expect(() => tarEntry({ name: 'x'.repeat(101), bytes: Buffer.alloc(0) }, 0)).toThrow('too long');
  });
});

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newId } from './ids.js';
import { Refusal } from './refusal.js';

/** Files by the SHA-256 of their bytes: nothing is overwritten, equal files are kept once. */
export class Storage {
  constructor(private readonly folder: string) {}

  private path(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('not a content address');
    return join(this.folder, sha256.slice(0, 2), sha256);
  }

  /** Stores bytes whole or not at all. @returns their SHA-256 in hex. @throws Refusal 507 where the disk is full */
  async put(bytes: Buffer): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const path = this.path(sha256);
    if (await stat(path).catch(() => undefined)) return sha256;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${newId()}`;
    try {
      await writeFile(temporary, bytes, { mode: 0o600, flush: true });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw fullOr(error);
    }
    return sha256;
  }

  /** As {@link put} for bytes that need not be in memory at once. @throws Refusal 507; what the stream fails with */
  async putStream(stream: Readable): Promise<{ sha256: string; size: number }> {
    const hash = createHash('sha256');
    let size = 0;
    const temporary = join(this.folder, `new-${newId()}`);
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await pipeline(
        stream,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            size += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(temporary, { mode: 0o600, flush: true }),
      );
      const sha256 = hash.digest('hex');
      const path = this.path(sha256);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(temporary, path);
      return { sha256, size };
    } catch (error) {
      await rm(temporary, { force: true });
      throw fullOr(error);
    }
  }

  /** Removes a file that nothing leads to any more; one that is not there is gone already. */
  async remove(sha256: string): Promise<void> {
    await rm(this.path(sha256), { force: true });
  }

  read(sha256: string): Promise<Buffer> {
    return readFile(this.path(sha256));
  }

  stream(sha256: string): Readable {
    return createReadStream(this.path(sha256));
  }
}

function fullOr(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? new Refusal('full', 'storage.full') : error;
}

import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, type Gzip } from 'node:zlib';
import { sha256 } from '../../platform/text.js';
import { ToolFailure } from '../failure.js';
import { TAR_END, tarEntries, tarEntry, type TarEntry } from './tar.js';

/** What an archive says of itself, as its last file. */
export interface Manifest {
  format: 1;
  /** Instant, by the database. */
  at: string;
  /** Migrations of the schema, in their order. */
  migrations: string[];
  /** Tables with the columns that are in their parts. */
  tables: { name: string; columns: string[] }[];
  sequences: { name: string; value: string }[];
  /** Fingerprints of the keys that it needs and does not hold; null where the database knew none yet. */
  keys: { signing: string | null; master: string | null };
  /** The newest head of the record that is in it. */
  head: { epoch: number; size: number; root: string } | null;
  /** SHA-256 of every other file. */
  hashes: Record<string, string>;
}

const MANIFEST = 'manifest.json';

/** Writes an archive (a gzipped tar) that appears whole or not at all. */
export class ArchiveWriter {
  private readonly hashes: Record<string, string> = {};
  private readonly whole: Hash = createHash('sha256');
  private readonly gzip: Gzip = createGzip({ level: 6 });
  private readonly written: Promise<void>;
  bytes = 0;

  private constructor(
    private readonly file: string,
    private readonly draft: string,
    target: WriteStream,
    private readonly seconds: number,
  ) {
    this.written = pipeline(
      this.gzip,
      async function* (this: ArchiveWriter, packed: AsyncIterable<Buffer>) {
        for await (const part of packed) {
          this.whole.update(part);
          this.bytes += part.length;
          yield part;
        }
      }.bind(this),
      target,
    );
    this.written.catch(() => undefined);
  }

  /** @throws ToolFailure where the file is there already or cannot be written */
  static async open(file: string, at: Date): Promise<ArchiveWriter> {
    const draft = `${file}.part`;
    const target = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true });
    try {
      await once(target, 'open');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new ToolFailure(
        code === 'EEXIST'
          ? `${draft} is there: another backup is being written, or one was interrupted; remove it then.`
          : `${draft} cannot be written (${code}).`,
      );
    }
    return new ArchiveWriter(file, draft, target, Math.floor(at.getTime() / 1000));
  }

  async add(name: string, bytes: Buffer): Promise<void> {
    this.hashes[name] = sha256(bytes);
    await this.write(tarEntry({ name, bytes }, this.seconds));
  }

  private async write(bytes: Buffer): Promise<void> {
    if (!this.gzip.write(bytes)) await Promise.race([once(this.gzip, 'drain'), this.written]);
  }

  /** @returns SHA-256 of the archive @throws ToolFailure where the disk is full */
  async finish(manifest: Omit<Manifest, 'hashes' | 'format'>): Promise<string> {
    const text = JSON.stringify({ format: 1, ...manifest, hashes: this.hashes } satisfies Manifest, null, 1);
    try {
      await this.write(tarEntry({ name: MANIFEST, bytes: Buffer.from(`${text}\n`) }, this.seconds));
      await this.write(TAR_END);
      this.gzip.end();
      await this.written;
    } catch (error) {
      throw new ToolFailure(`${this.draft} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
    }
    await rename(this.draft, this.file);
    return this.whole.digest('hex');
  }

  /** Leaves nothing behind. */
  async abort(): Promise<void> {
    this.gzip.destroy();
    await this.written.catch(() => undefined);
    await rm(this.draft, { force: true });
  }
}

/** The files of an archive, the manifest left out. @throws ToolFailure where it cannot be read */
export async function* archiveFiles(file: string): AsyncGenerator<TarEntry> {
  try {
    for await (const entry of tarEntries(unpacked(file))) if (entry.name !== MANIFEST) yield entry;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The tar within; a file that cannot be read, or is no gzip, fails whoever reads it. */
function unpacked(file: string): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  pipeline(createReadStream(file), gunzip).catch(() => undefined);
  return gunzip;
}

const unreadable = (file: string, error: unknown): Error =>
  error instanceof ToolFailure
    ? error
    : new ToolFailure(`${file} is no whole archive of Concord: ${(error as Error).message}.`);

/**
 * Reads a whole archive and checks every file against its hash, before anything is done with it.
 * @throws ToolFailure where something is missing, changed or too much
 */
export async function checkArchive(file: string): Promise<{ manifest: Manifest; sha256: string }> {
  const whole = createHash('sha256');
  const found = new Map<string, string>();
  let manifest: Manifest | undefined;
  try {
    for await (const part of createReadStream(file)) whole.update(part as Buffer);
    for await (const { name, bytes } of tarEntries(unpacked(file)))
      if (name === MANIFEST) manifest = JSON.parse(bytes.toString('utf8')) as Manifest;
      else found.set(name, sha256(bytes));
  } catch (error) {
    throw unreadable(file, error);
  }
  if (manifest?.format !== 1)
    throw new ToolFailure(`${file} is no archive that this version of Concord knows.`);
  const names = new Set([...found.keys(), ...Object.keys(manifest.hashes)]);
  for (const name of names)
    if (found.get(name) !== manifest.hashes[name])
      throw new ToolFailure(`${file} is not as it was written: ${name} is another or missing.`);
  return { manifest, sha256: whole.digest('hex') };
}

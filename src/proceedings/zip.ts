import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A file of an archive: its name (relative, with forward slashes) and its bytes. */
export type ArchiveFile = { name: string; data: Buffer };

/** A file whose bytes are made when its turn has come. @property stored what is packed already is not packed again */
export type LazyFile = { name: string; data: () => Buffer | Promise<Buffer>; stored?: boolean };

/** What `manifest.json` in the archive says: every other file with its size in bytes and its SHA-256 in hex. */
export type ArchiveManifest = {
  snapshot: string;
  files: { name: string; size: number; sha256: string }[];
};

/** What signs the sums of an archive: see `SHA256SUMS` below. */
export interface SumSigner {
  keyId: string;
  /** Ed25519, 64 bytes. */
  sign: (text: string) => Buffer;
}

/** A bare ZIP archive in the given order. Equal input gives equal bytes, in any time zone. @param stored names not to be packed */
export function zipped(
  files: readonly ArchiveFile[],
  at: Date,
  stored: readonly string[] = [],
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { name, data } of files)
    zip.addBuffer(data, name, { ...entryAt(at), compress: !stored.includes(name) });
  zip.end();
  return buffer(zip.outputStream);
}

/**
 * A ZIP archive as a stream: the given files one after the other, each made when its turn has come, then `manifest.json` (see
 * `ArchiveManifest`), `SHA256SUMS` (for `sha256sum --check`, the manifest included) and, where there is a key, its signature
 * `SHA256SUMS.sig` (for `openssl pkeyutl -verify -rawin`). Equal input gives equal bytes, in any time zone. An error in a file
 * ends the stream with it.
 *
 * @param at the modification time of every entry; to two seconds, in UTC, from 1980
 * @param snapshot the hash of the snapshot that the files were made from
 * @throws Error when a name is given twice or taken by the archive's own files, or is absolute or climbs out
 */
export function archive(
  files: readonly LazyFile[],
  at: Date,
  snapshot: string,
  signer: SumSigner | null = null,
): Readable {
  const names = [...files.map(({ name }) => name), 'manifest.json', 'SHA256SUMS', 'SHA256SUMS.sig'];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Two files of the archive are named ${twice}`);

  const zip = new ZipFile();
  const out = new PassThrough();
  const listed: ArchiveManifest['files'] = [];
  const make = async ({ name, data }: LazyFile): Promise<Readable> => {
    const bytes = await data();
    listed.push({ name, size: bytes.length, sha256: sha256(bytes) });
    return Readable.from([bytes]);
  };
  const add = (file: LazyFile): void =>
    zip.addReadStreamLazy(file.name, { ...entryAt(at), compress: !file.stored }, (give) => {
      make(file).then(
        (stream) => give(null, stream),
        (error: Error) => out.destroy(error),
      );
    });

  for (const file of files) add(file);
  let sums = '';
  add({
    name: 'manifest.json',
    data: () => {
      const contents: ArchiveManifest = { snapshot, files: [...listed] };
      return Buffer.from(`${JSON.stringify(contents, null, 2)}\n`);
    },
  });
  add({
    name: 'SHA256SUMS',
    data: () => {
      // Comments to whoever checks the sums; the first says what is signed, so that it is taken for nothing else.
      const head = [
        'concord proceedings sums 1',
        `snapshot ${snapshot}`,
        ...(signer ? [`key ${signer.keyId}`] : []),
      ];
      sums = [
        ...head.map((line) => `# ${line}\n`),
        ...listed.map((file) => `${file.sha256}  ${file.name}\n`),
      ].join('');
      return Buffer.from(sums);
    },
  });
  if (signer) add({ name: 'SHA256SUMS.sig', data: () => signer.sign(sums) });
  zip.end();
  zip.on('error', (error: Error) => out.destroy(error));
  zip.outputStream.pipe(out);
  return out;
}

// The format's own time has no zone, and yazl writes the local one: hand it the local time that reads like UTC.
function entryAt(at: Date): { mtime: Date; mode: number; forceDosTimestamp: boolean } {
  const mtime = new Date(at.getTime() + at.getTimezoneOffset() * 60_000);
  return { mtime, mode: 0o100644, forceDosTimestamp: true };
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

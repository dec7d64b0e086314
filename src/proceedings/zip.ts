import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A file of an archive: its name (relative, with forward slashes) and its bytes. */
export type ArchiveFile = { name: string; data: Buffer };

/** What `manifest.json` in the archive says: every other file with its size in bytes and its SHA-256 in hex. */
export type ArchiveManifest = {
  snapshot: string;
  files: { name: string; size: number; sha256: string }[];
};

/**
 * A ZIP archive of the given files, preceded by `manifest.json` (see `ArchiveManifest`) and `SHA256SUMS` (for
 * `sha256sum --check`, the manifest included). Equal input gives equal bytes, in any time zone.
 *
 * @param at the modification time of every entry; to two seconds, in UTC, from 1980
 * @param snapshot the hash of the snapshot that the files were made from
 * @throws Error when a name is given twice or taken by the archive's own files, or is absolute or climbs out
 */
export async function zipFiles(files: readonly ArchiveFile[], at: Date, snapshot: string): Promise<Buffer> {
  const names = [...files.map(({ name }) => name), 'manifest.json', 'SHA256SUMS'];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Two files of the archive are named ${twice}`);

  const listed = files.map(({ name, data }) => ({ name, size: data.length, sha256: sha256(data) }));
  const contents: ArchiveManifest = { snapshot, files: listed };
  const manifest = Buffer.from(`${JSON.stringify(contents, null, 2)}\n`);
  const sums = [{ name: 'manifest.json', sha256: sha256(manifest) }, ...listed];
  const sumFile = Buffer.from(sums.map((file) => `${file.sha256}  ${file.name}\n`).join(''));

  const zip = new ZipFile();
  // The format's own time has no zone, and yazl writes the local one: hand it the local time that reads like UTC.
  const mtime = new Date(at.getTime() + at.getTimezoneOffset() * 60_000);
  for (const { name, data } of [
    { name: 'manifest.json', data: manifest },
    { name: 'SHA256SUMS', data: sumFile },
    ...files,
  ]) {
    zip.addBuffer(data, name, { mtime, mode: 0o100644, forceDosTimestamp: true });
  }
  zip.end();
  return buffer(zip.outputStream);
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

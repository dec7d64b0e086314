import { spawnSync } from 'node:child_process';
import { inflateSync } from 'node:zlib';
import { unzip } from '../../src/tools/unzip.js';

/**
 * What a file holds as text, also what it holds packed: the streams of a PDF (and what a JPEG in one says), its texts in UTF-16,
 * what poppler reads from its pages where that is installed, and the files of a ZIP archive, likewise.
 */
export function inside(file: Buffer): string {
  const plain = file.toString('latin1');
  if (plain.startsWith('PK'))
    return [plain, ...[...unzip(file)].map(([name, one]) => `${name} ${inside(one)}`)].join('\n');
  if (!plain.startsWith('%PDF-')) return file.toString('utf8');
  const streams: string[] = [];
  for (let at = file.indexOf('stream'); at >= 0; at = file.indexOf('stream', at + 6)) {
    if (file.toString('latin1', at - 3, at) === 'end') continue;
    const from = at + (file[at + 6] === 13 ? 8 : 7);
    const end = file.indexOf('endstream', from);
    try {
      // A stream that is not packed so stands in the file as it is.
      streams.push(
        inflateSync(file.subarray(from, end < 0 ? undefined : end), { finishFlush: 2 }).toString('latin1'),
      );
    } catch {
      continue;
    }
  }
  const hex = [...[plain, ...streams].join('\n').matchAll(/<([0-9A-Fa-f\s]{4,})>/g)].map(([, digits]) =>
    Buffer.from(digits!.replace(/\s/g, ''), 'hex').toString('latin1'),
  );
  const all = [plain, ...streams, ...hex].join('\n');
  const printed = spawnSync('pdftotext', ['-', '-'], { input: file, encoding: 'utf8' });
  // UTF-16 has a zero beside each Latin letter; a literal text may have its letters in octal.
  const octal = all.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return [all, all.replaceAll('\0', ''), octal.replaceAll('\0', ''), printed.stdout ?? ''].join('\n');
}

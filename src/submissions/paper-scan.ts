import { spawn } from 'node:child_process';

/** What a scanner says of a file; `unknown` where it could not look. */
export type ScanResult = 'clean' | 'infected' | 'unknown';

const MOST_MS = 60_000;
/** Where system programs are: settings are read elsewhere. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Asks the scanner that the installation names, as `clamdscan --no-summary -`: the file comes by standard input, the answer is the
 * code it ends with, 0 for clean and 1 for infected. It gets nothing of the server's environment but PATH, and a minute.
 * @param command its words, separated by spaces; no shell reads them
 */
export function scan(command: string, bytes: Uint8Array): Promise<ScanResult> {
  const [file, ...words] = command.split(/\s+/).filter(Boolean);
  return new Promise((resolve) => {
    const child = spawn(file!, words, {
      env: { PATH },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const late = setTimeout(() => child.kill('SIGKILL'), MOST_MS);
    const end = (code: number | null): void => {
      clearTimeout(late);
      resolve(code === 0 ? 'clean' : code === 1 ? 'infected' : 'unknown');
    };
    child.once('error', () => end(null));
    child.once('close', end);
    // A scanner may end before it has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(bytes);
  });
}

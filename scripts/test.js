/**
 * `npm test [-- JEST ARGUMENTS]`: prepares, runs Jest, ends with Jest's exit code. The last line printed is
 * `N passed, N failed, N skipped`; a test file that could not be run at all counts as one failure.
 * What takes long stays out unless it is named: `npm run test:long`, and what takes very long `npm run test:scale`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, root } from './prepare.js';

await prepare({ say: (line) => process.stderr.write(`${line}\n`) });
const folder = mkdtempSync(join(tmpdir(), 'concord-counts-'));
const counts = join(folder, 'counts.json');

const words = process.argv.slice(2);
const left = ['test/long', 'test/scale'].filter((folder) => !words.some((word) => word.includes(folder)));

const jest = spawn(
  process.execPath,
  [
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    ...words,
    ...['/node_modules/', ...left.map((name) => `/${name}/`)].map(
      (name) => `--testPathIgnorePatterns=${name}`,
    ),
    // Last, because Jest takes every word after --reporters for a reporter.
    ...['--reporters=default', `--reporters=${join(root, 'test', 'support', 'closing-line-reporter.js')}`],
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, CONCORD_TEST_COUNTS: counts } },
);
// Jest takes its servers down by itself; the terminal sends Ctrl-C to both of us, and we outwait it.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => jest.kill(signal));

jest.once('close', (code) => {
  const failed = code !== 0;
  let sum;
  try {
    sum = JSON.parse(readFileSync(counts, 'utf8'));
  } catch {
    // Jest ran no test: a question such as --listTests, or it could not start.
    sum = failed ? { passed: 0, failed: 1, skipped: 0 } : undefined;
  }
  rmSync(folder, { recursive: true, force: true });
  if (sum) {
    // Whatever else made Jest fail (a coverage threshold, the taking down) must not read as a success.
    const failures = failed ? Math.max(1, sum.failed) : sum.failed;
    process.stdout.write(`${sum.passed} passed, ${failures} failed, ${sum.skipped} skipped\n`);
  }
  process.exitCode = code ?? 1;
});

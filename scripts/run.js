/**
 * `node scripts/run.js MODULE [ARGUMENTS]`: prepares without a word, then runs `dist/src/MODULE.js` in this same process,
 * which sees its arguments as if it had been called itself: `run.js cli rehearse --x` is `cli.js rehearse --x`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadSettings, prepare, root } from './prepare.js';

const [name = '', ...rest] = process.argv.slice(2);
await prepare();
const file = join(root, 'dist', 'src', `${name}.js`);
if (!/^[\w-]+(\/[\w-]+)*$/.test(name) || !existsSync(file)) {
  process.stderr.write(
    `There is no module "${name}" to run. Usage: node scripts/run.js MODULE [ARGUMENTS]\n`,
  );
  process.exit(2);
}
loadSettings();
process.argv = [process.argv[0], file, ...rest];
await import(pathToFileURL(file).href);

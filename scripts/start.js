/** `npm start`: prepares a clone, then runs the server in this same process. */
import { loadSettings, prepare } from './prepare.js';

await prepare({ say: (line) => process.stderr.write(`${line}\n`) });
loadSettings();
await import('../dist/src/main.js');

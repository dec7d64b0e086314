import { parentPort } from 'node:worker_threads';
import { readConfig } from './config.js';
import { openDatabase } from './open-database.js';

/**
 * Run as a thread by the web door: starts the embedded PostgreSQL, says whether it did, and brings it to this version's
 * schema while the door reads the rest of the program. What fails here fails again in the door, which tells it.
 */
const opening = openDatabase(readConfig());
const { migrate } = await import('./migrate.js');
const { url, startedHere } = await opening;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin, windows do
parentPort!.postMessage(startedHere);
await migrate(url);

import { parentPort } from 'node:worker_threads';
import { readConfig } from './config.js';
import { openDatabase, type DatabaseState } from './open-database.js';

/** What the thread says: once when the database answers, and again when it has this version's schema. */
export interface DatabaseReport extends DatabaseState {
  migrated: boolean;
}

/**
 * Run as a thread by the web door: starts the embedded PostgreSQL and brings it to this version's schema while the door
 * reads the rest of the program. What fails here fails again in the door, which tells it.
 */
const opening = openDatabase(readConfig());
const { migrate } = await import('./migrate.js');
const { close: _, ...state } = await opening;
report({ ...state, migrated: false });
await migrate(state.url);
report({ ...state, migrated: true });

function report(message: DatabaseReport): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin, windows do
  parentPort!.postMessage(message);
}

import { readConfig } from './config.js';
import { openDatabase } from './open-database.js';

/**
 * Run as a thread by the web door: starts the embedded PostgreSQL and brings it to this version's schema while the
 * door reads the rest of the program. What fails here fails again in the door, which tells it.
 */
const opening = openDatabase(readConfig());
const { migrate } = await import('./migrate.js');
await migrate((await opening).url);

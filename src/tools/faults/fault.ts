import type { Backend, Stand, Web } from './stand.js';

/** Something that goes wrong, and what must come of it. */
export interface Fault {
  /** As in the catalogue: `F4`. */
  id: string;
  what: string;
  backends: readonly Backend[];
  /** How the database stands when it begins. */
  state: 'decided' | 'released';
  /**
   * Does it and says by `stand.check` what did not hold; when it returns, processes run again and the guarantees are looked at.
   * @returns the web process that serves then; one is started where there is none
   */
  run(stand: Stand): Promise<Web | void>;
}

export const BOTH: readonly Backend[] = ['postgres', 'redis'];
export const ON_POSTGRES: readonly Backend[] = ['postgres'];
export const ON_REDIS: readonly Backend[] = ['redis'];

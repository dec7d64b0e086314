import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';

/** Who must know when the authors of something handed in have changed, or have asked somebody to be kept from it. */
export interface AuthorsChanged {
  /** @param persons its authors before and now: what they wrote together with others may count elsewhere too */
  authorsChanged(tx: Tx, actor: Actor, submissionId: string, persons: readonly string[]): Promise<void>;
}

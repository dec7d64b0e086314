import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';
import type { Submission } from './submission.entity.js';
import type { Status } from './submission-states.js';

/** Who must know when the authors of something handed in have changed, or have asked somebody to be kept from it. */
export interface AuthorsChanged {
  /** @param persons its authors before and now: what they wrote together with others may count elsewhere too */
  authorsChanged(tx: Tx, actor: Actor, submissionId: string, persons: readonly string[]): Promise<void>;
}

/** Follows a withdrawal by an author, in the same transaction; `app.ts` connects the listeners in its order. */
export interface Withdrawn {
  /** @param from where it stood before; never a draft, nor what waits for its address to be confirmed */
  withdrawn(tx: Tx, actor: Actor, submission: Submission, from: Status): Promise<void>;
}

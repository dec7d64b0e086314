import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';
import type { Call } from './call.entity.js';
import type { Conference } from './conference.entity.js';

/** Follows the start of a call's reviewing, in the same transaction; `app.ts` connects the listeners in its order. */
export interface ReviewingStarted {
  reviewingStarted(tx: Tx, actor: Actor, conference: Conference, call: Call): Promise<void>;
}

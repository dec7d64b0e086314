import { Injectable } from '@nestjs/common';
import { mayOnConference } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import type { Gate } from '../platform/policy.js';
import { forbidden, notFound, notSignedIn } from '../platform/refusal.js';
import { LetterOfInterest } from './letter-of-interest.entity.js';
import { Letters } from './letters.service.js';

/**
 * Acts on a letter: `read` (its sender, organisers and partner managers), `answer` (organisers and partner managers),
 * `withdraw` (its sender). A letter whose address nobody has confirmed is there for its sender only.
 */
@Injectable()
export class LetterGate implements Gate<LetterOfInterest> {
  constructor(private readonly letters: Letters) {}

  async pass(actor: Actor, act: string, params: Record<string, string>): Promise<LetterOfInterest> {
    if (actor.kind === 'guest') throw notSignedIn();
    const letter = await this.letters.one(params['id'] ?? '');
    const sent = letter.personId === actor.personId;
    const answers = letter.heldUntil === null && mayOnConference(actor, letter.conferenceId, 'partners');
    if (!sent && !answers) throw notFound();
    if (act === 'answer' && !answers) throw forbidden();
    if (act === 'withdraw' && !sent) throw forbidden();
    return letter;
  }
}

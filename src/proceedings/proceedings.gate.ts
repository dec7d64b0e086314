import { Injectable } from '@nestjs/common';
import { mayOnConference } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import type { Gate } from '../platform/policy.js';
import { notFound, notSignedIn } from '../platform/refusal.js';
import { Builds, type BuildSummary } from './builds.service.js';

/** Lets organisers, chairs and proceedings editors of its conference pass to the build that `:id` names. */
@Injectable()
export class BuildGate implements Gate<BuildSummary> {
  constructor(private readonly builds: Builds) {}

  async pass(actor: Actor, _act: string, params: Record<string, string>): Promise<BuildSummary> {
    if (actor.kind === 'guest') throw notSignedIn();
    const build = await this.builds.one(params['id'] ?? '');
    if (!mayOnConference(actor, build.conferenceId, 'proceedings')) throw notFound();
    return build;
  }
}

import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import type { Gate } from '../platform/policy.js';
import { Refusal } from '../platform/refusal.js';
import type { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';

/** A submission, and whether its viewer may see what is decided and not announced. */
export interface DecisionSubject {
  submission: Submission;
  inspects: boolean;
}

/** Lets authors and organisers to a submission's decision; only organisers who are no authors of it see what is pending. */
@Injectable()
export class DecisionGate implements Gate<DecisionSubject> {
  constructor(private readonly submissions: SubmissionGate) {}

  async pass(actor: Actor, act: string, params: Record<string, string>): Promise<DecisionSubject> {
    const submission = await this.submissions.pass(actor, act, params);
    try {
      await this.submissions.pass(actor, 'inspect', params);
    } catch (error) {
      if (error instanceof Refusal) return { submission, inspects: false };
      throw error;
    }
    return { submission, inspects: true };
  }
}

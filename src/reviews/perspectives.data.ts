import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ErasedPerson } from '../people/needles.js';
import type { Holding, PersonalData } from '../people/personal-data.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';
import { Perspectives } from './perspectives.service.js';

/** What reviewers have privately declared: theirs to read, gone with them. */
@Injectable()
export class PerspectivesData implements PersonalData {
  readonly columns = [];

  constructor(private readonly perspectives: Perspectives) {}

  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    return { perspectives: await this.perspectives.exportOf(db, personId) };
  }

  /** Organisers see what an erasure would touch, so that somebody has declared anything is not in it. */
  holdings(): Promise<Holding[]> {
    return Promise.resolve([]);
  }

  async erase(tx: Tx, _actor: Actor, person: ErasedPerson): Promise<void> {
    await this.perspectives.forget(tx, [person.id]);
  }

  /** Sealed with the key of one who is gone, a declaration could not be read; called before the places of reviewers move. */
  async move(tx: Tx, _actor: Actor, fromId: string): Promise<void> {
    await this.perspectives.forget(tx, [fromId]);
  }
}

import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conferences } from '../conferences/conferences.service.js';
import { People } from '../people/people.service.js';
import { personActor, systemActor } from '../platform/actor.js';
import { Work } from '../platform/work.js';
import { peaceInSouthCaucasus } from './call-text.js';

/** Signs in as the one who runs the installation, until real operators are granted the role. */
export const OPERATOR = { email: 'operator@concord.example', name: 'Operator' };

const FACT = 'seeded';

/**
 * Seeds the installation once: the operator, and the real call, empty and open, whose organiser and chair the operator is.
 * @returns whether anything was seeded now.
 */
export async function seed(app: INestApplicationContext): Promise<boolean> {
  const work = app.get(Work);
  const people = app.get(People);
  const fresh = await work.run(async (tx) => {
    const rows: unknown[] = await tx.manager.query(
      `insert into installation_fact (key, value, at) values ($1, '{}', $2) on conflict do nothing returning key`,
      [FACT, tx.now],
    );
    if (rows.length === 0) return undefined;
    const [found] = await people.resolve(tx, [OPERATOR], () => 'email');
    await people.grant(tx, systemActor('seed'), found!.personId, 'operator', null);
    return { operatorId: found!.personId, now: tx.now };
  });
  if (!fresh) return false;
  const actor = personActor(fresh.operatorId, [{ role: 'operator', conferenceId: null }], 'seed');
  await app.get(Conferences).create(actor, peaceInSouthCaucasus(fresh.now));
  return true;
}

/** Whether a fact of the installation is recorded. */
export async function hasFact(app: INestApplicationContext, key: string): Promise<boolean> {
  const rows: unknown[] = await app
    .get(DataSource)
    .query(`select 1 from installation_fact where key = $1`, [key]);
  return rows.length > 0;
}

import type { INestApplicationContext } from '@nestjs/common';
import type { Installation } from '../installation.js';
import { People } from '../people/people.service.js';
import { Work } from '../platform/work.js';

/** The four people of the example whose sign-in links are printed. */
export const EXAMPLE_PEOPLE = [
  { email: 'organiser@example.org', name: 'Organiser Example', role: 'organiser', next: '/me' },
  { email: 'reviewer@example.org', name: 'Reviewer Example', role: 'reviewer', next: '/me/reviews' },
  { email: 'author@example.org', name: 'Author Example', role: 'author', next: '/me' },
  { email: 'partner@example.org', name: 'Partner Example', role: 'partner', next: '/me' },
];

/** The example's people come first, so that their links can be printed at once. */
export async function seedExamplePeople(app: INestApplicationContext): Promise<void> {
  await app.get(Work).run(async (tx) => {
    await app.get(People).resolve(tx, EXAMPLE_PEOPLE, () => 'email');
  });
}

export async function seedExample(_installation: Installation): Promise<void> {}

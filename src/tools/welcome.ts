import type { INestApplicationContext } from '@nestjs/common';
import { SignIn } from '../accounts/sign-in.service.js';
import type { Installation } from '../installation.js';
import { translator } from '../platform/i18n.js';
import { EXAMPLE_PEOPLE, seedExample, seedExamplePeople } from './example.js';
import { OPERATOR, seed } from './seed.js';

/** Printed links are for the person at the console, who may fetch a coffee first; mailed ones live ten minutes. */
const PRINTED_MINUTES = 60;

/**
 * Seeds what is missing and tells the person at the console where to go. Sign-in links are printed on the embedded
 * default only; the rest of the example follows in the background.
 */
export async function welcome(app: INestApplicationContext, installation: Installation): Promise<void> {
  const t = translator('en');
  const { publicUrl } = installation.config;
  const say = (line = ''): boolean => process.stdout.write(`${line}\n`);
  await seed(app);
  say(t('console:ready', { url: publicUrl }));
  if (!installation.embedded) return;
  await seedExamplePeople(app);
  const signIn = app.get(SignIn);
  say();
  say(t('console:signIn', { minutes: PRINTED_MINUTES }));
  for (const person of [
    { ...OPERATOR, role: 'operator', next: '/conferences/peace-in-south-caucasus/organise' },
    ...EXAMPLE_PEOPLE,
  ]) {
    const link = await signIn.printedLink(person.email, person.next, PRINTED_MINUTES);
    say(`  ${t(`console:role.${person.role}`).padEnd(34)} ${link}`);
  }
  say();
  if (installation.mailbox) say(t('console:mailbox', { url: `${publicUrl}/mailbox` }));
  say(t('console:stop'));
  void seedExample(installation).catch((error: Error) =>
    installation.logger.error(
      { error: error.message, stack: error.stack },
      'the example could not be seeded',
    ),
  );
}

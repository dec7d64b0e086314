import type { Writable } from 'node:stream';
import { LoginSessions } from '../accounts/login-sessions.service.js';
import { SignIn } from '../accounts/sign-in.service.js';
import { normaliseEmail } from '../people/email.js';
import { People } from '../people/people.service.js';
import { systemActor, type Role } from '../platform/actor.js';
import { translator } from '../platform/i18n.js';
import { Work } from '../platform/work.js';
import { Rights } from '../rights/rights.service.js';
import { conferenceBySlug, writeExport, type ExportOptions } from './export.js';
import { ToolFailure } from './failure.js';
import { seed } from './seed.js';
import { printToken, type TokenOptions } from './token.js';
import { withApp } from './with-app.js';

/*
 * What the commands do that need the whole application; `cli.ts` loads it once it knows that there is something to do. Each takes what was typed, prints
 * its result to `output`, and throws what `complaintOf` has words for.
 */

const say = (output: Writable, line: string): void => void output.write(`${line}\n`);

export const seedCommand = (output: Writable): Promise<void> =>
  withApp(async (app) => say(output, (await seed(app)) ? 'Seeded.' : 'There is nothing to seed.'));

export const grantCommand = (
  options: { email: string; role: Role; conference?: string; name: string },
  output: Writable,
): Promise<void> =>
  withApp(async (app) => {
    const conference =
      options.conference === undefined ? null : await conferenceBySlug(app, options.conference);
    const people = app.get(People);
    await app.get(Work).run(async (tx) => {
      const [found] = await people.resolve(tx, [{ email: options.email, name: options.name }], () => 'email');
      await people.grant(tx, systemActor('command'), found!.personId, options.role, conference?.id ?? null);
    });
    say(output, `${options.email} is ${options.role}${conference ? ` of ${conference.slug}` : ''}.`);
  });

export const linkCommand = (
  options: { email: string; next: string; minutes: number },
  output: Writable,
): Promise<void> =>
  withApp(async (app) =>
    say(output, await app.get(SignIn).printedLink(options.email, options.next, options.minutes)),
  );

/** @param email null for everybody. @throws ToolFailure where nobody is known by the address */
export const signOutCommand = (email: string | null, output: Writable): Promise<void> =>
  withApp(async (app) => {
    const person = email === null ? null : await app.get(People).byAddress(normaliseEmail(email) ?? '');
    if (email !== null && !person) throw new ToolFailure(`Nobody is known by ${email}.`);
    const ended = await app.get(LoginSessions).endAll(systemActor('command'), person?.id ?? null);
    say(output, `Login sessions ended: ${ended}.`);
  });

/** @throws ToolFailure when nobody is known by the address */
export const eraseCommand = (
  options: { email: string; reason: string; yes?: true },
  output: Writable,
): Promise<void> =>
  withApp(async (app) => {
    const person = await app.get(People).byAddress(normaliseEmail(options.email) ?? '');
    if (!person) throw new ToolFailure(`Nobody is known by ${options.email}.`);
    const rights = app.get(Rights);
    const t = translator('en');
    const { effects, sole } = await rights.preview(person.id);
    for (const { kind, fate, count } of effects)
      say(output, `${t(`rights:erase.${fate}`)}: ${t(`rights:holding.${kind}`, { count })}`);
    for (const { role, conference } of sole)
      say(output, `${t('rights:erase.soleTitle')}: ${role}${conference ? `, ${conference}` : ''}`);
    if (!options.yes) return say(output, 'Nothing was erased. Add --yes to do it; it cannot be undone.');
    await rights.eraseFor(systemActor('command'), person.id, options.reason);
    say(output, 'Erased.');
  });

export const tokenCommand = (options: TokenOptions, output: Writable): Promise<void> =>
  withApp(async (app) => say(output, await printToken(app, options)));

export const exportCommand = (options: ExportOptions, output: Writable): Promise<void> =>
  withApp((app) => writeExport(app, options, output));

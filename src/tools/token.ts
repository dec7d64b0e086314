import type { INestApplicationContext } from '@nestjs/common';
import { Tokens } from '../accounts/tokens.service.js';
import { normaliseEmail } from '../people/email.js';
import { People } from '../people/people.service.js';
import { systemActor } from '../platform/actor.js';
import { Work } from '../platform/work.js';
import { conferenceBySlug } from './export.js';
import { ToolFailure } from './failure.js';

export interface TokenOptions {
  email: string;
  role: string;
  /** Slug. */
  conference?: string;
  rehearsal?: true;
  days?: number;
}

/** Relations, not grants: everybody may have a token for them, also before they first sign in. */
const FOR_ANYBODY = new Set(['author', 'reviewer']);

/** Makes a token. @returns its secret. @throws ToolFailure for an unknown person or conference, or a role they do not have */
export async function printToken(app: INestApplicationContext, options: TokenOptions): Promise<string> {
  const people = app.get(People);
  const forAnybody = FOR_ANYBODY.has(options.role);
  if (options.role === 'operator' && options.conference !== undefined)
    throw new ToolFailure('The operator is one for the installation: leave --conference out.');
  if (options.role !== 'operator' && !forAnybody && options.conference === undefined)
    throw new ToolFailure(`A token for the role ${options.role} needs --conference.`);
  const conference =
    options.conference === undefined ? null : await conferenceBySlug(app, options.conference);
  const known = await people.byAddress(normaliseEmail(options.email) ?? '');
  if (!known && !forAnybody)
    throw new ToolFailure(`Nobody is known by ${options.email}; "concord role grant" adds people.`);
  const personId =
    known?.id ??
    (await app
      .get(Work)
      .run(
        async (tx) =>
          (await people.resolve(tx, [{ email: options.email, name: '' }], () => 'email'))[0]!.personId,
      ));
  if (!forAnybody) {
    const held = (await people.grants(personId)).some(
      (grant) =>
        grant.conferenceId === (conference?.id ?? null) &&
        (grant.role === options.role || (options.role === 'organiser' && grant.role === 'chair')),
    );
    if (!held)
      throw new ToolFailure(
        `${options.email} does not have the role ${options.role}${conference ? ` in ${conference.slug}` : ''}; "concord role grant" gives it.`,
      );
  }
  const { secret } = await app.get(Tokens).create(systemActor('command'), {
    personId,
    name: options.rehearsal ? 'rehearsal' : 'command line',
    role: options.role,
    conferenceId: conference?.id ?? null,
    rehearsal: options.rehearsal ?? false,
    days: options.days,
  });
  return secret;
}

import type { MailKind } from '../mail/kinds.js';
import type { NewMessage } from '../mail/outbox.service.js';
import type { Actor } from '../platform/actor.js';

const variables = {
  what: 'the name that its owner gave to the passkey, or the ORCID iD',
  at: 'when it happened, in UTC',
  waysUrl: 'page with the ways to sign in',
};
const sampleOf = (what: string) => ({
  what,
  at: '2027-09-02 09:30 UTC',
  waysUrl: 'https://concord.example/me/sign-in',
});

/** Mails to whose ways to sign in have changed. */
export const WAYS_MAILS: MailKind[] = [
  { kind: 'passkey_added', ofInstallation: true, variables, sample: sampleOf('Work laptop') },
  { kind: 'passkey_removed', ofInstallation: true, variables, sample: sampleOf('Work laptop') },
  { kind: 'orcid_linked', ofInstallation: true, variables, sample: sampleOf('0000-0002-1825-0097') },
  { kind: 'orcid_unlinked', ofInstallation: true, variables, sample: sampleOf('0000-0002-1825-0097') },
];

/** The message about one change to its owner; none where they have no address. */
export function waysMail(
  actor: Actor,
  change: { kind: string; subjectId: string; what: string; at: Date },
  publicUrl: string,
): NewMessage[] {
  if (!actor.greeting?.address) return [];
  const { kind, subjectId, what, at } = change;
  return [
    {
      kind,
      conference: null,
      to: { personId: actor.personId, ...actor.greeting },
      subjectId,
      occasion: at.toISOString(),
      values: {
        what,
        at: `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
        waysUrl: `${publicUrl}/me/sign-in`,
      },
    },
  ];
}

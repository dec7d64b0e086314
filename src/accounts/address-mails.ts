import type { MailKind } from '../mail/kinds.js';

const proof = (kind: string): MailKind => ({
  kind,
  variables: {
    proofUrl: 'the link, which only the browser of whoever asked can use, once',
    minutes: 'for how many minutes it works',
  },
  sample: { proofUrl: 'https://concord.example/me/addresses/confirm/example', minutes: 10 },
  secret: true,
});

/** Mails about a person's addresses, and the proof before an erasure. */
export const ADDRESS_MAILS: MailKind[] = [
  proof('address_confirm'),
  proof('erasure_confirm'),
  {
    kind: 'address_changed',
    ofInstallation: true,
    variables: {
      change: 'what was changed: `added`, `removed` or `primary`',
      changedAddress: 'the address that it is about',
      changedAt: 'when, in UTC',
      waysUrl: 'page with the ways to sign in',
    },
    sample: {
      change: 'added',
      changedAddress: 'ani.example@example.org',
      changedAt: '2027-09-02 09:30 UTC',
      waysUrl: 'https://concord.example/me/sign-in',
    },
  },
];

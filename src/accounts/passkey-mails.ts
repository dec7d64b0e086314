import type { MailKind } from '../mail/kinds.js';

/** Mails to whoever has passkeys. */
export const PASSKEY_MAILS: MailKind[] = [
  {
    kind: 'passkey_removed',
    variables: {
      passkeyName: 'the name that its owner gave to the passkey',
      removedAt: 'when it was removed, in UTC',
      waysUrl: 'page with the ways to sign in',
    },
    sample: {
      passkeyName: 'Work laptop',
      removedAt: '2027-09-02 09:30 UTC',
      waysUrl: 'https://concord.example/me/sign-in',
    },
  },
];

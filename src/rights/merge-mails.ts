import type { MailKind } from '../mail/kinds.js';

/** Mails to two people who may be one. */
export const MERGE_MAILS: MailKind[] = [
  {
    kind: 'merge_asked',
    variables: {
      mergeUrl: 'page on which to agree or decline, after signing in',
      days: 'for how many days an answer counts',
    },
    sample: { mergeUrl: 'https://concord.example/me/merges/example', days: 14 },
  },
  {
    kind: 'people_joined',
    ofInstallation: true,
    variables: {
      byOrganiser: 'whether an organiser did it alone, so that no address has become another way to sign in',
      joinedAt: 'when, in UTC',
      waysUrl: "page with the person's addresses",
    },
    sample: {
      byOrganiser: false,
      joinedAt: '2027-09-02 09:30 UTC',
      waysUrl: 'https://concord.example/me/addresses',
    },
  },
];

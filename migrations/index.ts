import { PeopleAndRecord1795000000001 } from './1795000000001-people-and-record.js';
import { Mail1795000000002 } from './1795000000002-mail.js';
import { Submissions1795000000003 } from './1795000000003-submissions.js';
import { ReviewsDecisionsProceedings1795000000004 } from './1795000000004-reviews-decisions-proceedings.js';
import { SealedRecord1795000000005 } from './1795000000005-sealed-record.js';
import { Passkeys1795000000006 } from './1795000000006-passkeys.js';
import { ProtectedIdentities1795000000008 } from './1795000000008-protected-identities.js';

/** Every migration, in the order in which they run. */
export const MIGRATIONS = [
  PeopleAndRecord1795000000001,
  Mail1795000000002,
  Submissions1795000000003,
  ReviewsDecisionsProceedings1795000000004,
  SealedRecord1795000000005,
  Passkeys1795000000006,
  ProtectedIdentities1795000000008,
];

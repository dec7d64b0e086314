import { PeopleAndRecord1795000000001 } from './1795000000001-people-and-record.js';
import { Mail1795000000002 } from './1795000000002-mail.js';
import { Submissions1795000000003 } from './1795000000003-submissions.js';
import { ReviewsDecisionsProceedings1795000000004 } from './1795000000004-reviews-decisions-proceedings.js';
import { SealedRecord1795000000005 } from './1795000000005-sealed-record.js';
import { Passkeys1795000000006 } from './1795000000006-passkeys.js';
import { ReceiptsAndOrcid1795000000007 } from './1795000000007-receipts-and-orcid.js';
import { ProtectedIdentities1795000000008 } from './1795000000008-protected-identities.js';
import { RightsOfPersons1795000000009 } from './1795000000009-rights-of-persons.js';
import { BlindnessAndPapers1795000000010 } from './1795000000010-blindness-and-papers.js';
import { AssignmentRuns1795000000011 } from './1795000000011-assignment-runs.js';
import { Reviewing1795000000013 } from './1795000000013-reviewing.js';
import { DecidingAndRelease1795000000014 } from './1795000000014-deciding-and-release.js';
import { MailInOrder1795000000015 } from './1795000000015-mail-in-order.js';
import { PublishedVolumes1795000000017 } from './1795000000017-published-volumes.js';
import { KeysAndQuotas1795000000018 } from './1795000000018-keys-and-quotas.js';
import { ConflictsAndBids1795000000012 } from './1795000000012-conflicts-and-bids.js';

/** Every migration, in the order in which they run. */
export const MIGRATIONS = [
  PeopleAndRecord1795000000001,
  Mail1795000000002,
  Submissions1795000000003,
  ReviewsDecisionsProceedings1795000000004,
  SealedRecord1795000000005,
  Passkeys1795000000006,
  ReceiptsAndOrcid1795000000007,
  ProtectedIdentities1795000000008,
  RightsOfPersons1795000000009,
  BlindnessAndPapers1795000000010,
  AssignmentRuns1795000000011,
  Reviewing1795000000013,
  DecidingAndRelease1795000000014,
  MailInOrder1795000000015,
  PublishedVolumes1795000000017,
  KeysAndQuotas1795000000018,
  ConflictsAndBids1795000000012,
];

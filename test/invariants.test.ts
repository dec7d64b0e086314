import type { QueryRunner } from 'typeorm';
import { Storage } from '../src/platform/storage.js';
import { checkInvariants, INVARIANTS } from '../src/tools/invariants.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { assigned, moveTo, newKey, reviewer, reviewOf, submitted } from './support/panel.js';

let app: TestApp;
let storage: Storage;
let conference: TestConference;
/** Ids of what the story has left behind. */
const id = {
  accepted: '',
  corrected: '',
  plain: '',
  draft: '',
  assignment: '',
  review: '',
  decision: '',
  letter: '',
  mail: '',
  superseded: '',
  release: '',
};

const as = (token: string) => ({ authorization: `Bearer ${token}` });

async function decideAndRelease(chair: string, outcomes: Record<string, string>): Promise<void> {
  for (const [submission, outcome] of Object.entries(outcomes))
    await app.http
      .put(`/api/v1/submissions/${submission}/decision`)
      .set(as(chair))
      .send({ outcome })
      .expect(200);
  await app.http
    .post(`/api/v1/conferences/${conference.slug}/decision-releases`)
    .set(as(chair))
    .set('idempotency-key', newKey())
    .send({ submissions: Object.keys(outcomes) })
    .expect(201);
}

async function idOf(sql: string, parameters: unknown[] = []): Promise<string> {
  const rows: { id: string }[] = await app.db.query(sql, parameters);
  return rows[0]!.id;
}

/** A conference as it goes: drafts, a withdrawal, a review, decisions, a correction, a letter, a registration, a build. */
beforeAll(async () => {
  app = await createTestApp();
  storage = app.app.get(Storage);
  conference = await app.conference();
  const chair = await app.token('chair@example.org', 'chair', conference.id);
  id.accepted = await submitted(app, conference, 'ann@example.org', {
    authors: [
      { name: 'Ann Author', email: 'ann@example.org', corresponding: true },
      { name: 'Ben Author', email: 'ben@example.org' },
      { name: 'Cem Author' },
    ],
  });
  id.corrected = await submitted(app, conference, 'dan@example.org');
  id.plain = await submitted(app, conference, 'eve@example.org');
  id.draft = await submitted(app, conference, 'fay@example.org', {
    status: 'draft',
    abstract: '',
    topics: [],
  });
  const withdrawn = await submitted(app, conference, 'gus@example.org');
  await app.http
    .post(`/api/v1/submissions/${withdrawn}/withdraw`)
    .set(as(await app.token('gus@example.org')))
    .set('if-match', '"1"')
    .send({})
    .expect(200);

  const { id: reviewerId, token } = await reviewer(app, conference, chair, 'rev@example.org');
  await moveTo(app, id.accepted, 'under_review');
  await moveTo(app, id.corrected, 'under_review');
  await app.db.query(`update call set reviewing_since = clock_timestamp() where id = $1`, [
    conference.callId,
  ]);
  id.assignment = await assigned(app, chair, id.accepted, reviewerId);
  await app.http
    .put(`/api/v1/assignments/${id.assignment}/review`)
    .set(as(token))
    .send(reviewOf(conference))
    .expect(200);
  await decideAndRelease(chair, { [id.accepted]: 'accepted', [id.corrected]: 'rejected' });
  await decideAndRelease(chair, { [id.corrected]: 'waitlisted' });

  await app.http
    .post(`/api/v1/conferences/${conference.slug}/letters-of-interest`)
    .set(as(await app.token('pat@example.org')))
    .set('idempotency-key', newKey())
    .send({
      organisation: 'Example House',
      contactName: 'Pat Partner',
      contribution: 'expertise',
      letter: 'We would like to help.',
    })
    .expect(201);

  await app.db.query(
    `insert into proceedings_build (id, conference_id, status, stage, progress, snapshot, snapshot_hash, created_at, finished_at)
     values ('build-1', $1, 'done', 'done', 100, '{}', '', clock_timestamp(), clock_timestamp())`,
    [conference.id],
  );
  const sha256 = await storage.put(Buffer.from('the book'));
  await app.db.query(
    `insert into proceedings_file (build_id, name, media_type, size, sha256) values ('build-1', 'book.pdf', 'application/pdf', 8, $1)`,
    [sha256],
  );
  id.review = await idOf(`select id from review`);
  id.decision = await idOf(`select id from decision where submission_id = $1`, [id.accepted]);
  id.letter = await idOf(`select id from letter_of_interest`);
  id.mail = await idOf(
    `select id from mail_message where kind = 'decision_accepted' order by recipient_address`,
  );
  id.superseded = await idOf(
    `select id from mail_message where occasion = 'decision-v1' and subject_id = $1`,
    [id.corrected],
  );
  id.release = await idOf(`select id from decision_release order by released_at`);
});
afterAll(() => app.close());

/** How each invariant is broken, and which id must then be named. Constraints that forbid it are dropped first. */
const BREAKS: Record<string, { by: () => string[]; named: () => string }> = {
  'submission-status-agrees': {
    by: () => [`update submission set status = 'rejected' where id = '${id.accepted}'`],
    named: () => id.accepted,
  },
  'submission-history-complete': {
    by: () => [`update submission set version = version + 1 where id = '${id.plain}'`],
    named: () => id.plain,
  },
  'status-change-recorded': {
    by: () => [
      `delete from audit_entry where subject_id = '${id.accepted}' and action = 'submission.accepted'`,
    ],
    named: () => id.accepted,
  },
  'text-counted-and-hashed': {
    by: () => [`update submission set abstract = abstract || ' more' where id = '${id.plain}'`],
    named: () => id.plain,
  },
  'within-word-limit': {
    by: () => [`update submission set word_count = 301 where id = '${id.plain}'`],
    named: () => id.plain,
  },
  'one-corresponding-author': {
    by: () => [`update submission_author set corresponding = false where submission_id = '${id.plain}'`],
    named: () => id.plain,
  },
  'author-order': {
    by: () => [`delete from submission_author where submission_id = '${id.accepted}' and position = 2`],
    named: () => id.accepted,
  },
  'topics-of-own-conference': {
    by: () => [`update topic set conference_id = 'elsewhere' where id = '${conference.topics[0]}'`],
    named: () => id.plain,
  },
  'receipt-written': {
    by: () => [
      `delete from mail_message where subject_id = '${id.accepted}' and recipient_address = 'ben@example.org'`,
    ],
    named: () => id.accepted,
  },
  'decision-mail-once': {
    by: () => [`delete from mail_message where id = '${id.mail}'`],
    named: () => id.decision,
  },
  'no-mail-without-decision': {
    by: () => [`update mail_message set kind = 'decision_rejected' where id = '${id.mail}'`],
    named: () => id.mail,
  },
  'no-mail-of-superseded-decision': {
    by: () => [
      `update mail_message set state = 'ready', settled_at = null where occasion = 'decision-v1' and subject_id = '${id.corrected}'`,
    ],
    named: () => id.superseded,
  },
  'decision-versions': {
    by: () => [`update decision set version = 3 where submission_id = '${id.corrected}' and version = 2`],
    named: () => id.corrected,
  },
  'release-complete': {
    by: () => [`update decision_release set size = size + 1 where id = '${id.release}'`],
    named: () => id.release,
  },
  'mail-as-released': {
    by: () => [`update mail_message set text = replace(text, 'glad', 'sorry') where id = '${id.mail}'`],
    named: () => id.mail,
  },
  'example-mail-stays': {
    by: () => [
      `update conference set kind = 'rehearsal' where id = '${conference.id}'`,
      `update mail_message set recipient_address = 'somebody@museum.am' where id = '${id.mail}'`,
    ],
    named: () => id.mail,
  },
  'review-has-assignment': {
    by: () => [`delete from assignment where id = '${id.assignment}'`],
    named: () => id.review,
  },
  'review-complete': {
    by: () => [`update review set scores = scores - '${conference.criteria[1]}' where id = '${id.review}'`],
    named: () => id.review,
  },
  'no-author-reviews': {
    by: () => [
      `update reviewer set person_id = (select person_id from submission_author where address = 'ben@example.org')`,
    ],
    named: () => id.assignment,
  },
  'assignment-within-conference': {
    by: () => [`update reviewer set status = 'declined'`],
    named: () => id.assignment,
  },
  'pending-decision-possible': {
    by: () => [
      `insert into pending_decision (submission_id, outcome, decided_by, decided_at) values ('${id.draft}', 'accepted', 'x', now())`,
    ],
    named: () => id.draft,
  },
  'letter-counted': {
    by: () => [`update letter_of_interest set word_count = 1001`],
    named: () => id.letter,
  },
  'idempotency-result': {
    by: () => [
      `insert into idempotency_key (owner, key, route, body_hash, created_at) values ('guest', 'half', 'POST /', '', now())`,
    ],
    named: () => 'guest half',
  },
  'build-has-files': {
    by: () => [`delete from proceedings_file`],
    named: () => 'build-1',
  },
  'build-files-stored': {
    by: () => [`update proceedings_file set sha256 = repeat('0', 64)`],
    named: () => 'build-1 book.pdf',
  },
};

const CONSTRAINTS = [
  'alter table mail_message drop constraint mail_message_settled',
  'alter table submission drop constraint submission_complete',
];

/** Runs statements that could never be committed, looks, and takes everything back. */
async function broken(
  statements: readonly string[],
  look: (runner: QueryRunner) => Promise<void>,
): Promise<void> {
  const runner = app.db.createQueryRunner();
  await runner.startTransaction();
  try {
    // Foreign keys sleep for the length of this transaction.
    await runner.query(`set local session_replication_role = replica`);
    for (const statement of [...CONSTRAINTS, ...statements]) await runner.query(statement);
    await look(runner);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

describe('the invariants', () => {
  it('hold after a story', async () => {
    const findings = await checkInvariants(app.db, storage);
    expect(findings.filter(({ offending }) => offending.length > 0)).toEqual([]);
    expect(findings.length).toBeGreaterThan(20);
  });

  it('have each a way to fail in this test, and words', () => {
    expect(Object.keys(BREAKS).toSorted()).toEqual(INVARIANTS.map(({ name }) => name).toSorted());
    for (const { meaning } of INVARIANTS) expect(meaning).toMatch(/^[A-Z].{20}/);
  });

  it.each(Object.keys(BREAKS))('notice a break of %s', async (name) => {
    const { by, named } = BREAKS[name]!;
    await broken(by(), async (runner) => {
      const finding = (await checkInvariants(runner, storage)).find((one) => one.name === name)!;
      expect(finding.offending).toContain(named());
    });
  });

  it('look at files only where there is a storage', async () => {
    await broken([`update proceedings_file set sha256 = repeat('0', 64)`], async (runner) => {
      const findings = await checkInvariants(runner);
      expect(findings.filter(({ offending }) => offending.length > 0)).toEqual([]);
    });
  });

  it('notice a file whose bytes have changed', async () => {
    await broken([`update proceedings_file set size = 9`], async (runner) => {
      const finding = (await checkInvariants(runner, storage)).find(
        ({ name }) => name === 'build-files-stored',
      )!;
      expect(finding.offending).toEqual(['build-1 book.pdf']);
    });
  });
});

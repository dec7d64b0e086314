import { jest } from '@jest/globals';
import type { Response } from 'supertest';
import { statements } from '../src/platform/database.js';
import { newId } from '../src/platform/ids.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { moveTo, newKey, reviewer, someone, submitted } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
/** Cookies of browsers that are signed in. */
let chair: string;
let organiser: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  for (const role of ['organiser', 'chair'] as const)
    await app.grant('chair@example.org', role, conference.id);
  await app.grant('organiser@example.org', 'organiser', conference.id);
  chair = await app.cookie('chair@example.org');
  organiser = await app.cookie('organiser@example.org');
});

const base = (entry = ''): string => `/conferences/${conference.slug}/organise${entry && `/${entry}`}`;
const get = (entry: string, cookie = chair) => app.http.get(base(entry)).set('cookie', cookie);
const post = (entry: string, form: Record<string, unknown> = {}, cookie = chair) =>
  app.http
    .post(base(entry))
    .set('cookie', cookie)
    .type('form')
    .send({ idempotencyKey: newKey(), ...form });
const token = (): Promise<string> => app.token('chair@example.org', 'chair', conference.id);
const hidden = (page: Response, name: string): string =>
  new RegExp(`name="${name.replace(/[[\]]/g, '\\$&')}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';

async function underReview(email = someone('author'), change: Record<string, unknown> = {}): Promise<string> {
  const id = await submitted(app, conference, email, change);
  await moveTo(app, id, 'under_review');
  return id;
}

/** Rows of every kind, `n` of each, by SQL. */
async function fill(n: number): Promise<void> {
  const one = newId();
  const person = await app.person(someone('many'));
  const q = (sql: string, ...more: unknown[]): Promise<unknown> =>
    app.db.query(sql, [one, conference.id, n, ...more]);
  await q(
    `insert into person (id, name, created_at) select $1 || 'p' || i, 'Person ' || i, now() from generate_series(1, $3::int) i where $2 <> ''`,
  );
  await q(
    `insert into submission (id, conference_id, call_id, status, title, abstract, created_by, created_at, updated_at, submitted_at, search_text)
     select $1 || 's' || i, $2, $4, 'under_review', 'Title ' || i, 'Abstract', $5, now(), now(), now() - i * interval '1 hour', 'title ' || i
     from generate_series(1, $3::int) i`,
    conference.callId,
    person,
  );
  await q(
    `insert into submission_author (id, submission_id, position, person_id, name, address, corresponding)
     select $1 || 'a' || i, $1 || 's' || i, 1, $1 || 'p' || i, 'Author ' || i, 'author' || i || '@example.org', true
     from generate_series(1, $3::int) i where $2 <> ''`,
  );
  await q(
    `insert into submission_topic (submission_id, topic_id) select $1 || 's' || i, $4 from generate_series(1, $3::int) i where $2 <> ''`,
    conference.topics[0],
  );
  await q(
    `insert into reviewer (id, conference_id, person_id, name, affiliation, address, status, invited_at)
     select $1 || 'r' || i, $2, $1 || 'p' || i, 'Reviewer ' || i, 'House ' || i, 'reviewer' || i || '@example.org', 'accepted', now()
     from generate_series(1, $3::int) i`,
  );
  await q(
    `insert into assignment (id, submission_id, reviewer_id, status, assigned_at)
     select $1 || 'g' || i || '-' || k, $1 || 's' || i, $1 || 'r' || (((i - 1 + k) % $3) + 1), 'assigned', now()
     from generate_series(1, $3::int) i, generate_series(1, 2) k where $2 <> ''`,
  );
  await q(
    `insert into review (id, assignment_id, status, overall, confidence, scores, created_at, updated_at, handed_in_at)
     select $1 || 'v' || i || '-' || k, $1 || 'g' || i || '-' || k, 'handed_in', 1 + (i * k) % 5, 3,
       jsonb_build_object($4::text, 4), now(), now(), now()
     from generate_series(1, $3::int) i, generate_series(1, 2) k where $2 <> ''`,
    conference.criteria[0],
  );
  await q(
    `insert into pending_decision (submission_id, outcome, decided_by, decided_at)
     select $1 || 's' || i, 'accepted', $4, now() from generate_series(1, $3::int) i where $2 <> ''`,
    person,
  );
  await q(
    `insert into mail_message (id, conference_id, kind, recipient_id, recipient_address, recipient_typed, subject_id, occasion, subject,
       text, html, body_hash, message_id, state, next_attempt_at, settled_at, created_at)
     select $1 || 'm' || i, $2, 'submission_receipt', $1 || 'p' || i, 'a@example.org', 'a@example.org', $1 || 's' || i, 'v1', 'Received',
       'x', 'x', 'x', '<' || $1 || i || '@x>', 'handed_over', now(), now(), now() from generate_series(1, $3::int) i`,
  );
  await q(
    `insert into registration (id, conference_id, person_id, name, address, attendance, created_at)
     select $1 || 't' || i, $2, $1 || 'p' || i, 'Attendee ' || i, 'x@example.org', 'online', now() from generate_series(1, $3::int) i`,
  );
  await q(
    `insert into letter_of_interest (id, conference_id, person_id, organisation, contact_name, address, contribution, letter, word_count, created_at)
     select $1 || 'l' || i, $2, $1 || 'p' || i, 'House ' || i, 'C', 'x@example.org', 'venue', 'We offer rooms.', 3, now()
     from generate_series(1, $3::int) i`,
  );
  await q(
    `insert into audit_entry (id, conference_id, at, actor_kind, actor_id, action, subject_type, subject_id, request_id)
     select $1 || 'e' || i, $2, now(), 'person', $1 || 'p' || i, 'submission.submitted', 'submission', $1 || 's' || i, 'x'
     from generate_series(1, $3::int) i`,
  );
}

const PAGES = [
  '',
  'submissions',
  'submissions?q=title&sort=-mean&missing=reviews',
  'reviewers',
  'assignment',
  'decisions',
  'decisions?places=2&outcome=accepted',
  'decisions/release',
  'decisions/lists',
  'decisions/waitlist',
  'decisions/settings',
  'mail',
  'registrations',
  'partners',
  'proceedings',
  'settings',
  'roles',
  'exports',
  'record',
];

describe('the number of statements', () => {
  it('does not grow with the rows', async () => {
    const run = jest.spyOn(statements, 'run');
    const count = async (entry: string): Promise<{ entry: string; statements: number }> => {
      run.mockClear();
      const { status, text } = await get(entry);
      expect({ entry, status, text: status === 200 ? '' : text.slice(0, 2000) }).toMatchObject({
        status: 200,
      });
      return { entry, statements: (run.mock.calls[0]![0] as { count: number }).count };
    };
    const all = async (): Promise<{ entry: string; statements: number }[]> => {
      const counted = [];
      for (const entry of PAGES) counted.push(await count(entry));
      return counted;
    };
    try {
      await fill(3);
      await post('assignment', { perSubmission: '2' }).expect(303);
      const few = await all();
      await fill(300);
      await post('assignment', { perSubmission: '2' }).expect(303);
      expect(await all()).toEqual(few);
      if (process.env['SHOW_STATEMENTS'])
        process.stderr.write(`${few.map((one) => `${one.statements} ${one.entry}`).join('\n')}\n`);
      expect(Math.max(...few.map((one) => one.statements))).toBeLessThanOrEqual(18);
    } finally {
      run.mockRestore();
    }
  });

  it('does not grow with what hangs on a submission', async () => {
    const run = jest.spyOn(statements, 'run');
    const count = async (id: string): Promise<number> => {
      run.mockClear();
      await get(`submissions/${id}`).expect(200);
      return (run.mock.calls[0]![0] as { count: number }).count;
    };
    try {
      const id = await underReview();
      await reviewer(app, conference, await token(), someone('r'));
      const before = await count(id);
      await fill(300);
      for (let i = 0; i < 5; i += 1) {
        const { id: reviewerId } = await reviewer(app, conference, await token(), someone('r'));
        await post(`submissions/${id}/assignments`, { reviewer: reviewerId }).expect(303);
      }
      expect(await count(id)).toBe(before);
      if (process.env['SHOW_STATEMENTS']) process.stderr.write(`${before} submissions/:id\n`);
      // Of them twenty tell what speaks for and against each reviewer, and every reason of it.
      expect(before).toBeLessThanOrEqual(48);
    } finally {
      run.mockRestore();
    }
  });
});

describe('who may see them', () => {
  it('sends guests to sign in, and refuses whoever has no role', async () => {
    await app.http
      .get(base('submissions'))
      .expect(303)
      .expect('location', /^\/sign-in\?next=/);
    const stranger = await app.cookie(someone('stranger'));
    for (const entry of PAGES) await get(entry, stranger).expect(403);
    await post('decisions/release', {}, organiser).expect(403);
    await get('decisions/release', organiser).expect(403);
  });

  it('lets auditors look and change nothing', async () => {
    await app.grant('auditor@example.org', 'auditor', conference.id);
    const auditor = await app.cookie('auditor@example.org');
    for (const entry of [
      '',
      'submissions',
      'reviewers',
      'assignment',
      'decisions',
      'mail',
      'settings',
      'roles',
      'record',
    ])
      await get(entry, auditor).expect(200);
    const settings = await get('settings', auditor);
    expect(settings.text).toContain('disabled');
    for (const entry of ['reviewers', 'assignment', 'settings/texts', 'settings/start-reviewing', 'roles'])
      await post(entry, {}, auditor).expect(403);
  });

  it('lets partner managers to the letters and proceedings editors to the volume only', async () => {
    await app.grant('partners@example.org', 'partner_manager', conference.id);
    await app.grant('editor@example.org', 'proceedings_editor', conference.id);
    await fill(3);
    const manager = await app.cookie('partners@example.org');
    const editor = await app.cookie('editor@example.org');
    const page = await get('partners', manager).expect(200);
    expect(page.text.match(/class="count"/g)).toHaveLength(2);
    await get('proceedings', editor).expect(200);
    for (const entry of ['submissions', 'mail', 'exports', 'exports/letters.csv']) {
      await get(entry, manager).expect(403);
      await get(entry, editor).expect(403);
    }
  });

  it('keeps an organiser from their own submission, everywhere', async () => {
    const id = await underReview('organiser@example.org', { title: 'My very own words' });
    await app.http
      .put(`/api/v1/submissions/${id}/decision`)
      .set('authorization', `Bearer ${await token()}`)
      .send({ outcome: 'rejected' })
      .expect(200);
    for (const entry of [
      ...PAGES,
      'exports/submissions.json',
      'exports/decisions.csv',
      'exports/record.json',
    ]) {
      if (entry === 'decisions/release') continue;
      expect({ entry, text: (await get(entry, organiser).expect(200)).text }).toMatchObject({
        text: expect.not.stringMatching(new RegExp(`${id}|very own`)),
      });
    }
    await get(`submissions/${id}`, organiser).expect(404);
    await get(`submissions/${id}`, chair).expect(200);
    const other = await app.conference();
    await app.grant('chair@example.org', 'organiser', other.id);
    await app.http
      .get(`/conferences/${other.slug}/organise/submissions/${id}`)
      .set('cookie', await app.cookie('chair@example.org'))
      .expect(404);
  });
});

describe('lists', () => {
  it('are filtered, searched, sorted and read page by page', async () => {
    await fill(120);
    const first = await get('submissions').expect(200);
    expect(first.text).toContain('120 submissions');
    expect(first.text.match(/class="row-link"/g)).toHaveLength(50);
    const next = /rel="next" href="([^"]+)"/.exec(first.text)![1]!.replaceAll('&amp;', '&');
    const second = await app.http.get(next).set('cookie', chair).expect(200);
    expect(second.text).toContain('rel="prev"');
    const shown = (page: Response): string[] =>
      [...page.text.matchAll(/>Title (\d+)</g)].map((match) => match[1]!);
    expect(new Set([...shown(first), ...shown(second)]).size).toBe(100);
    expect(shown(await get('submissions?q=title%20119').expect(200))).toEqual(['119']);
    expect(shown(await get('submissions?sort=title').expect(200))[0]).toBe('1');
    expect((await get('submissions?status=rejected').expect(200)).text).toContain('Nothing matches');
    await get('submissions?after=nonsense').expect(400);
    for (const [entry, row] of [
      ['reviewers?q=Reviewer%20119', 'Reviewer 119'],
      ['registrations?q=Attendee%20119', 'Attendee 119'],
      ['record?q=Person%20119', 'Person 119'],
      ['mail?state=handed_over', 'Received'],
      ['partners?status=received', 'House 1'],
    ] as const)
      expect((await get(entry).expect(200)).text).toContain(row);
  });
});

describe('reviewers', () => {
  it('are invited by a form that loses nothing, reminded and removed', async () => {
    const form = {
      name: 'Rita Reviewer',
      email: 'rita',
      affiliation: 'House',
      'topics[]': conference.topics[0],
      maxLoad: '4',
    };
    const refused = await post('reviewers', form).expect(422);
    expect(refused.text).toContain('value="Rita Reviewer"');
    expect(refused.text).toContain('value="rita"');
    expect(refused.text).toMatch(
      new RegExp(`value="${conference.topics[0]}"[^>]*checked|checked[^>]*value="${conference.topics[0]}"`),
    );
    const email = someone('rita');
    await post('reviewers', { ...form, email })
      .expect(303)
      .expect('location', /\?done=invited$/);
    const page = await get('reviewers?done=invited').expect(200);
    expect(page.text).toContain('Rita Reviewer');
    expect(page.text).toContain('Invited. The mail is on its way.');
    const [row] = await app.db.query(`select id from reviewer where address = $1`, [email]);
    await post(`reviewers/${row.id}/remind`).expect(409);
    await app.db.query(
      `update mail_message set state = 'handed_over', settled_at = now() where subject_id = $1`,
      [row.id],
    );
    await post(`reviewers/${row.id}/remind`).expect(303);
    const mails = await app.db.query(`select id from mail_message where subject_id = $1`, [row.id]);
    expect(mails).toHaveLength(2);
    expect((await get('reviewers')).text).toContain('reminded');
    await post(`reviewers/${row.id}/remove`).expect(303);
    expect((await get('reviewers?status=removed')).text).toContain('Rita Reviewer');
    await post(`reviewers/${row.id}/remove`, {}, await app.cookie(someone('x'))).expect(404);
  });
});

describe('a submission', () => {
  it('shows its authors, panel, history and record, and takes assignments', async () => {
    const id = await underReview(someone('ann'), { title: 'On return' });
    const { id: reviewerId } = await reviewer(app, conference, await token(), someone('rob'), {
      topics: [conference.topics[0]],
    });
    const page = await get(`submissions/${id}`).expect(200);
    for (const words of [
      'On return',
      'Ann Author',
      'Topic 1',
      'Shares: Topic 1',
      'Submission handed in',
      'History',
    ])
      expect(page.text).toContain(words);
    await post(`submissions/${id}/assignments`, { reviewer: reviewerId })
      .expect(303)
      .expect('location', `${base(`submissions/${id}`)}?done=assigned`);
    const [assignment] = await app.db.query(`select id, version from assignment where submission_id = $1`, [
      id,
    ]);
    const twice = await post(`submissions/${id}/assignments`, { reviewer: reviewerId }).expect(409);
    expect(twice.text).toContain('On return');
    await post(`assignments/${assignment.id}/remove`, { version: '9' }).expect(412);
    await post(`assignments/${assignment.id}/remove`, { version: String(assignment.version) }).expect(303);
    expect((await get(`submissions/${id}`)).text).toContain('removed');
  });

  it('is decided by the chair, and what was typed survives a refusal', async () => {
    const id = await underReview();
    const decision = { outcome: 'accepted', reason: 'The panel agrees.', textToAuthors: 'Welcome.' };
    await post(`submissions/${id}/decision`, decision, organiser).expect(403);
    await post(`submissions/${id}/decision`, decision)
      .expect(303)
      .expect('location', /\?done=decided$/);
    const stale = await post(`submissions/${id}/decision`, {
      ...decision,
      textToAuthors: 'Other words',
      version: '7',
    }).expect(412);
    expect(stale.text).toContain('Other words');
    const nothing = await post(`submissions/${id}/decision`, {
      outcome: '',
      reason: 'Kept reason',
      version: '1',
    }).expect(422);
    expect(nothing.text).toContain('Kept reason');
    expect((await get(`submissions/${id}`)).text).toContain('pending: ');
  });
});

describe('the assignment', () => {
  it('is proposed, shown, applied and discarded', async () => {
    await underReview();
    await underReview();
    for (let i = 0; i < 3; i += 1) await reviewer(app, conference, await token(), someone('rev'));
    await post('assignment', { perSubmission: '50' })
      .expect(422)
      .then((page) => expect(page.text).toContain('value="50"'));
    await post('assignment', { perSubmission: '2' }).expect(303);
    const page = await get('assignment').expect(200);
    expect(page.text).toContain('4 reviews are proposed and wait for you');
    const [run] = await app.db.query(`select id from assignment_run where conference_id = $1`, [
      conference.id,
    ]);
    const apply = { version: hidden(page, 'version') };
    await post(`assignment/${run.id}/apply`, apply).expect(303);
    await post(`assignment/${run.id}/apply`, apply).expect(412);
    await post(`assignment/${run.id}/discard`, {}).expect(409);
    expect(await app.db.query(`select 1 from assignment where run_id = $1`, [run.id])).toHaveLength(4);
    expect((await get('assignment')).text).toContain('was applied');
  });
});

describe('decisions', () => {
  it('are set row by row or for the chosen, and each row keeps its words', async () => {
    const [a, b, c] = [await underReview(), await underReview(), await underReview()];
    await post(`submissions/${a}/decision`, {
      outcome: 'waitlisted',
      reason: 'Because',
      textToAuthors: 'Words',
    }).expect(303);
    const row = (id: string, outcome: string): Record<string, string> => ({ [`outcomes[${id}]`]: outcome });
    await post('decisions?q=&outcome=none', {
      act: 'save',
      ...row(a, 'accepted'),
      ...row(b, ''),
      ...row(c, 'rejected'),
      [`versions[${a}]`]: '1',
    })
      .expect(303)
      .expect('location', /decisions\?outcome=none&done=decided$/);
    const pending = () =>
      app.db.query(
        `select submission_id as id, outcome, reason, p.version from pending_decision p join submission s on s.id = p.submission_id
         where s.conference_id = $1 order by 1`,
        [conference.id],
      );
    expect(await pending()).toEqual(
      expect.arrayContaining([
        { id: a, outcome: 'accepted', reason: 'Because', version: 2 },
        { id: c, outcome: 'rejected', reason: '', version: 1 },
      ]),
    );
    const stale = await post('decisions', {
      act: 'bulk',
      outcome: 'rejected',
      'chosen[0]': a,
      'chosen[1]': b,
      [`versions[${a}]`]: '1',
    }).expect(412);
    expect(stale.text).toContain(`${a}: `);
    expect(await pending()).toHaveLength(3);
    await post('decisions', { act: 'save', ...row(b, ''), [`versions[${b}]`]: '1' }).expect(303);
    expect(await pending()).toHaveLength(2);
    await post('decisions', { act: 'save', ...row('NONE-1', 'accepted') }).expect(404);
    const board = await get('decisions?places=1').expect(200);
    expect(board.text).toContain('Line of one place');
    expect(board.text).toContain('2 of 3 decided');
  });

  it('are released as they were seen, once', async () => {
    const [a, b] = [await underReview(), await underReview()];
    await post('decisions', { act: 'bulk', outcome: 'accepted', 'chosen[0]': a, 'chosen[1]': b }).expect(303);
    const page = await get('decisions/release').expect(200);
    for (const words of ['Release 2 decisions', 'ann', 'Type 2 to confirm'])
      expect(page.text.toLowerCase()).toContain(words.toLowerCase());
    const form = {
      'submissions[0]': a,
      'submissions[1]': b,
      listHash: hidden(page, 'listHash'),
      idempotencyKey: newKey(),
    };
    const wrong = await post('decisions/release', {
      ...form,
      confirmation: '3',
      idempotencyKey: newKey(),
    }).expect(422);
    expect(wrong.text).toContain('value="3"');
    await post(`submissions/${a}/decision`, { outcome: 'rejected', version: '1' }).expect(303);
    await post('decisions/release', { ...form, confirmation: '2', idempotencyKey: newKey() }).expect(409);
    form.listHash = hidden(await get('decisions/release'), 'listHash');
    await post('decisions/release', { ...form, confirmation: '2' })
      .expect(303)
      .expect('location', /done=released$/);
    await post('decisions/release', { ...form, confirmation: '2' }).expect(303);
    const rows = await app.db.query(
      `select status from submission where conference_id = $1 order by status`,
      [conference.id],
    );
    expect(rows).toEqual([{ status: 'accepted' }, { status: 'rejected' }]);
    expect(
      await app.db.query(`select 1 from decision_release where conference_id = $1`, [conference.id]),
    ).toHaveLength(1);
    expect((await get('decisions/release')).text).toContain('No decision waits for release');
  });
});

describe('mail', () => {
  it('is shown with its subject, sent again and settled by hand', async () => {
    const id = await submitted(app, conference, someone('ann'));
    const [mail] = await app.db
      .query(
        `update mail_message set state = 'uncertain', settled_at = now() where subject_id = $1 returning id`,
        [id],
      )
      .then(([rows]) => rows);
    expect((await get('mail').expect(200)).text).toContain('One mail needs a look');
    const page = await get(`mail/${mail.id}`).expect(200);
    expect(page.text).toContain(id);
    expect(page.text).toContain(base(`submissions/${id}`));
    const { headers } = await post(`mail/${mail.id}/resend`).expect(303);
    const copy = /mail\/([^?]+)\?done=resent$/.exec(headers['location']!)![1]!;
    expect((await get(`mail/${copy}`).expect(200)).text).toContain(base(`mail/${mail.id}`));
    await post(`mail/${mail.id}/settle`).expect(409);
    await app.db.query(`update mail_message set state = 'uncertain', settled_at = now() where id = $1`, [
      copy,
    ]);
    await post(`mail/${copy}/settle`).expect(303);
    const other = await app.conference();
    await app.grant('chair@example.org', 'organiser', other.id);
    await app.http.get(`/conferences/${other.slug}/organise/mail/${copy}`).set('cookie', chair).expect(404);
  });
});

describe('settings', () => {
  const version = async (): Promise<string> => hidden(await get('settings'), 'version');

  it('are saved part by part', async () => {
    const texts = {
      name: 'New name',
      subtitle: 'Sub',
      organiserName: 'House',
      description: 'D',
      venue: 'V',
      contactAddress: 'x@example.org',
    };
    const seen = await version();
    await post('settings/texts', { ...texts, version: seen })
      .expect(303)
      .expect('location', /done=saved#texts$/);
    const stale = await post('settings/texts', { ...texts, name: 'Typed name', version: seen }).expect(412);
    expect(stale.text).toContain('Typed name');
    await post('settings/texts', { ...texts, name: ' ', version: await version() }).expect(422);
    await post('settings/dates', {
      startsOn: '2028-05-12',
      endsOn: '2028-05-14',
      timeZone: 'Asia/Yerevan',
      floorLanguage: 'en',
      'interpretation[0]': 'hy',
      'interpretation[1]': 'az',
      version: await version(),
    }).expect(303);
    await post('settings/open', {
      lettersOpen: 'false',
      registrationOpen: 'true',
      version: await version(),
    }).expect(303);
    const [row] = await app.db.query(
      `select name, time_zone, interpretation, letters_open from conference where id = $1`,
      [conference.id],
    );
    expect(row).toEqual({
      name: 'New name',
      time_zone: 'Asia/Yerevan',
      interpretation: ['hy', 'az'],
      letters_open: false,
    });
    await post('settings/nonsense', {}).expect(404);
  });

  it('move the deadline with a reason, and leave the opening alone', async () => {
    const [before] = await app.db.query(`select opens_at from call where id = $1`, [conference.callId]);
    const page = await get('settings');
    const value = (name: string): string =>
      new RegExp(`name="call\\[${name}\\]" value="([^"]*)"`).exec(page.text)?.[1] ?? '';
    const call = (change: Record<string, string>): Record<string, string> =>
      Object.fromEntries(
        Object.entries({
          opensOn: value('opensOn'),
          deadlineDay: value('deadlineDay'),
          deadlineZone: 'Etc/GMT+12',
          graceMinutes: '5',
          wordLimit: '250',
          blindness: 'single',
          reviewsPerSubmission: '2',
          reviewsDueDay: '',
          decisionsOn: '',
          rules: 'Be kind.',
          reason: '',
          ...change,
        }).map(([name, text]) => [`call[${name}]`, text]),
      );
    expect(value('opensOn')).toMatch(/^\d{4}-\d\d-\d\d$/);
    await post('settings/call', { ...call({}), version: await version() }).expect(303);
    const [after] = await app.db.query(
      `select opens_at, word_limit, blindness, grace_minutes from call where id = $1`,
      [conference.callId],
    );
    expect(after).toEqual({
      opens_at: before.opens_at,
      word_limit: 250,
      blindness: 'single',
      grace_minutes: 5,
    });
    const moved = call({ deadlineDay: '2099-10-31' });
    const refused = await post('settings/call', { ...moved, version: await version() }).expect(422);
    expect(refused.text).toContain('2099-10-31');
    await post('settings/call', { ...moved, 'call[reason]': 'More time', version: await version() }).expect(
      303,
    );
  });

  it('change the lists of topics and criteria', async () => {
    const topics = {
      'topics[0][id]': conference.topics[0],
      'topics[0][title]': 'Kept',
      'topics[1][id]': '',
      'topics[1][title]': '',
    };
    const added = await post('settings/topics', { ...topics, act: 'add', version: await version() }).expect(
      200,
    );
    expect(added.text).toContain('topics[2][title]');
    await post('settings/topics', { ...topics, act: 'save', version: await version() }).expect(303);
    expect(
      await app.db.query(`select title from topic where conference_id = $1 and retired_at is null`, [
        conference.id,
      ]),
    ).toEqual([{ title: 'Kept' }]);
    const anchors = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((text, i) => [`criteria[0][anchors][${i}]`, text]),
    );
    const criteria = {
      'criteria[0][id]': '',
      'criteria[0][title]': 'Care',
      'criteria[0][weight]': '2',
      ...anchors,
      act: 'save',
    };
    const refused = await post('settings/criteria', {
      ...criteria,
      'criteria[0][weight]': '99',
      version: await version(),
    }).expect(422);
    expect(refused.text).toContain('value="99"');
    await post('settings/criteria', { ...criteria, version: await version() }).expect(303);
    expect(
      await app.db.query(`select title, weight from criterion where call_id = $1 and retired_at is null`, [
        conference.callId,
      ]),
    ).toEqual([{ title: 'Care', weight: 2 }]);
  });

  it('close the call and start the reviewing', async () => {
    const id = await submitted(app, conference, someone('ann'));
    await post('settings/start-reviewing', { version: await version() }).expect(409);
    await post('settings/close-call', { closeReason: '', version: await version() }).expect(422);
    await post('settings/close-call', { closeReason: 'Enough', version: await version() }).expect(303);
    await post('settings/start-reviewing', { version: await version() }).expect(303);
    expect(await app.db.query(`select status from submission where id = $1`, [id])).toEqual([
      { status: 'under_review' },
    ]);
    expect((await get('')).text).toContain('Reviewing: 0% in');
  });
});

describe('roles', () => {
  it('are granted and revoked, and the last one stays', async () => {
    const email = someone('new');
    await post('roles', { email: 'nonsense', name: '', role: 'auditor' })
      .expect(422)
      .then((page) => expect(page.text).toContain('nonsense'));
    await post('roles', { email, name: 'New Person', role: 'auditor' }).expect(303);
    expect((await get('roles')).text).toContain('New Person');
    const [grant] = await app.db.query(
      `select id from role_grant where role = 'auditor' and conference_id = $1`,
      [conference.id],
    );
    await post('roles', { email, role: 'chair' }, organiser).expect(403);
    await post(`roles/${grant.id}/revoke`).expect(303);
    await post(`roles/${grant.id}/revoke`).expect(404);
    const [last] = await app.db.query(
      `select id from role_grant where role = 'chair' and conference_id = $1`,
      [conference.id],
    );
    await post(`roles/${last.id}/revoke`).expect(409);
  });
});

describe('letters of interest', () => {
  it('are answered', async () => {
    await fill(3);
    const [letter] = await app.db.query(`select id from letter_of_interest where conference_id = $1`, [
      conference.id,
    ]);
    const page = await get(`partners/${letter.id}`).expect(200);
    const refused = await post(`partners/${letter.id}/answer`, {
      status: 'nonsense',
      text: 'Kept words',
      version: hidden(page, 'version'),
    }).expect(422);
    expect(refused.text).toContain('Kept words');
    await post(`partners/${letter.id}/answer`, {
      status: 'welcomed',
      text: 'Welcome',
      version: hidden(page, 'version'),
    }).expect(303);
    expect((await get(`partners/${letter.id}`)).text).toContain('Welcome');
    await app.db.query(`update letter_of_interest set held_until = now() where id = $1`, [letter.id]);
    await get(`partners/${letter.id}`).expect(404);
  });
});

describe('proceedings', () => {
  it('are arranged by the buttons of one form, and built', async () => {
    const ids = [await underReview(), await underReview(someone('bea'), { title: 'Second paper' })];
    for (const id of ids) await moveTo(app, id, 'accepted');
    const volume = {
      'volume[title]': 'Abstracts',
      'volume[subtitle]': '',
      'volume[publisher]': 'House',
      'volume[year]': '2028',
    };
    const seen = async (): Promise<Record<string, string>> => ({
      ...volume,
      version: hidden(await get('proceedings'), 'version'),
    });
    const sections = async (): Promise<Record<string, string>> => {
      const rows = await app.db.query(
        `select id, title from volume_section where conference_id = $1 order by position`,
        [conference.id],
      );
      return Object.fromEntries(
        rows.flatMap(({ id, title }: { id: string; title: string }, i: number) => [
          [`sections[${i}][id]`, id],
          [`sections[${i}][title]`, title],
        ]),
      );
    };
    await post('proceedings', { ...(await seen()), act: 'add-section', newSection: 'First' }).expect(303);
    await post('proceedings', {
      ...(await seen()),
      ...(await sections()),
      act: 'add-section',
      newSection: 'Second',
    }).expect(303);
    const [first, second] = await app.db.query(
      `select id, title from volume_section where conference_id = $1 order by position`,
      [conference.id],
    );
    const move = { act: `move:${ids[0]}`, [`to[${ids[0]}]`]: second.id };
    await post('proceedings', { ...(await seen()), ...(await sections()), ...move })
      .expect(303)
      .expect('location', `${base('proceedings')}#paper-${ids[0]}`);
    await post('proceedings', {
      ...(await seen()),
      ...(await sections()),
      act: `section-up:${second.id}`,
    }).expect(303);
    const stale = await post('proceedings', {
      ...volume,
      'volume[title]': 'Typed',
      version: '0',
      act: 'save',
    }).expect(412);
    expect(stale.text).toContain('value="Typed"');
    const page = await get('proceedings').expect(200);
    expect(page.text.indexOf('value="Second"')).toBeLessThan(page.text.indexOf('value="First"'));
    expect(first.title).toBe('First');
    const { headers } = await post('proceedings/builds').expect(303);
    expect((await app.http.get(headers['location']!).set('cookie', chair).expect(200)).text).toContain(
      'The build waits for its turn',
    );
  });
});

describe('exports', () => {
  it.each([
    'submissions',
    'authors',
    'reviewers',
    'assignments',
    'reviews',
    'decisions',
    'registrations',
    'letters',
    'mail',
    'record',
  ])('of %s are files in two formats', async (what) => {
    await fill(2);
    const csv = await get(`exports/${what}.csv`)
      .expect(200)
      .expect('content-type', /^text\/csv/);
    expect(csv.headers['content-disposition']).toBe(`attachment; filename="${conference.slug}-${what}.csv"`);
    expect(csv.text.trim().split('\r\n').length).toBeGreaterThanOrEqual(3);
    const json = await get(`exports/${what}.json`)
      .expect(200)
      .expect('content-type', /^application\/json/);
    expect(json.body.length).toBeGreaterThanOrEqual(2);
    expect(csv.text).not.toContain('[object');
  });

  it('follow the filters of the list, and know no other files', async () => {
    await fill(5);
    expect((await get('exports/submissions.json?q=title%205')).body).toHaveLength(1);
    expect((await get('exports/registrations.json?attendance=in_person')).body).toEqual([]);
    for (const file of ['submissions.xml', 'people.csv', 'submissions', 'submissions.csv.csv'])
      await get(`exports/${file}`).expect(404);
  });
});

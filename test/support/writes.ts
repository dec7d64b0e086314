import { CONFIG, type Config } from '../../src/platform/config.js';
import { abstractOf, type TestApp } from './app.js';
import { assigned, moveTo, reviewer, reviewOf, submitted } from './panel.js';

/** A request that changes something, ready to be sent by somebody who may, and to be sent again. */
export interface Write {
  /** Method and path as the API's description has them. */
  route: string;
  path: string;
  /** Without one it is sent by a guest. */
  token?: string;
  /** Further headers that it needs. */
  headers?: Record<string, string>;
  /** A body that is taken, with every field of the route in it; another one each time where it must be. */
  body: () => Record<string, unknown>;
  /** Version to be seen, where the row has one. */
  version?: () => Promise<number>;
  /** Makes it possible again after it was done. */
  again?: () => Promise<unknown>;
}

let serial = 0;
const next = (): number => (serial += 1);

/** Letters of a number: 0 is `AAAA`. */
const letters = (n: number): string =>
  [3, 2, 1, 0].map((place) => String.fromCharCode(65 + (Math.floor(n / 26 ** place) % 26))).join('');

const criterion = (title: string) => ({
  title,
  anchors: ['none', 'slight', 'fair', 'clear', 'major'],
  weight: 2,
});

/** One request for every route of the API that takes a body. */
export async function everyWrite(app: TestApp): Promise<Write[]> {
  const conference = await app.conference();
  const { slug } = conference;
  await app.db.query(`update conference set letters_open = true, registration_open = true where id = $1`, [
    conference.id,
  ]);
  const api = `/api/v1/conferences/${slug}`;
  const bounceSecret = (app.app.get<Config>(CONFIG).bounceSecret =
    'a secret that only the mail server knows');
  const author = await app.token('writer@example.org');
  const operator = await app.token('operator@example.org', 'operator');
  const chair = await app.token('chair@example.org', 'chair', conference.id);
  const editor = await app.token('editor@example.org', 'proceedings_editor', conference.id);
  const rehearsing = await app.token('rehearsing@example.org', 'operator');
  await app.db.query(
    `update access_token set rehearsal = true where person_id = (select person_id from person_address where address = 'rehearsing@example.org')`,
  );

  const sql = async <T>(statement: string, ...values: unknown[]): Promise<T> =>
    (await app.db.query(statement, values)) as T;
  const versionIn = (table: string, column: string, id: string) => async (): Promise<number> =>
    (await sql<{ version: number }[]>(`select version from ${table} where ${column} = $1`, id))[0]?.version ??
    0;
  const conferenceVersion = versionIn('conference', 'id', conference.id);

  // Conferences of their own: rules about perspectives limit how often the other would propose assignments.
  const balanced = await app.conference();
  const ruled = await app.conference();
  const balancer = await app.token('balancer@example.org', 'chair', balanced.id);
  const ruler = await app.token('ruler@example.org', 'chair', ruled.id);
  const declaring = await reviewer(app, balanced, balancer, 'declaring@example.org');
  await sql(
    `insert into assignment_rule (conference_id, groups) values ($1, '[{"id": "aaaaaaaa", "name": "A", "counts": "party"}]')`,
    balanced.id,
  );

  const own = await submitted(app, conference, 'writer@example.org');
  const [{ receipt }] = await sql<[{ receipt: string }]>(`select receipt from submission where id = $1`, own);
  const leaving = await submitted(app, conference, 'writer@example.org');
  const judged = await submitted(app, conference, 'judged@example.org');
  const deciding = await submitted(app, conference, 'decided@example.org');
  const announcing = await submitted(app, conference, 'announced@example.org');
  const moving = await submitted(app, conference, 'moved@example.org');
  const frozen = await submitted(app, conference, 'frozen@example.org');
  const waiting = await submitted(app, conference, 'waiting@example.org');
  for (const id of [deciding, announcing, moving, frozen, waiting]) await moveTo(app, id, 'under_review');
  await sql(
    `insert into proceedings_build (id, conference_id, status, stage, progress, snapshot, snapshot_hash, created_at, finished_at)
     values ('donebuilddonebui', $1, 'done', 'done', 100, '{"volume":{},"sections":[]}', '', now(), now())`,
    conference.id,
  );
  await sql(
    `insert into volume (conference_id, title, publisher, year, version) values ($1, 'Abstracts', 'House', 2027, 1)`,
    conference.id,
  );
  const panel = await reviewer(app, conference, chair, 'reviewer@example.org');
  const reviewing = await assigned(app, chair, judged, panel.id);
  const giving = await assigned(app, chair, deciding, panel.id);
  const other = await reviewer(app, conference, chair, 'other-reviewer@example.org');
  // Of the same house as the author of what is announced; and bids are taken.
  const inferred = await reviewer(app, conference, chair, 'inferred-reviewer@example.org', {
    affiliation: 'Institute announced@example.org',
  });
  await sql(`insert into bidding values ($1, '2026-01-01', '2036-12-31', 1)`, conference.id);
  const post = async (path: string, token: string, body: object): Promise<string> =>
    (
      await app.http
        .post(path)
        .set('authorization', `Bearer ${token}`)
        .set('idempotency-key', `write-key-${next()}`)
        .send(body)
        .expect(201)
    ).body.id as string;
  const invited = await post(`${api}/reviewers`, chair, {
    email: 'invited@example.org',
    name: 'Invited Example',
    affiliation: 'Example House',
  });
  const invitee = await app.token('invited@example.org', 'reviewer');
  await app.http
    .put(`/api/v1/submissions/${announcing}/decision`)
    .set('authorization', `Bearer ${chair}`)
    .send({ outcome: 'accepted' })
    .expect(200);
  await app.http
    .put(`/api/v1/submissions/${moving}/decision`)
    .set('authorization', `Bearer ${chair}`)
    .send({ outcome: 'rejected' })
    .expect(200);
  for (const [id, outcome] of [
    [frozen, 'accepted'],
    [waiting, 'waitlisted'],
  ] as const)
    await app.http
      .put(`/api/v1/submissions/${id}/decision`)
      .set('authorization', `Bearer ${chair}`)
      .send({ outcome })
      .expect(200);
  await post(`${api}/decision-releases`, chair, { submissions: [waiting] });
  const { body: list } = await app.http
    .post(`${api}/release-lists`)
    .set('authorization', `Bearer ${chair}`)
    .set('idempotency-key', `write-key-${next()}`)
    .send({ submissions: [frozen] })
    .expect(201);
  const secondChair = await app.token('second-chair@example.org', 'chair', conference.id);
  const chairId = await app.person('chair@example.org');

  const letter = () => ({
    organisation: 'Example Foundation',
    country: 'GE',
    website: 'https://example.org/about',
    contactName: 'Nino Example',
    email: `partner-${next()}@example.org`,
    contribution: 'expertise',
    letter: 'We would gladly join.',
  });
  const partner = await app.token('partner@example.org');
  const answered = await post(`${api}/letters-of-interest`, partner, { ...letter(), email: undefined });
  const attendee = await app.token('attendee@example.org');
  const registration = {
    name: 'Leyla Example',
    affiliation: 'Example House',
    country: 'GE',
    attendance: 'online',
    interpretation: 'az',
    accessNeeds: 'A seat near the door',
  };
  const registered = await post(`${api}/registrations`, attendee, registration);
  const [message] = await sql<{ id: string }[]>(
    `update mail_message set state = 'uncertain', settled_at = clock_timestamp()
     where id = (select id from mail_message where subject_id = $1 limit 1) returning id`,
    own,
  ).then((rows) => (Array.isArray(rows[0]) ? (rows[0] as { id: string }[]) : rows));
  const topic = conference.topics[0]!;
  const abstract = () => ({
    ...abstractOf(conference, { topics: [topic] }),
    authors: [
      {
        name: 'Ani Example',
        nativeName: 'Անի Օրինակ',
        affiliation: 'Example State University',
        ror: '05gq02987',
        country: 'GE',
        // Somebody new each time: who is given a public name keeps it.
        email: `ani-${next()}@example.org`,
        orcid: '0000-0002-1825-0097',
        corresponding: true,
        presenting: true,
      },
    ],
  });

  // A panel that discusses, and authors who were asked to respond.
  const talked = await submitted(app, conference, 'writer@example.org');
  await moveTo(app, talked, 'under_review');
  const talking = await assigned(app, chair, talked, panel.id);
  await app.http
    .put(`/api/v1/assignments/${talking}/review`)
    .set('authorization', `Bearer ${panel.token}`)
    .send(reviewOf(conference))
    .expect(200);
  await sql(
    `insert into reviewing_settings (call_id, discussion, response_opened_at, response_closes_at)
     values ($1, true, clock_timestamp(), clock_timestamp() + interval '1 day')`,
    conference.callId,
  );
  await sql(`insert into discussion (submission_id, opened_at) values ($1, clock_timestamp())`, talked);
  await sql(
    `insert into discussion_seat (submission_id, reviewer_id, place) values ($1, $2, 1)`,
    talked,
    panel.id,
  );
  await sql(
    `insert into discussion_post (id, submission_id, reviewer_id, text, posted_at)
     values ('writtenpost', $1, $2, 'First words', clock_timestamp())`,
    talked,
    panel.id,
  );
  await sql(
    `insert into author_response (submission_id, reviews, opened_at) values ($1, '[]', clock_timestamp())`,
    talked,
  );
  const asking = await app.conference();
  await sql(`update call set reviewing_since = clock_timestamp() where id = $1`, asking.callId);
  const asker = await app.token('chair@example.org', 'chair', asking.id);

  const pair = {
    one: await app.person('judged@example.org'),
    other: await app.person('attendee@example.org'),
  };
  await sql(`update person_address set confirmed_at = clock_timestamp() where person_id = any($1)`, [
    pair.one,
    pair.other,
  ]);
  const { body: preview } = await app.http
    .get(`${api}/merges/preview`)
    .query(pair)
    .set('authorization', `Bearer ${chair}`)
    .expect(200);
  const pairHash = preview.hash as string;

  return [
    {
      route: 'POST /api/v1/assignments/{id}/decline',
      path: `/api/v1/assignments/${giving}/decline`,
      token: panel.token,
      body: () => ({ reason: 'No time', conflict: false }),
      again: () =>
        sql(
          `update assignment set status = 'assigned', ended_at = null, end_reason = null where id = $1`,
          giving,
        ),
    },
    {
      route: 'PUT /api/v1/assignments/{id}/note',
      path: `/api/v1/assignments/${reviewing}/note`,
      token: panel.token,
      body: () => ({ text: `Noted ${next()}` }),
    },
    {
      route: 'POST /api/v1/assignments/{id}/discussion/posts',
      path: `/api/v1/assignments/${talking}/discussion/posts`,
      token: panel.token,
      body: () => ({ text: 'What did I miss?' }),
    },
    {
      route: 'PUT /api/v1/assignments/{id}/discussion/posts/{post}',
      path: `/api/v1/assignments/${talking}/discussion/posts/writtenpost`,
      token: panel.token,
      body: () => ({ text: `Other words ${next()}` }),
      version: versionIn('discussion_post', 'id', 'writtenpost'),
    },
    {
      route: 'PUT /api/v1/conferences/{slug}/reviewing-settings',
      path: `${api}/reviewing-settings`,
      token: chair,
      body: () => ({
        overallWords: ['no', 'hardly', 'either', 'yes', 'by all means'],
        confidenceWords: [],
        lateDays: 2,
        reminderDays: [-7, -1],
        discussion: true,
        responseWordLimit: 400,
        responseScores: false,
      }),
      version: versionIn('reviewing_settings', 'call_id', conference.callId),
    },
    {
      route: 'POST /api/v1/conferences/{slug}/author-responses',
      path: `/api/v1/conferences/${asking.slug}/author-responses`,
      token: asker,
      body: () => ({ closesDay: '2099-01-31' }),
      version: versionIn('reviewing_settings', 'call_id', asking.callId),
    },
    {
      route: 'PUT /api/v1/submissions/{id}/response',
      path: `/api/v1/submissions/${talked}/response`,
      token: author,
      body: () => ({ text: 'Thank you for reading.' }),
      version: versionIn('author_response', 'submission_id', talked),
    },
    {
      route: 'PUT /api/v1/submissions/{id}/meta-review',
      path: `/api/v1/submissions/${deciding}/meta-review`,
      token: chair,
      body: () => ({ text: 'The panel agrees.', forAuthors: true }),
      version: versionIn('meta_review', 'submission_id', deciding),
    },
    {
      route: 'PUT /api/v1/assignments/{id}/review',
      path: `/api/v1/assignments/${reviewing}/review`,
      token: panel.token,
      body: () => reviewOf(conference, { status: 'draft', privateNote: 'Mine' }),
      version: versionIn('review', 'assignment_id', reviewing),
    },
    {
      route: 'POST /api/v1/conferences',
      path: '/api/v1/conferences',
      token: operator,
      body: () => {
        const n = next();
        return {
          slug: `written-${n}`,
          codePrefix: `W${letters(n)}`,
          name: 'Written Conference',
          subtitle: 'Of hostile input',
          organiserName: 'Example Institute',
          description: 'A text.',
          venue: 'Example Hall',
          contactAddress: 'office@example.org',
          startsOn: '2099-05-12',
          endsOn: '2099-05-14',
          timeZone: 'Asia/Tbilisi',
          floorLanguage: 'en',
          interpretation: ['az'],
          previous: slug,
          kind: 'real',
          call: {
            opensOn: '2026-01-01',
            deadlineDay: '2098-10-31',
            deadlineZone: 'Etc/GMT+12',
            graceMinutes: 10,
            wordLimit: 300,
            blindness: 'double',
            rules: 'Be kind.',
            reviewsPerSubmission: 3,
            reviewsDueDay: '2098-12-31',
            decisionsOn: '2099-01-31',
          },
          topics: [{ title: 'Topic' }],
          criteria: [criterion('Criterion')],
        };
      },
    },
    {
      route: 'PATCH /api/v1/conferences/{slug}',
      path: api,
      token: chair,
      body: () => ({
        name: 'Written Conference',
        subtitle: 'Of hostile input',
        organiserName: 'Example Institute',
        description: 'A text.',
        venue: 'Example Hall',
        contactAddress: 'office@example.org',
        startsOn: '2099-05-12',
        endsOn: '2099-05-14',
        timeZone: 'Asia/Tbilisi',
        floorLanguage: 'en',
        interpretation: ['az'],
        lettersOpen: true,
        registrationOpen: true,
        call: { graceMinutes: 10, wordLimit: 300, rules: 'Be kind.', reason: 'More time' },
      }),
      version: conferenceVersion,
    },
    {
      route: 'POST /api/v1/conferences/{slug}/assignment-runs',
      path: `${api}/assignment-runs`,
      token: chair,
      body: () => ({ perSubmission: 1, maxLoad: 5, seed: 1, objective: 'by chance', likelyAtMost: 50 }),
    },
    {
      route: 'PUT /api/v1/conferences/{slug}/assignment-settings',
      path: `/api/v1/conferences/${ruled.slug}/assignment-settings`,
      token: ruler,
      body: () => ({
        leastLoad: 1,
        groups: [
          { id: 'aaaaaaaa', name: 'Party', counts: 'party' },
          { id: 'bbbbbbbb', name: 'Others', counts: 'outside' },
        ],
        mostOfParty: 1,
        outsideAtLeast: 1,
      }),
      version: versionIn('assignment_rule', 'conference_id', ruled.id),
    },
    {
      route: 'PUT /api/v1/submissions/{id}/panel-size',
      path: `/api/v1/submissions/${judged}/panel-size`,
      token: chair,
      body: () => ({ places: 2 }),
    },
    {
      route: 'PUT /api/v1/assignments/{id}/lock',
      path: `/api/v1/assignments/${reviewing}/lock`,
      token: chair,
      body: () => ({ locked: true }),
      version: versionIn('assignment', 'id', reviewing),
    },
    {
      route: 'PUT /api/v1/invitations/{id}/perspective',
      path: `/api/v1/invitations/${declaring.id}/perspective`,
      token: declaring.token,
      body: () => ({ group: 'aaaaaaaa' }),
    },
    {
      route: 'PUT /api/v1/conferences/{slug}/bidding',
      path: `${api}/bidding`,
      token: chair,
      body: () => ({ opensOn: '2026-01-01', closesOn: '2036-12-31' }),
      version: versionIn('bidding', 'conference_id', conference.id),
    },
    {
      route: 'PUT /api/v1/conferences/{slug}/criteria',
      path: `${api}/criteria`,
      token: chair,
      body: () => ({
        criteria: conference.criteria.map((id, n) => ({ id, ...criterion(`Criterion ${n}`) })),
      }),
      version: conferenceVersion,
    },
    {
      route: 'PUT /api/v1/conferences/{slug}/deciding',
      path: `${api}/deciding`,
      token: chair,
      body: () => ({
        textRequired: [],
        twoPersons: false,
        twoOrganisations: false,
        places: 20,
        confirmOn: '2099-02-28',
        reminderDays: [7, 2],
        editFields: ['abstract'],
        editOn: '2099-03-31',
      }),
      version: versionIn('deciding_settings', 'conference_id', conference.id),
    },
    {
      route: 'POST /api/v1/conferences/{slug}/decision-moves',
      path: `${api}/decision-moves`,
      token: chair,
      body: () => ({
        moves: [
          {
            submission: moving,
            outcome: 'waitlisted',
            version: 1,
            reason: 'The panel agrees.',
            textToAuthors: 'Well done.',
            conditions: '',
            rank: 2,
          },
        ],
      }),
      again: () => sql(`update pending_decision set version = 1 where submission_id = $1`, moving),
    },
    {
      route: 'PUT /api/v1/conferences/{slug}/chair-organisations',
      path: `${api}/chair-organisations`,
      token: chair,
      body: () => ({ person: chairId, organisation: 'Example House' }),
    },
    {
      route: 'POST /api/v1/conferences/{slug}/release-lists',
      path: `${api}/release-lists`,
      token: chair,
      body: () => ({ submissions: [frozen], outcomes: ['accepted'] }),
    },
    {
      route: 'POST /api/v1/release-lists/{id}/confirm',
      path: `/api/v1/release-lists/${list.id}/confirm`,
      token: secondChair,
      body: () => ({ listHash: list.listHash }),
    },
    {
      route: 'PUT /api/v1/release-lists/{id}/schedule',
      path: `/api/v1/release-lists/${list.id}/schedule`,
      token: chair,
      body: () => ({ at: '2099-03-01T09:00:00Z' }),
    },
    {
      route: 'POST /api/v1/release-lists/{id}/test',
      path: `/api/v1/release-lists/${list.id}/test`,
      token: chair,
      body: () => ({ submission: frozen }),
    },
    {
      route: 'POST /api/v1/submissions/{id}/promote',
      path: `/api/v1/submissions/${waiting}/promote`,
      token: chair,
      body: () => ({ reason: 'A place is free.', textToAuthors: 'Welcome.' }),
      again: () =>
        sql(`update submission set status = 'waitlisted', version = version + 1 where id = $1`, waiting),
    },
    {
      route: 'POST /api/v1/conferences/{slug}/decision-releases',
      path: `${api}/decision-releases`,
      token: chair,
      body: () => ({ submissions: [announcing], listHash: 'x'.repeat(64) }),
    },
    {
      route: 'POST /api/v1/conferences/{slug}/letters-of-interest',
      path: `${api}/letters-of-interest`,
      body: letter,
    },
    {
      route: 'POST /api/v1/conferences/{slug}/merges',
      path: `${api}/merges`,
      token: chair,
      body: () => ({ ...pair, hash: pairHash }),
      // Taken once, the two are one; so the pair is one that both have to agree about, asked again and again.
      again: () => sql(`delete from merge_request where conference_id = $1`, conference.id),
    },
    {
      route: 'POST /api/v1/conferences/{slug}/registrations',
      path: `${api}/registrations`,
      body: () => ({ ...registration, email: `attendee-${next()}@example.org` }),
    },
    {
      route: 'POST /api/v1/conferences/{slug}/reviewers',
      path: `${api}/reviewers`,
      token: chair,
      body: () => ({
        email: `reviewer-${next()}@example.org`,
        name: 'Reviewer Example',
        affiliation: 'Example House',
        country: 'GE',
        topics: [topic],
        maxLoad: 5,
      }),
    },
    {
      route: 'PUT /api/v1/conferences/{slug}/retention',
      path: `${api}/retention`,
      token: chair,
      body: () => ({ draftsDays: 90, accessNeedsDays: 20, lettersDays: 200, mailDays: 300 }),
      version: versionIn('conference_retention', 'conference_id', conference.id),
    },
    {
      route: 'POST /api/v1/conferences/{slug}/roles',
      path: `${api}/roles`,
      token: chair,
      body: () => ({ email: `role-${next()}@example.org`, name: 'Role Example', role: 'auditor' }),
    },
    {
      route: 'POST /api/v1/conferences/{slug}/submissions',
      path: `${api}/submissions`,
      token: author,
      body: abstract,
    },
    {
      route: 'POST /api/v1/conferences/{slug}/published-volumes',
      path: `${api}/published-volumes`,
      token: editor,
      // Publishing a build again changes nothing.
      body: () => ({ build: 'donebuilddonebui' }),
    },
    {
      route: 'PUT /api/v1/conferences/{slug}/topics',
      path: `${api}/topics`,
      token: chair,
      body: () => ({ topics: conference.topics.map((id, n) => ({ id, title: `Topic ${n}` })) }),
      version: conferenceVersion,
    },
    {
      route: 'PUT /api/v1/conferences/{slug}/volume',
      path: `${api}/volume`,
      token: editor,
      body: () => ({
        title: 'Book of abstracts',
        subtitle: 'Volume 1',
        publisher: 'Example Press',
        year: 2099,
        place: 'Yerevan',
        editors: ['Ani Example'],
        isbn: '978-3-16-148410-0',
        issn: '2434-561X',
        doiPrefix: '10.5555',
        doiPattern: '{conference}.{paper}',
        licence: 'CC-BY-4.0',
        erratum: 'A name.',
        pages: [{ title: 'Preface', text: 'Thanks.' }],
        sections: [{ title: 'Section', papers: [] }],
      }),
      version: versionIn('volume', 'conference_id', conference.id),
    },
    {
      route: 'POST /api/v1/invitations/{id}/accept',
      path: `/api/v1/invitations/${invited}/accept`,
      token: invitee,
      body: () => ({ topics: [topic], maxLoad: 5 }),
      again: () => sql(`update reviewer set status = 'invited' where id = $1`, invited),
    },
    {
      route: 'POST /api/v1/invitations/{id}/decline',
      path: `/api/v1/invitations/${invited}/decline`,
      token: invitee,
      body: () => ({ reason: 'No time' }),
      again: () => sql(`update reviewer set status = 'invited' where id = $1`, invited),
    },
    {
      route: 'POST /api/v1/letters-of-interest/{id}/answer',
      path: `/api/v1/letters-of-interest/${answered}/answer`,
      token: chair,
      body: () => ({ status: 'considered', text: 'Thank you.' }),
      version: versionIn('letter_of_interest', 'id', answered),
      again: () =>
        sql(`update letter_of_interest set status = 'received', answered_at = null where id = $1`, answered),
    },
    {
      route: 'POST /api/v1/mail-bounces',
      path: '/api/v1/mail-bounces',
      headers: { 'x-bounce-secret': bounceSecret },
      body: () => ({ message: 'Subject: none\r\n\r\n' }),
    },
    {
      route: 'PUT /api/v1/mail-hold',
      path: '/api/v1/mail-hold',
      token: operator,
      body: () => ({ held: false }),
    },
    {
      route: 'PUT /api/v1/conferences/{slug}/mail-hold',
      path: `${api}/mail-hold`,
      token: chair,
      body: () => ({ held: false }),
    },
    {
      route: 'POST /api/v1/mail/{id}/settle',
      path: `/api/v1/mail/${message!.id}/settle`,
      token: chair,
      body: () => ({ as: 'handed_over' }),
      again: () =>
        sql(
          `update mail_message set state = 'uncertain', settled_at = clock_timestamp() where id = $1`,
          message!.id,
        ),
    },
    {
      route: 'POST /api/v1/me/tokens',
      path: '/api/v1/me/tokens',
      token: chair,
      body: () => ({ name: 'script', role: 'chair', conference: slug, days: 2 }),
    },
    {
      route: 'POST /api/v1/record/receipt-checks',
      path: '/api/v1/record/receipt-checks',
      body: () => ({ receipt }),
    },
    {
      route: 'PATCH /api/v1/registrations/{id}',
      path: `/api/v1/registrations/${registered}`,
      token: attendee,
      body: () => registration,
      version: versionIn('registration', 'id', registered),
    },
    {
      route: 'POST /api/v1/rehearsal/tokens',
      path: '/api/v1/rehearsal/tokens',
      token: rehearsing,
      body: () => ({
        email: `played-${next()}@example.org`,
        name: 'Played Example',
        role: 'author',
        conference: '',
      }),
    },
    {
      route: 'PATCH /api/v1/submissions/{id}',
      path: `/api/v1/submissions/${own}`,
      token: author,
      body: () => {
        const { status: _status, ...rest } = abstract() as Record<string, unknown>;
        return rest;
      },
      version: versionIn('submission', 'id', own),
    },
    {
      route: 'POST /api/v1/submissions/{id}/assignments',
      path: `/api/v1/submissions/${judged}/assignments`,
      token: chair,
      body: () => ({ reviewer: other.id }),
      again: () =>
        sql(`delete from assignment where submission_id = $1 and reviewer_id = $2`, judged, other.id),
    },
    {
      route: 'PUT /api/v1/invitations/{id}/bids',
      path: `/api/v1/invitations/${other.id}/bids`,
      token: other.token,
      body: () => ({ bids: [{ submission: judged, bid: 'yes' }] }),
    },
    {
      route: 'POST /api/v1/submissions/{id}/conflicts',
      path: `/api/v1/submissions/${leaving}/conflicts`,
      token: chair,
      body: () => ({ reviewer: other.id, reason: 'Advised an author.' }),
    },
    {
      route: 'POST /api/v1/submissions/{id}/conflict-overrides',
      path: `/api/v1/submissions/${announcing}/conflict-overrides`,
      token: chair,
      body: () => ({ reviewer: inferred.id, reason: 'Another campus.' }),
    },
    {
      route: 'PUT /api/v1/submissions/{id}/decision',
      path: `/api/v1/submissions/${deciding}/decision`,
      token: chair,
      body: () => ({
        outcome: 'waitlisted',
        reason: 'The panel agrees.',
        textToAuthors: 'Well done.',
        conditions: '',
        rank: 3,
      }),
      version: versionIn('pending_decision', 'submission_id', deciding),
    },
    {
      route: 'POST /api/v1/submissions/{id}/withdraw',
      path: `/api/v1/submissions/${leaving}/withdraw`,
      token: author,
      body: () => ({ reason: 'Elsewhere' }),
      version: versionIn('submission', 'id', leaving),
      again: () =>
        sql(
          `update submission set status = former_status, former_status = null, withdrawn_at = null where id = $1`,
          leaving,
        ),
    },
  ];
}

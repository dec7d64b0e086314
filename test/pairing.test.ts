import { Pairing } from '../src/reviews/pairing.service.js';
import { Reviewer } from '../src/reviews/reviewer.entity.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { newKey, reviewer, someone, submitted } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
let organiser: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  organiser = await app.token(someone('organiser'), 'organiser', conference.id);
});

/** Every reason of one pair, as the loader finds it. */
async function reasons(submission: string, reviewerId: string) {
  const row = await app.db.manager.findOneByOrFail(Reviewer, { id: reviewerId });
  return (await app.app.get(Pairing).of(app.db.manager, [submission], [row])).reasons(submission, reviewerId)
    .reasons;
}

const author = (email: string | undefined, change: object = {}) => ({
  name: 'Ann Author',
  affiliation: `House ${someone('h')}`,
  email,
  corresponding: email !== undefined,
  ...change,
});

describe('a conflict', () => {
  it('is found by the name in another script, and not where two ORCID iDs tell two people apart', async () => {
    const email = someone('ani');
    const { id } = await reviewer(app, conference, organiser, email, { name: 'Ani Petrosyan' });
    const paper = (orcid?: string) =>
      submitted(app, conference, someone('author'), {
        authors: [author(someone('a'), { nativeName: 'Անի Պետրոսյան', name: 'A. P.', orcid })],
      });
    const plain = await paper();
    expect(await reasons(plain, id)).toEqual(['name']);
    const told = await paper('0000-0002-1825-0097');
    expect(await reasons(told, id)).toEqual(['name']);
    await app.db.query(
      `update person set orcid = '0000-0001-5109-3700' where id = (select person_id from person_address where address = $1)`,
      [email],
    );
    expect(await reasons(told, id)).toEqual([]);
  });

  it('is found by any address of a person, and after two people were joined', async () => {
    const [one, other] = [someone('one'), someone('other')];
    const { id } = await reviewer(app, conference, organiser, one);
    await app.db.query(
      `insert into person_address (address, typed, person_id, is_primary, confirmed_at, created_at)
       select $2, $2, person_id, false, clock_timestamp(), clock_timestamp() from person_address where address = $1`,
      [one, other],
    );
    const paper = await submitted(app, conference, someone('author'), { authors: [author(other)] });
    expect(await reasons(paper, id)).toEqual(['author']);
  });

  it('is found between co-authors of this edition and of those before it, and of no other conference', async () => {
    const before = await app.conference();
    const earliest = await app.conference();
    const elsewhere = await app.conference();
    await app.db.query(`update conference set previous_id = $2 where id = $1`, [conference.id, before.id]);
    await app.db.query(`update conference set previous_id = $2 where id = $1`, [before.id, earliest.id]);
    const email = someone('rita');
    const { id } = await reviewer(app, conference, organiser, email);
    const together = async (where: TestConference, status = 'submitted') => {
      const other = someone('with');
      await submitted(app, where, other, {
        status,
        authors: [author(other), author(email, { name: 'R. R.', corresponding: false })],
      });
      return submitted(app, conference, other);
    };
    expect(await reasons(await together(conference), id)).toEqual(['coauthor']);
    expect(await reasons(await together(earliest), id)).toEqual(['coauthor']);
    expect(await reasons(await together(conference, 'draft'), id)).toEqual([]);
    expect(await reasons(await together(elsewhere), id)).toEqual([]);
    // A chain of editions that bites its tail ends all the same.
    await app.db.query(`update conference set previous_id = $2 where id = $1`, [earliest.id, conference.id]);
    expect(await reasons(await together(before), id)).toEqual(['coauthor']);
  });

  it('is found with a co-author of whom nothing but the name was given', async () => {
    const email = someone('rita');
    const { id } = await reviewer(app, conference, organiser, email);
    await submitted(app, conference, email, {
      authors: [author(email), author(undefined, { name: 'Dora Writer', corresponding: false })],
    });
    const paper = await submitted(app, conference, someone('author'), {
      authors: [author(someone('a'), { name: 'Дора Writer' })],
    });
    expect(await reasons(paper, id)).toEqual(['coauthor']);
  });

  it('is declared by authors, with a name or an address, and seen by them and organisers', async () => {
    const email = someone('rival');
    const { id } = await reviewer(app, conference, organiser, email, { name: 'Rival Someone' });
    const stranger = await reviewer(app, conference, organiser, someone('stranger'), {
      name: 'Other Someone',
    });
    const namedConflicts = [
      { name: 'A rival', email, affiliation: 'House of Rivals', reason: 'We were partners.' },
      { name: 'Other, Someone', reason: 'A rival.' },
    ];
    const writer = someone('writer');
    const paper = await submitted(app, conference, writer, { namedConflicts });
    expect(await reasons(paper, id)).toEqual(['named']);
    expect(await reasons(paper, stranger.id)).toEqual(['named']);
    const read = async (token: string) =>
      (await app.http.get(`/api/v1/submissions/${paper}`).set('authorization', `Bearer ${token}`).expect(200))
        .body.namedConflicts;
    const kept = [
      { name: 'A rival', email, affiliation: 'House of Rivals', reason: 'We were partners.' },
      { name: 'Other, Someone', email: null, affiliation: null, reason: 'A rival.' },
    ];
    expect(await read(await app.token(writer))).toEqual(kept);
    expect(await read(organiser)).toEqual(kept);
  });

  it('keeps a pair apart whose text the reviewer cannot read', async () => {
    await app.db.query(`update call set languages = '{hy,ru}' where id = $1`, [conference.callId]);
    const { id } = await reviewer(app, conference, organiser, someone('rita'));
    const paper = await submitted(app, conference, someone('author'), { language: 'hy' });
    expect(await reasons(paper, id)).toEqual(['language']);
    await app.db.query(`update reviewer set languages = '{en,hy}' where id = $1`, [id]);
    expect(await reasons(paper, id)).toEqual([]);
    const email = someone('author');
    const refused = await app.http
      .post(`/api/v1/conferences/${conference.slug}/submissions`)
      .set('authorization', `Bearer ${await app.token(email)}`)
      .set('idempotency-key', newKey())
      .send({ status: 'draft', language: 'az' })
      .expect(422);
    expect(refused.body.fields).toEqual([
      expect.objectContaining({ field: 'language', code: 'language', limit: 'en, hy, ru', value: 'az' }),
    ]);
  });
});

describe('whom authors name and who is protected', () => {
  it('is kept as a stand-in alone, and the conflict is found all the same', async () => {
    const email = someone('hidden');
    const { id } = await reviewer(app, conference, organiser, email);
    const { token } = { token: await app.cookie(email) };
    const named = (name: string) => [{ name, email, reason: `${name} harassed me.` }];
    const before = await submitted(app, conference, someone('author'), { namedConflicts: named('Realname') });
    await app.http
      .post('/me/protection')
      .set('cookie', token)
      .type('form')
      .send({ publicName: 'N. Sevan', idempotencyKey: newKey() })
      .expect(303);
    const writer = someone('writer');
    const after = await submitted(app, conference, writer, { namedConflicts: named('Realname') });
    for (const paper of [before, after]) {
      expect(await reasons(paper, id)).toEqual(['named']);
      const [row] = await app.db.query(`select * from named_conflict where submission_id = $1`, [paper]);
      expect(row).toMatchObject({ name: 'Name withheld', affiliation: null, reason: '' });
      expect(row.address).toMatch(/@protected\.invalid$/);
    }
    // Two writers cannot tell by their stand-ins that they mean the same person.
    const [{ n }] = await app.db.query(
      `select count(distinct address)::int as n from named_conflict where submission_id = any($1)`,
      [[before, after]],
    );
    expect(n).toBe(2);
  });
});

describe('what a pair fits', () => {
  it('knows topics, words and bids, and costs a fixed number of statements', async () => {
    const ids: string[] = [];
    for (const title of ['Border ceasefire monitoring missions', 'School language textbooks'])
      ids.push(await submitted(app, conference, someone('author'), { title, abstract: title }));
    const rows: Reviewer[] = [];
    for (const expertise of ['I observe ceasefire monitoring at borders.', 'Textbooks of schools', '']) {
      const { id } = await reviewer(app, conference, organiser, someone('r'), {
        topics: [conference.topics[0]],
      });
      await app.db.query(`update reviewer set expertise = $2 where id = $1`, [id, expertise]);
      rows.push(await app.db.manager.findOneByOrFail(Reviewer, { id }));
    }
    const of = async (papers: string[], reviewers: Reviewer[]) =>
      app.app.get(Pairing).of(app.db.manager, papers, reviewers);
    let pairing = await of(ids, rows);
    const affinity = (paper: number, who: number) => pairing.affinity(ids[paper]!, rows[who]!.id);
    expect(affinity(0, 0)).toBeGreaterThan(affinity(0, 2));
    expect(affinity(1, 1)).toBeGreaterThan(affinity(1, 0));
    expect(pairing.fit(ids[0]!, rows[0]!.id)).toMatchObject({
      sharedTopics: 1,
      topics: 1,
      fit: affinity(0, 0),
    });
    expect(pairing.fit(ids[0]!, rows[2]!.id).words).toBe(0);
    // A pair fits alike whoever else is asked about.
    expect((await of([ids[0]!], [rows[0]!])).affinity(ids[0]!, rows[0]!.id)).toBe(affinity(0, 0));
    const unbid = affinity(0, 0);
    await app.db.query(
      `insert into bid values ($1, $2, 'no', clock_timestamp()), ($1, $3, 'conflict', clock_timestamp())`,
      [rows[0]!.id, ids[0], ids[1]],
    );
    pairing = await of(ids, rows);
    expect(affinity(0, 0)).toBeLessThan(unbid);
    expect(pairing.fit(ids[0]!, rows[0]!.id).fit).toBe(unbid);
    expect(pairing.conflict(ids[1]!, rows[0]!.id)).toBe('declared');
  });
});

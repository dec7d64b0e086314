import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { chairOf, decisionMails, underReview, type Chair } from './support/deciding.js';
import { newKey, someone } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
let chair: Chair;
let cookie: string;
let email: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  email = someone('chair');
  chair = await chairOf(app, conference, email);
  cookie = await app.cookie(email);
});

const at = (path: string): string =>
  path.startsWith('/') ? path : `/conferences/${conference.slug}/organise/${path}`;
const get = (path: string, as = cookie) => app.http.get(at(path)).set('cookie', as);
const post = (path: string, form: object, as = cookie) =>
  app.http
    .post(at(path))
    .set('cookie', as)
    .type('form')
    .send({ idempotencyKey: newKey(), ...form });
const hidden = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? 'none';
const versionOf = async (id: string): Promise<string> =>
  String((await app.db.query(`select version from submission where id = $1`, [id]))[0].version);
const dayIn = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('by page, without scripts', () => {
  it('a board is moved with words, undone, frozen, looked at, confirmed, timed and released', async () => {
    const ids = [await underReview(app, conference), await underReview(app, conference)];
    await post('decisions/settings', {
      version: '0',
      twoPersons: 'true',
      'textRequired[]': 'rejected',
      places: '1',
      confirmOn: dayIn(20),
      reminderDays: '7, 2',
      'editFields[]': ['abstract'],
    })
      .expect(303)
      .expect('location', /done=saved$/);
    const wrong = await post('decisions/settings', { version: '1', reminderDays: '7, soon', places: '5' });
    expect([wrong.status, wrong.text.includes('value="7, soon"')]).toEqual([400, true]);
    const bare = await post('decisions', { act: 'bulk', outcome: 'rejected', 'chosen[]': ids });
    expect([bare.status, bare.text.includes('asks for words')]).toEqual([422, true]);
    await post('decisions', {
      act: 'bulk',
      outcome: 'rejected',
      'chosen[]': ids,
      textToAuthors: 'We are sorry.',
    }).expect(303);
    await post(`submissions/${ids[0]}/decision`, {
      outcome: 'waitlisted',
      rank: '2',
      textToAuthors: 'Please wait.',
      version: '1',
    }).expect(303);
    const board = (await get('decisions').expect(200)).text;
    expect(board).toContain('It gives one submission back what it had before.');
    expect(board).toContain('Line of one place');
    await post('decisions/undo', {})
      .expect(303)
      .expect('location', /done=undone$/);
    expect((await chair.get(`/api/v1/submissions/${ids[0]}/decision`)).body.pending).toMatchObject({
      outcome: 'rejected',
      textToAuthors: 'We are sorry.',
    });

    const preview = (await get('decisions/release').expect(200)).text;
    expect(preview).toContain('This conference asks for a second chair');
    expect(preview).not.toContain('Type 2 to confirm');
    const frozen = await post('decisions/lists', { 'outcomes[]': ['rejected'] }).expect(303);
    const path = frozen.headers['location']!.split('?')[0]!;
    const list = (await get(path).expect(200)).text;
    for (const words of ['We are sorry.', 'is written to as author 1', 'waits for a second chair'])
      expect(list).toContain(words);
    expect(list).not.toContain('value="confirm"');
    const second = someone('second');
    await chairOf(app, conference, second);
    const other = await app.cookie(second);
    const theirs = (await get(path, other).expect(200)).text;
    await post(path, { act: 'confirm', listHash: hidden(theirs, 'listHash') }, other).expect(303);
    await post(path, { act: 'test' }).expect(303);
    const skipped = await post(path, { act: 'schedule', day: dayIn(2), time: 'noon' }).expect(422);
    expect(skipped.text).toContain('value="noon"');
    await post(path, { act: 'schedule', day: dayIn(2), time: '09:30' }).expect(303);
    expect((await get('decisions/lists').expect(200)).text).toContain('releases itself');
    await post(path, { act: 'unschedule' }).expect(303);
    await post(path, { act: 'release', confirmation: '3' }).expect(422);
    await post(path, { act: 'nonsense' }).expect(404);
    await post(path, { act: 'release', confirmation: '2' })
      .expect(303)
      .expect('location', /done=released$/);
    expect(await decisionMails(app, ids[0]!)).toHaveLength(1);
    const recipients = /href="([^"]*recipients[^"]*)"/.exec((await get(path).expect(200)).text)![1]!;
    expect((await get(recipients).expect(200)).text).toContain('is written to as author 1');
    await get('decisions/recipients/nothing').expect(404);
    const again = await post(path, { act: 'discard' }).expect(409);
    expect(again.text).toContain('This list is released already.');
  });

  it('a list that has changed says what, and stops', async () => {
    const id = await underReview(app, conference);
    await chair.decide(id, 'accepted').expect(200);
    const path = (await post('decisions/lists', {}).expect(303)).headers['location']!.split('?')[0]!;
    await chair.decide(id, 'rejected', {}, 1).expect(200);
    expect((await get(path).expect(200)).text).toContain('One decision differs');
    const stopped = await post(path, { act: 'release', confirmation: '1' }).expect(409);
    expect(stopped.text).toContain('was decided otherwise');
    expect(stopped.text).toContain('Nobody was told anything');
    await post('decisions/lists', {}).expect(303);
    const empty = await app.conference();
    await app.grant(email, 'chair', empty.id);
    const none = await app.http
      .post(`/conferences/${empty.slug}/organise/decisions/lists`)
      .set('cookie', cookie)
      .type('form')
      .send({ idempotencyKey: newKey() })
      .expect(422);
    expect(none.text).toContain('no pending decision that could be released');
  });

  it('an author confirms and changes what they may; organisers give the next place', async () => {
    const author = someone('author');
    const [id, waits] = [await underReview(app, conference, author), await underReview(app, conference)];
    await chair.decide(id, 'accepted').expect(200);
    await chair.decide(waits, 'waitlisted', { rank: 1 }).expect(200);
    await chair.post('/decision-releases', { submissions: [id, waits] }).expect(201);
    await chair
      .put('/deciding', { places: 2, confirmOn: dayIn(20), editFields: ['abstract', 'authors'] }, 0)
      .expect(200);
    const own = await app.cookie(author);
    const page = (await get(`/submissions/${id}`, own).expect(200)).text;
    expect(page).toContain('Please confirm by');
    expect(page).toContain('You may still change: abstract, authors.');
    const form = (await get(`/submissions/${id}/edit`, own).expect(200)).text;
    expect(form).toContain('name="abstract"');
    const body = {
      version: await versionOf(id),
      act: 'save',
      title: 'Return without trust',
      abstract: 'Words that are clearer.',
      'topics[0]': conference.topics[0],
      'authors[0][name]': 'Ann Author',
      'authors[0][affiliation]': `Institute ${author}`,
      'authors[0][email]': author,
      corresponding: '0',
      'authors[0][corresponding]': 'true',
    };
    const fixed = await post(`/submissions/${id}/edit`, { ...body, title: 'Another' }, own).expect(422);
    expect(fixed.text).toContain('cannot be changed any more now that it is accepted');
    await post(`/submissions/${id}/edit`, body, own).expect(303);
    await post(`/submissions/${id}`, { act: 'confirm', version: '1' }, own).expect(412);
    await post(`/submissions/${id}`, { act: 'confirm', version: await versionOf(id) }, own)
      .expect(303)
      .expect('location', /done=attends$/);
    const places = (await get('decisions/waitlist').expect(200)).text;
    for (const words of ['One place is free', 'Give a place', 'confirmed']) expect(places).toContain(words);
    const organiser = someone('organiser');
    await app.grant(organiser, 'organiser', conference.id);
    await post(`submissions/${waits}/promote`, {}, await app.cookie(organiser)).expect(403);
    await post(`submissions/${waits}/promote`, {}).expect(303);
    await post(`submissions/${waits}/promote`, {}).expect(409);
    await post(`submissions/${waits}/confirm-for`, { version: await versionOf(waits) }).expect(303);
    await post(`submissions/${waits}/joined-seen`, {}).expect(303);
    expect((await get('decisions/waitlist').expect(200)).text).toContain('No places are free');
  });
});

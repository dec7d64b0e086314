import { createHash, randomInt } from 'node:crypto';
import { cleanText } from '../platform/text.js';
import { countWords } from '../submissions/words.js';
import { describe, fieldsOf, UnexpectedAnswer, type Driver } from './driver.js';
import type { Population, RehearsalAbstract, RehearsalPerson } from './population.js';
import { checkMail } from './rehearsal-mail.js';
import { checkProceedings } from './rehearsal-proceedings.js';
import type { Report } from './report.js';
import type { Inbox } from './sink.js';

/** What a rehearsal is played with. */
export interface Play {
  driver: Driver;
  inbox: Inbox;
  report: Report;
  /** A token of the operator with the rehearsal scope. */
  operator: string;
  population: Population;
  /** Chooses the scores. */
  seed: number;
}

const WORD_LIMIT = 300;
const REVIEWS_EACH = 3;
/** A proposal of many is computed for a while. */
const LOOK_AGAIN_MS = 500;
/** How much more reviewers may take than the average, since conflicts keep them from some. */
const SLACK = 1.7;
const CRITERIA = ['Relevance', 'Evidence'];
const ANCHORS = ['not at all', 'a little', 'fairly', 'well', 'very well'];

/** A conference under way. */
interface Stand extends Play {
  slug: string;
  /** Ids by title. */
  topics: Map<string, string>;
  criteria: string[];
  organiser: string;
  chair: string;
  /** Tokens of authors and reviewers by address. */
  tokens: Map<string, string>;
  submitted: { id: string; abstract: RehearsalAbstract }[];
  reviewers: { id: string; person: RehearsalPerson }[];
}

/**
 * Plays a whole conference as its users would, through the public API: abstracts, reviews, decisions, mail, proceedings.
 * What is refused or not as it must be goes into the report.
 * @throws UnexpectedAnswer where there is no going on
 */
export async function play(given: Play): Promise<void> {
  const { report } = given;
  const stand: Stand = {
    ...given,
    slug: '',
    topics: new Map(),
    criteria: [],
    organiser: '',
    chair: '',
    tokens: new Map(),
    submitted: [],
    reviewers: [],
  };
  await report.stage('create the conference', () => createConference(stand));
  await report.stage('sign authors in', () => signAuthorsIn(stand));
  await report.stage('submit abstracts', () => submit(stand));
  await report.stage('close the call', () => closeCall(stand));
  await report.stage('invite reviewers', () => inviteReviewers(stand));
  await report.stage('assign reviews', () => assign(stand));
  await report.stage('hand in reviews', () => review(stand));
  await report.stage('decide', () => decide(stand));
  await report.stage('release decisions', () => release(stand));
  await report.stage('receive mail', () => checkMail({ ...stand, submitted: sent(stand) }));
  await report.stage('build proceedings', () => checkProceedings({ ...stand, submitted: sent(stand) }));
}

const sent = (stand: Stand): { id: string; title: string; authors: string[] }[] =>
  stand.submitted.map(({ id, abstract }) => ({
    id,
    title: abstract.title,
    authors: abstract.authors.map(({ person }) => person.email),
  }));

async function tokenFor(
  stand: Stand,
  person: RehearsalPerson,
  role: string,
  conference?: string,
): Promise<string> {
  const body = {
    email: person.email,
    name: person.name,
    role,
    ...(conference !== undefined && { conference }),
  };
  const made = await stand.driver.ask<{ token: string }>(201, 'POST', '/api/v1/rehearsal/tokens', {
    token: stand.operator,
    body,
  });
  return made.token;
}

const staff = (name: string): RehearsalPerson => ({
  email: `${name}@rehearsal.example`,
  name,
  affiliation: '',
});

async function createConference(stand: Stand): Promise<{ count: number }> {
  const letters = Array.from({ length: 4 }, () => String.fromCharCode(65 + randomInt(26))).join('');
  stand.slug = `rehearsal-${letters.toLowerCase()}-${randomInt(1_000_000)}`;
  const made = await stand.driver.ask<{
    topics: { id: string; title: string }[];
    criteria: { id: string }[];
  }>(201, 'POST', '/api/v1/conferences', {
    token: stand.operator,
    key: true,
    body: {
      slug: stand.slug,
      codePrefix: `R${letters}`,
      name: 'Rehearsal of a Conference',
      organiserName: 'Example Institute',
      contactAddress: 'office@rehearsal.example',
      timeZone: 'Asia/Tbilisi',
      kind: 'rehearsal',
      call: {
        deadlineDay: '2099-12-31',
        wordLimit: WORD_LIMIT,
        blindness: 'double',
        reviewsPerSubmission: REVIEWS_EACH,
      },
      topics: stand.population.topics.map((title) => ({ title })),
      criteria: CRITERIA.map((title) => ({ title, anchors: ANCHORS })),
    },
  });
  // The server tidies white space in titles, so topics are matched by their order.
  stand.population.topics.forEach((title, index) => stand.topics.set(title, made.topics[index]!.id));
  stand.criteria = made.criteria.map(({ id }) => id);
  stand.organiser = await tokenFor(stand, staff('organiser'), 'organiser', stand.slug);
  stand.chair = await tokenFor(stand, staff('chair'), 'chair', stand.slug);
  return { count: 1 };
}

/** Who hands an abstract in: its presenter, or its first author. */
const submitterOf = (abstract: RehearsalAbstract): RehearsalPerson =>
  (abstract.authors.find(({ presenting }) => presenting) ?? abstract.authors[0]!).person;

async function signAuthorsIn(stand: Stand): Promise<{ count: number }> {
  const people = new Map(
    stand.population.abstracts.map((abstract) => [submitterOf(abstract).email, submitterOf(abstract)]),
  );
  await stand.driver.each([...people.values()], async (person) => {
    stand.tokens.set(person.email, await tokenFor(stand, person, 'author'));
  });
  return { count: people.size };
}

function bodyOf(stand: Stand, abstract: RehearsalAbstract): object {
  const submitter = submitterOf(abstract);
  return {
    status: 'submitted',
    title: abstract.title,
    abstract: abstract.text,
    topics: [stand.topics.get(abstract.topic)],
    authors: abstract.authors.map(({ person, presenting }) => ({
      name: person.name,
      ...(person.affiliation !== '' && { affiliation: person.affiliation }),
      email: person.email,
      corresponding: person === submitter,
      presenting,
    })),
  };
}

async function submit(stand: Stand): Promise<{ count: number }> {
  const { driver, report, population, slug } = stand;
  const path = `/api/v1/conferences/${slug}/submissions`;
  const ids = await driver.each(population.abstracts, async (abstract) => {
    const token = stand.tokens.get(submitterOf(abstract).email)!;
    const answer = await driver.send('POST', path, { token, key: true, body: bodyOf(stand, abstract) });
    const words = countWords(cleanText(abstract.text));
    const name = `abstract ${abstract.id}${abstract.line === undefined ? '' : ` (line ${abstract.line})`}`;
    if (answer.status === 201) {
      const { id, wordCount } = answer.body as { id: string; wordCount: number };
      report.check(words <= WORD_LIMIT, () => `${name} has ${words} words and was taken`);
      report.check(wordCount === words, () => `${name} has ${words} words and was counted as ${wordCount}`);
      return id;
    }
    if (answer.status !== 422 && answer.status !== 400) throw new UnexpectedAnswer('POST', path, answer);
    report.refuse('submit abstracts', name, describe(answer));
    const tooLong = fieldsOf(answer).find(({ code }) => code === 'words');
    report.check(
      words <= WORD_LIMIT ? tooLong === undefined : tooLong?.limit === WORD_LIMIT && tooLong.value === words,
      () => `${name} has ${words} words and was refused otherwise: ${describe(answer)}`,
    );
    return undefined;
  });
  for (const [index, id] of ids.entries())
    if (id !== undefined) stand.submitted.push({ id, abstract: population.abstracts[index]! });
  report.check(
    new Set(stand.submitted.map(({ id }) => id)).size === stand.submitted.length,
    () => 'two submissions have one code',
  );
  await repeat(stand, path);
  return { count: stand.submitted.length };
}

/** The same form sent many times at once makes one submission. */
async function repeat(stand: Stand, path: string): Promise<void> {
  const first = stand.submitted[0];
  if (!first) throw new Error('no abstract was taken');
  const token = stand.tokens.get(submitterOf(first.abstract).email)!;
  const key = `rehearsal-${randomInt(2 ** 40)}`;
  const body = { status: 'draft', title: 'Sent several times' };
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => stand.driver.send('POST', path, { token, key, body })),
  );
  const made = new Set(
    answers.filter(({ status }) => status === 201).map((answer) => (answer.body as { id: string }).id),
  );
  const harmless = answers.every(({ status }) => status === 201 || status === 409);
  stand.report.check(
    made.size === 1 && harmless,
    () => `one form sent 8 times made ${made.size} submissions`,
  );
}

async function closeCall(stand: Stand): Promise<{ count: number }> {
  const { driver, report, slug, organiser: token } = stand;
  const { version } = await driver.ask<{ version: number }>(200, 'GET', `/api/v1/conferences/${slug}`, {
    token,
  });
  await driver.ask(200, 'PATCH', `/api/v1/conferences/${slug}`, {
    token,
    version,
    body: { call: { closeNow: true, reason: 'The rehearsal goes on' } },
  });
  const late = stand.submitted[0]!.abstract;
  const answer = await driver.send('POST', `/api/v1/conferences/${slug}/submissions`, {
    token: stand.tokens.get(submitterOf(late).email)!,
    key: true,
    body: bodyOf(stand, late),
  });
  report.check(
    answer.status === 422 && (answer.body as { code?: string }).code === 'call.closed',
    () => `an abstract after the deadline was answered with ${answer.status} ${describe(answer)}`,
  );
  await driver.ask(200, 'POST', `/api/v1/conferences/${slug}/reviewing`, { token, key: true, body: {} });
  return { count: 1 };
}

async function inviteReviewers(stand: Stand): Promise<{ count: number }> {
  const { driver, report, slug, population } = stand;
  // A file without chairs and discussants: those who hand in review.
  const invited =
    population.reviewers.length > 0
      ? population.reviewers
      : stand.submitted.map(({ abstract }) => ({ person: submitterOf(abstract), topics: [abstract.topic] }));
  const once = [...new Map(invited.map((reviewer) => [reviewer.person.email, reviewer])).values()];
  const maxLoad = Math.min(200, Math.ceil((SLACK * REVIEWS_EACH * stand.submitted.length) / once.length) + 1);
  await driver.each(once, async ({ person, topics }) => {
    const path = `/api/v1/conferences/${slug}/reviewers`;
    const answer = await driver.send('POST', path, {
      token: stand.organiser,
      key: true,
      body: {
        email: person.email,
        name: person.name,
        affiliation: person.affiliation || 'Independent',
        topics: topics.map((title) => stand.topics.get(title)),
        maxLoad,
      },
    });
    if (answer.status === 422) {
      report.refuse('invite reviewers', person.email.split('@')[0]!, describe(answer));
      return;
    }
    if (answer.status !== 201) throw new UnexpectedAnswer('POST', path, answer);
    const { id, version } = answer.body as { id: string; version: number };
    const token = await tokenFor(stand, person, 'reviewer');
    stand.tokens.set(person.email, token);
    await driver.ask(200, 'POST', `/api/v1/invitations/${id}/accept`, {
      token,
      version,
      key: true,
      body: {},
    });
    stand.reviewers.push({ id, person });
  });
  return { count: stand.reviewers.length };
}

async function assign(stand: Stand): Promise<{ count: number }> {
  const { driver, report, slug, organiser: token } = stand;
  let run = await driver.ask<{
    id: string;
    status: string;
    version: number;
    pairs: { submission: string; reviewer: string }[];
    openPlaces: { submission: string; missing: number }[];
  }>(201, 'POST', `/api/v1/conferences/${slug}/assignment-runs`, {
    token,
    key: true,
    body: { perSubmission: REVIEWS_EACH, seed: stand.seed },
  });
  while (run.status === 'computing') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    run = await driver.ask<typeof run>(200, 'GET', `/api/v1/assignment-runs/${run.id}`, { token });
  }
  for (const { submission, missing } of run.openPlaces)
    report.refuse('assign reviews', submission, `${missing} reviewers short`);
  const applied = await driver.ask<{ skipped: { submission: string; reason: string }[] }>(
    200,
    'POST',
    `/api/v1/assignment-runs/${run.id}/apply`,
    {
      token,
      version: run.version,
      key: true,
      body: {},
    },
  );
  for (const { submission, reason } of applied.skipped)
    report.refuse('assign reviews', submission, `a pair was left out: ${reason}`);

  const abstracts = new Map(stand.submitted.map(({ id, abstract }) => [id, abstract]));
  const people = new Map(stand.reviewers.map(({ id, person }) => [id, person]));
  for (const { submission, reviewer } of run.pairs) {
    const person = people.get(reviewer);
    const own = abstracts
      .get(submission)
      ?.authors.some(({ person: author }) => author.email === person?.email || sameHouse(author, person));
    report.check(
      person !== undefined && own === false,
      () => `the reviewer ${reviewer} has a conflict with ${submission}`,
    );
  }
  return { count: run.pairs.length - applied.skipped.length };
}

const sameHouse = (author: RehearsalPerson, reviewer: RehearsalPerson | undefined): boolean =>
  author.affiliation !== '' && author.affiliation === reviewer?.affiliation;

/** A number in [0, 1) that depends on the seed and the words only. */
function drawn(seed: number, ...words: string[]): number {
  const hash = createHash('sha256')
    .update([seed, ...words].join('\n'))
    .digest();
  return hash.readUInt32BE(0) / 2 ** 32;
}

const score = (number: number): number => Math.min(5, Math.max(1, Math.round(number)));

async function review(stand: Stand): Promise<{ count: number }> {
  const { driver, report, seed } = stand;
  const abstracts = new Map(stand.submitted.map(({ id, abstract }) => [id, abstract]));
  let count = 0;
  await driver.each(stand.reviewers, async ({ person }) => {
    const token = stand.tokens.get(person.email)!;
    const work = await driver.list<{ id: string; conference: { slug: string } }>(
      '/api/v1/me/assignments',
      token,
    );
    for (const { id, conference } of work) {
      if (conference.slug !== stand.slug) continue;
      const task = await driver.ask<{
        submission: { id: string; abstract: string; authors: unknown };
        criteria: { id: string }[];
      }>(200, 'GET', `/api/v1/me/assignments/${id}`, { token });
      const abstract = abstracts.get(task.submission.id);
      report.check(
        abstract !== undefined &&
          task.submission.authors === null &&
          !JSON.stringify(task).includes('@rehearsal.example'),
        () => `a reviewer of ${task.submission.id} can see who wrote it`,
      );
      // An abstract has a worth, which each reviewer sees a little differently.
      const worth = 1 + 4 * drawn(seed, 'worth', abstract?.id ?? '');
      const seen = (what: string): number =>
        score(worth + 2 * (drawn(seed, what, abstract?.id ?? '', person.email) - 0.5));
      const judgement = {
        scores: Object.fromEntries(
          task.criteria.map((criterion, index) => [criterion.id, seen(`criterion ${index}`)]),
        ),
        overall: seen('overall'),
        confidence: score(1 + 4 * drawn(seed, 'confidence', abstract?.id ?? '', person.email)),
        commentsToAuthors: 'Say more about how the interviews were chosen.',
        commentsToOrganisers: 'A rehearsal.',
      };
      const path = `/api/v1/assignments/${id}/review`;
      // Some save a draft before they hand in.
      const version =
        id < '4'
          ? (
              await driver.ask<{ version: number }>(200, 'PUT', path, {
                token,
                body: { ...judgement, status: 'draft' },
              })
            ).version
          : undefined;
      await driver.ask(200, 'PUT', path, {
        token,
        ...(version !== undefined && { version }),
        body: { ...judgement, status: 'handed_in' },
      });
      count += 1;
    }
  });
  return { count };
}

async function decide(stand: Stand): Promise<{ count: number }> {
  const { driver, report, chair: token } = stand;
  const board = await driver.list<{
    id: string;
    mean: number | null;
    status: string;
    pendingVersion: number | null;
  }>(`/api/v1/conferences/${stand.slug}/decisions`, token);
  const open = board.filter(({ status }) => status === 'under_review');
  report.check(
    open.length === stand.submitted.length,
    () => `${open.length} of ${stand.submitted.length} submissions are under review`,
  );
  const ranked = open.toSorted((a, b) => (b.mean ?? 0) - (a.mean ?? 0) || (a.id < b.id ? -1 : 1));
  const places = Math.round((ranked.length * 2) / 3);
  const watched = stand.submitted[0]!;
  const author = stand.tokens.get(submitterOf(watched.abstract).email)!;
  const look = () => driver.send('GET', `/api/v1/submissions/${watched.id}`, { token: author });
  const before = await look();
  await driver.each(ranked, (row, rank) =>
    driver.ask(200, 'PUT', `/api/v1/submissions/${row.id}/decision`, {
      token,
      version: row.pendingVersion ?? 0,
      body: {
        outcome: rank < places ? 'accepted' : 'rejected',
        reason: `Rank ${rank + 1} of ${ranked.length}`,
        textToAuthors:
          rank < places ? 'We look forward to your talk.' : 'There were more good abstracts than places.',
      },
    }),
  );
  const after = await look();
  report.check(
    after.version === before.version && after.bytes.equals(before.bytes),
    () => `an author of ${watched.id} can tell that it was decided`,
  );
  return { count: ranked.length };
}

async function release(stand: Stand): Promise<{ count: number }> {
  const { driver, report, chair: token, slug } = stand;
  const preview = await driver.ask<{ listHash: string; items: { submission: string }[] }>(
    200,
    'GET',
    `/api/v1/conferences/${slug}/decision-releases/preview`,
    { token },
  );
  const released = await driver.ask<{ size: number }>(
    201,
    'POST',
    `/api/v1/conferences/${slug}/decision-releases`,
    {
      token,
      key: true,
      body: { submissions: preview.items.map(({ submission }) => submission), listHash: preview.listHash },
    },
  );
  report.check(
    released.size === stand.submitted.length,
    () => `${released.size} of ${stand.submitted.length} decisions were released`,
  );
  return { count: released.size };
}

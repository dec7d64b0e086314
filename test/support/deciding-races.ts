import type { TestApp } from './app.js';
import { chairOf, type Chair } from './deciding.js';
import { someone } from './panel.js';

/** What came of one round: the answers' codes, what is announced, and the decision mails about the submission. */
interface Outcome {
  round: number;
  statuses: number[];
  standing: string;
  announced: string[];
  mails: string[];
}

/** Everything that was not exactly one outcome with exactly one mail. */
export interface Races {
  rounds: number;
  wrong: Outcome[];
  /** How often the first of the two was faster: a race that one side always wins is none. */
  firstWon: number;
}

/** Rounds at once. */
const LANES = 4;

const inReview = async (
  app: TestApp,
  conferenceId: string,
  callId: string,
  count: number,
  prefix: string,
) => {
  const email = someone('racer');
  const authorId = await app.person(email);
  await app.db.query(
    `insert into submission (id, conference_id, call_id, status, title, abstract, created_by, created_at, updated_at, submitted_at)
     select $5 || '-' || n, $1, $2, 'under_review', 'Title', 'Abstract', $3, clock_timestamp(), clock_timestamp(), clock_timestamp()
     from generate_series(1, $4) n`,
    [conferenceId, callId, authorId, count, prefix],
  );
  await app.db.query(
    `insert into submission_author (id, submission_id, position, person_id, name, address, corresponding)
     select md5($4 || n), $4 || '-' || n, 1, $1, 'Racer', $3, true from generate_series(1, $2) n`,
    [authorId, count, email, prefix],
  );
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
};

/**
 * Rounds in which two chairs act at the same moment, on a submission of its own each: accept against reject, release against
 * change, release against release.
 * @param until stops early at this `performance.now()`
 */
export async function raceDecisions(
  app: TestApp,
  rounds: number,
  until = Infinity,
): Promise<Record<'decide' | 'change' | 'release', Races>> {
  const conference = await app.conference();
  const one = await chairOf(app, conference, someone('one'));
  const two = await chairOf(app, conference, someone('two'));
  const ids = await inReview(
    app,
    conference.id,
    conference.callId,
    rounds * 3,
    `R${conference.id.slice(0, 5).toUpperCase()}`,
  );
  const found = async (round: number, id: string, statuses: number[]): Promise<Outcome> => {
    const [row] = await app.db.query(
      `select s.status as standing,
         coalesce((select jsonb_agg(outcome order by version) from decision where submission_id = s.id), '[]') as announced,
         coalesce((select jsonb_agg(kind order by created_at) from mail_message where subject_id = s.id and kind like 'decision%'), '[]') as mails
       from submission s where s.id = $1`,
      [id],
    );
    return { round, statuses, ...row };
  };
  const release = (chair: Chair, id: string) => chair.post('/decision-releases', { submissions: [id] });
  const both = async (
    first: PromiseLike<{ status: number }>,
    second: PromiseLike<{ status: number }>,
    turn: boolean,
  ) => {
    const answers = await Promise.all(turn ? [first, second] : [second, first]);
    return (turn ? answers : answers.toReversed()).map(({ status }) => status);
  };
  const single = (outcome: Outcome): boolean =>
    outcome.announced.length === 1 &&
    outcome.standing === outcome.announced[0] &&
    outcome.mails.length === 1 &&
    outcome.mails[0] === `decision_${outcome.announced[0]}`;
  const result = {
    decide: { rounds: 0, wrong: [] as Outcome[], firstWon: 0 },
    change: { rounds: 0, wrong: [] as Outcome[], firstWon: 0 },
    release: { rounds: 0, wrong: [] as Outcome[], firstWon: 0 },
  };
  const keep = (races: Races, outcome: Outcome, right: boolean, first: boolean): void => {
    races.rounds += 1;
    if (!right) races.wrong.push(outcome);
    if (first) races.firstWon += 1;
  };
  const play = async (round: number): Promise<void> => {
    const [deciding, changing, releasing] = ids.slice(round * 3, round * 3 + 3) as [string, string, string];
    const turn = round % 2 === 0;

    const decided = await both(one.decide(deciding, 'accepted'), two.decide(deciding, 'rejected'), turn);
    await release(one, deciding);
    const after = await found(round, deciding, decided);
    const won = decided[0] === 200 ? 'accepted' : 'rejected';
    // The other is told that there is a decision now, whose version they have not seen.
    const exactlyOne = decided.filter((status) => [400, 412].includes(status)).length === 1;
    keep(result.decide, after, exactlyOne && single(after) && after.announced[0] === won, decided[0] === 200);

    await one.decide(changing, 'accepted');
    const frozen = (await one.post('/release-lists', { submissions: [changing] })).body as { id: string };
    const changed = await both(
      one.post(`/api/v1/release-lists/${frozen.id}/release`),
      two.decide(changing, 'rejected', {}, 1),
      turn,
    );
    const then = await found(round, changing, changed);
    const right =
      changed[0] === 200
        ? // Announced as it was; the change came too late, as one of a version that is gone.
          changed[1] === 412 && single(then) && then.standing === 'accepted'
        : changed[0] === 409 && changed[1] === 200 && then.announced.length === 0 && then.mails.length === 0;
    keep(result.change, then, right, changed[0] === 200);

    await one.decide(releasing, 'accepted');
    const released = await both(release(one, releasing), release(two, releasing), turn);
    const last = await found(round, releasing, released);
    const once = released.toSorted((a, b) => a - b).join() === '201,409';
    keep(result.release, last, once && single(last), released[0] === 201);
  };
  // A few rounds at once, each on submissions of its own.
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < rounds && performance.now() < until) await play((next += 1) - 1);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return result;
}

import { between } from '../../platform/chance.js';
import type { Driver } from '../driver.js';
import { ON_POSTGRES, type Fault } from './fault.js';
import { outcomeOf, submissionBody } from './ground.js';
import { once, type Stand } from './stand.js';

const ROUNDS = 25;
const SAME_FORM = 50;

const opposite = (outcome: string): string => (outcome === 'accepted' ? 'rejected' : 'accepted');

const decide = async (
  stand: Stand,
  driver: Driver,
  submission: string,
  chair: number,
  outcome: string,
): Promise<number> =>
  (
    await once(driver, 'PUT', `/api/v1/submissions/${submission}/decision`, {
      token: stand.cast.chairs[chair]!,
      version: 1,
      body: { outcome, textToAuthors: `By the chair ${chair}.` },
    })
  ).status;

const release = async (
  stand: Stand,
  driver: Driver,
  submissions: readonly string[],
  key: string,
  listHash?: string,
): Promise<number> =>
  (
    await once(driver, 'POST', '/api/v1/conferences/board/decision-releases', {
      token: stand.cast.chairs[0]!,
      key: `release-${stand.seed}-${key}`,
      body: { submissions, ...(listHash !== undefined && { listHash }) },
    })
  ).status;

interface Told {
  id: string;
  outcome: string;
  text: string;
  kinds: string[];
  arrived: number;
}

/** What was decided, and what of it was mailed. */
async function told(stand: Stand, submissions: readonly string[]): Promise<Told[]> {
  const rows = await stand.rows<Omit<Told, 'arrived'> & { messages: string[] }>(
    `select d.submission_id as id, d.outcome, d.text_to_authors as text, array_agg(m.kind) as kinds, array_agg(m.message_id) as messages
     from decision d join mail_message m on m.subject_id = d.submission_id and m.kind like 'decision_%'
     where d.submission_id = any($1) group by d.id`,
    [submissions],
  );
  return rows.map(({ messages, ...row }) => ({
    ...row,
    arrived: stand.mail.taken.filter(({ messageId }) => messages.includes(messageId)).length,
  }));
}

function oneTrueMailEach(stand: Stand, rows: readonly Told[], count: number): void {
  stand.check(rows.length === count, () => `${rows.length} of ${count} were decided`);
  for (const { id, outcome, kinds, arrived } of rows)
    stand.check(
      kinds.length === 1 && kinds[0] === `decision_${outcome}` && arrived === 1,
      () => `${id} is ${outcome} and was told ${kinds.join(', ')} in ${arrived} messages`,
    );
}

/** Faults of people who do two things at once. */
export const RACE_FAULTS: readonly Fault[] = [
  {
    id: 'F16',
    what: `two chairs accept and reject the same submission at once, ${ROUNDS} rounds`,
    backends: ON_POSTGRES,
    state: 'decided',
    async run(stand) {
      const [web] = await Promise.all([stand.web(), stand.worker()]);
      const chosen = stand.cast.decided.slice(0, ROUNDS);
      const winners = new Map<string, string>();
      for (const id of chosen) {
        const first = between(stand.chance, 0, 1);
        const outcomes = first === 0 ? ['accepted', 'rejected'] : ['rejected', 'accepted'];
        const statuses = await Promise.all(
          outcomes.map((outcome, chair) => decide(stand, web.driver, id, chair, outcome)),
        );
        const won = statuses.flatMap((status, index) => (status === 200 ? [outcomes[index]!] : []));
        stand.check(
          won.length === 1 && statuses.every((status) => [200, 409, 412].includes(status)),
          () => `${id}: the two were answered with ${statuses.join(' and ')}`,
        );
        winners.set(id, won[0]!);
      }
      stand.check((await release(stand, web.driver, chosen, 'all')) === 201, () => 'nothing was released');
      await stand.drained();
      const rows = await told(stand, chosen);
      oneTrueMailEach(stand, rows, chosen.length);
      for (const { id, outcome } of rows)
        stand.check(
          outcome === winners.get(id),
          () => `${id} became ${outcome}, and ${winners.get(id)} had won`,
        );
      return web;
    },
  },
  {
    id: 'F17',
    what: 'decisions released while they are changed, and released twice',
    backends: ON_POSTGRES,
    state: 'decided',
    async run(stand) {
      const [web] = await Promise.all([stand.web(), stand.worker()]);
      const { driver } = web;
      const all = stand.cast.decided;
      const singles = all.slice(0, 10);
      for (const [index, id] of singles.entries()) {
        const asks = [
          () => release(stand, driver, [id], `one-${index}`),
          () => release(stand, driver, [id], `two-${index}`),
          () => decide(stand, driver, id, 1, opposite(outcomeOf(index))),
        ];
        const turned = stand.chance() < 0.5 ? asks : asks.toReversed();
        const statuses = await Promise.all(turned.map((ask) => ask()));
        const [one, two] = turned === asks ? statuses : statuses.toReversed();
        stand.check(
          [one, two].filter((status) => status === 201).length === 1 && [one, two].includes(409),
          () => `${id} was released twice: ${one} and ${two}`,
        );
      }
      const rest = all.slice(10);
      const preview = await once(driver, 'GET', '/api/v1/conferences/board/decision-releases/preview', {
        token: stand.cast.chairs[0]!,
      });
      // The hash is over the whole list; releases above have left the rest, unless a decision was made anew since.
      const { listHash, items } = preview.body as { listHash: string; items: { submission: string }[] };
      const listed = items.map(({ submission }) => submission);
      const changed = rest.slice(0, 4);
      const [status, ...changes] = await Promise.all([
        release(stand, driver, listed, 'rest', listHash),
        ...changed.map((id, index) => decide(stand, driver, id, 1, opposite(outcomeOf(10 + index)))),
      ]);
      stand.check(
        status === 201 ? true : status === 409 && changes.includes(200),
        () => `the release was answered with ${status}, the changes with ${changes.join(', ')}`,
      );
      await stand.drained();
      const [row] = await stand.rows<{ early: number }>(
        `select count(*)::int as early from mail_message m where m.kind like 'decision_%'
           and not exists (select 1 from decision d where d.submission_id = m.subject_id)`,
      );
      stand.check(row!.early === 0, () => 'something undecided was told');
      const rows = await told(stand, [...singles, ...(status === 201 ? rest : [])]);
      for (const { id, outcome, kinds } of rows)
        stand.check(
          kinds.includes(`decision_${outcome}`),
          () => `${id} is ${outcome} and was told ${kinds.join()}`,
        );
      stand.check(
        rows.length >= singles.length + (status === 201 ? rest.length : 0),
        () => `${rows.length} were decided`,
      );
      return web;
    },
  },
  {
    id: 'F18',
    what: 'a reviewer hands in two tabs, the older one last',
    backends: ON_POSTGRES,
    state: 'decided',
    async run(stand) {
      const web = await stand.web();
      const worker = stand.worker();
      const { token, assignments, criteria } = stand.cast.reviewer;
      const save = async (assignment: string, comment: string, version?: number): Promise<number> =>
        (
          await once(web.driver, 'PUT', `/api/v1/assignments/${assignment}/review`, {
            token,
            ...(version !== undefined && { version }),
            body: {
              scores: Object.fromEntries(criteria.map((id) => [id, 3])),
              overall: 3,
              confidence: 3,
              commentsToAuthors: comment,
              commentsToOrganisers: '',
              status: 'draft',
            },
          })
        ).status;
      const kept = async (assignment: string): Promise<string | undefined> =>
        (
          await stand.rows<{ text: string }>(
            `select comments_to_authors as text from review where assignment_id = $1`,
            [assignment],
          )
        )[0]?.text;
      for (const assignment of assignments) {
        stand.check(
          (await save(assignment, 'Both tabs have seen this.')) === 200,
          () => 'the first was not saved',
        );
        if (stand.chance() < 0.5) {
          const newer = await save(assignment, 'The newer tab.', 1);
          const older = await save(assignment, 'The older tab.', 1);
          stand.check(
            newer === 200 && older === 412,
            () => `the tabs were answered with ${newer} and ${older}`,
          );
          const text = await kept(assignment);
          stand.check(text === 'The newer tab.', () => `kept was: ${text}`);
        } else {
          const texts = ['One tab.', 'Another tab.'];
          const statuses = await Promise.all(texts.map((text) => save(assignment, text, 1)));
          stand.check(
            statuses.filter((status) => status === 200).length === 1 && statuses.includes(412),
            () => `the tabs were answered with ${statuses.join(' and ')}`,
          );
          const text = await kept(assignment);
          stand.check(text === texts[statuses.indexOf(200)], () => `kept was: ${text}`);
        }
      }
      await worker;
      return web;
    },
  },
  {
    id: 'F19',
    what: `the same form sent ${SAME_FORM} times at once, with a key and without`,
    backends: ON_POSTGRES,
    state: 'decided',
    async run(stand) {
      const [web] = await Promise.all([stand.web(), stand.worker()]);
      const [request] = stand.plan(1, 'Many times');
      const times = Array.from({ length: SAME_FORM }, () => request!);
      const statuses = await web.driver.each(times, (same) => stand.submit(web.driver, same));
      stand.check(
        statuses.every((status) => status === 201 || status === 409) && statuses.includes(201),
        () => `the answers were ${[...new Set(statuses)].join(', ')}`,
      );
      const bare = await web.driver.each(
        times,
        async () =>
          (
            await once(web.driver, 'POST', '/api/v1/conferences/open/submissions', {
              token: stand.cast.authors[0]!,
              body: submissionBody(`Without a key ${stand.seed}`, stand.cast.topic, 0),
            })
          ).status,
      );
      stand.check(
        bare.every((status) => status === 400),
        () => `without a key the answers were ${[...new Set(bare)].join(', ')}`,
      );
      const [row] = await stand.rows<{ n: number }>(
        `select count(*)::int as n from submission where title like 'Without a key%'`,
      );
      stand.check(row!.n === 0, () => `${row!.n} were taken without a key`);
      const released = await web.driver.each(times, () =>
        release(stand, web.driver, stand.cast.decided, 'all'),
      );
      stand.check(
        released.every((status) => status === 201 || status === 409) && released.includes(201),
        () => `releases were answered with ${[...new Set(released)].join(', ')}`,
      );
      await stand.drained();
      oneTrueMailEach(stand, await told(stand, stand.cast.decided), stand.cast.decided.length);
      return web;
    },
  },
];

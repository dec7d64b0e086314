import { Conferences } from '../conferences/conferences.service.js';
import { CreateConferenceDto } from '../conferences/conferences.dto.js';
import { AnswerLetterDto, LetterDto } from '../partners/letters.dto.js';
import { Letters } from '../partners/letters.service.js';
import { parse } from '../platform/validate.js';
import { RegistrationDto } from '../registrations/registrations.dto.js';
import { Registrations } from '../registrations/registrations.service.js';
import { CreateSubmissionDto, SubmissionDto, WithdrawDto } from '../submissions/submission.dto.js';
import type { Status } from '../submissions/submission-states.js';
import { Submissions } from '../submissions/submissions.service.js';
import { ABSTRACT_CORES } from './example-abstracts.js';
import { exampleConference } from './example-conference.js';
import { LETTERS } from './example-letters.js';
import { ATTENDEES, AUTHORS, EXAMPLE_PEOPLE, REVIEWERS, type ExamplePerson } from './example-people.js';
import { OWN_OF_AUTHOR, SCHEDULE } from './example-schedule.js';
import { exampleAbstract } from './example-sentences.js';
import { DAY, HOUR, type ExampleStage, type Step } from './example-stage.js';

const [, REVIEWER, AUTHOR, PARTNER] = EXAMPLE_PEOPLE;

/** The people whose links are printed were there before the conference, which no service can know. */
export async function openConference(stage: ExampleStage): Promise<void> {
  const before = stage.daysAgo(71);
  const addresses = EXAMPLE_PEOPLE.map(({ email }) => email);
  stage.travel(before);
  for (const person of EXAMPLE_PEOPLE) await stage.personOf(person);
  await stage.rows(
    `update person set created_at = least(created_at, $2)
     where id in (select person_id from person_address where address = any($1))`,
    [addresses, before],
  );
  await stage.rows(`update person_address set created_at = least(created_at, $2) where address = any($1)`, [
    addresses,
    before,
  ]);
  stage.travel(stage.daysAgo(70));
  if (!(await stage.find()))
    await stage
      .get(Conferences)
      .create(await stage.organiser(), parse(CreateConferenceDto, exampleConference(stage.present)));
  await stage.find();
}

/** The people of a submission, the corresponding author first. */
export function teamOf(index: number): ExamplePerson[] {
  const own = OWN_OF_AUTHOR.includes(index);
  const team = new Set<ExamplePerson>(own ? [AUTHOR!, AUTHORS[index % 30]!] : [AUTHORS[index % 30]!]);
  if (!own && index % 3 !== 1) team.add(AUTHORS[(index * 7 + 11) % 30]!);
  if (index % 4 === 0) team.add(AUTHORS[(index * 11 + 5) % 30]!);
  return [...team];
}

/** Somebody who has no address of their own. */
const CO_AUTHOR_BY_NAME = { name: 'Ruzanna Example', affiliation: 'Specimen Research Network' };

interface SubmissionRow {
  id: string;
  status: Status;
  version: number;
}

/** A submission of the example as it stands, or undefined before it was begun. */
export async function submissionRow(stage: ExampleStage, index: number): Promise<SubmissionRow | undefined> {
  const rows = await stage.rows<SubmissionRow>(
    `select id, status, version from submission where conference_id = $1 and title = $2`,
    [stage.conference.id, ABSTRACT_CORES[index]!.title],
  );
  return rows[0];
}

/** Everything that authors do before the deadline, and what they withdraw after it. */
export async function submissionSteps(stage: ExampleStage): Promise<Step[]> {
  const topics = await stage.get(Conferences).topicsOf(stage.conference.id);
  return SCHEDULE.flatMap(({ hoursBefore, draftedHoursEarlier, changedHoursLater, fate }, index): Step[] => {
    const { title, topics: places } = ABSTRACT_CORES[index]!;
    const team = teamOf(index);
    const submissions = stage.get(Submissions);
    const actor = (seen?: number) => stage.as(team[0]!, seen);
    const authors = [
      ...team.map(({ email, name, nativeName, affiliation, country }, place) => ({
        email,
        name,
        nativeName,
        affiliation,
        country,
        corresponding: place === 0,
        presenting: place === (index % 7 === 6 && team.length > 1 ? 1 : 0),
      })),
      ...(index === 12 ? [CO_AUTHOR_BY_NAME] : []),
    ];
    const whole = {
      title,
      abstract: exampleAbstract(index),
      topics: places.map((place) => topics[place]!.id),
      authors,
    };
    const unfinished = {
      title,
      abstract: whole.abstract.split('. ').slice(0, 2).join('. '),
      authors: authors.slice(0, 1),
    };
    const handedIn = stage.beforeDeadline(hoursBefore);
    const begin = async (status: 'draft' | 'submitted', input: object): Promise<void> => {
      if (await submissionRow(stage, index)) return;
      await submissions.create(
        await actor(),
        stage.conference,
        parse(CreateSubmissionDto, { status, ...input }),
      );
    };
    if (fate.kind === 'draft') return [{ at: handedIn, act: () => begin('draft', unfinished) }];

    const steps: Step[] = [];
    if (draftedHoursEarlier === undefined) steps.push({ at: handedIn, act: () => begin('submitted', whole) });
    else
      steps.push(
        {
          at: stage.beforeDeadline(hoursBefore + draftedHoursEarlier),
          act: () => begin('draft', unfinished),
        },
        {
          at: handedIn,
          act: async () => {
            const row = (await submissionRow(stage, index))!;
            if (row.status === 'draft')
              await submissions.update(await actor(row.version), row.id, parse(SubmissionDto, whole), true);
          },
        },
      );
    if (changedHoursLater !== undefined)
      steps.push({
        at: stage.beforeDeadline(hoursBefore - changedHoursLater),
        act: async () => {
          const row = (await submissionRow(stage, index))!;
          const changed = { abstract: `${whole.abstract} We thank those who read an earlier version.` };
          if (row.status === 'submitted' && row.version === 1)
            await submissions.update(await actor(row.version), row.id, parse(SubmissionDto, changed));
        },
      });
    const withdraw = async (reason: string): Promise<void> => {
      const row = (await submissionRow(stage, index))!;
      if (row.status !== 'withdrawn')
        await submissions.withdraw(await actor(row.version), row.id, parse(WithdrawDto, { reason }));
    };
    if (fate.kind === 'withdrawn')
      steps.push({
        at: stage.beforeDeadline(hoursBefore - fate.hoursAfterSubmitting),
        act: () => withdraw('We will hand in a joint paper with colleagues instead.'),
      });
    if (fate.kind === 'withdrawnInReview')
      steps.push({
        at: stage.daysAgo(fate.daysAgo),
        act: () => withdraw('None of us can travel in that week.'),
      });
    return steps;
  });
}

/** Letters of interest, what the organiser answers, and one that its sender takes back. */
export function letterSteps(stage: ExampleStage): Step[] {
  const letters = stage.get(Letters);
  return LETTERS.flatMap(
    ({ from, organisation, website, contribution, letter, sent, after = [] }): Step[] => {
      const find = async () =>
        (
          await stage.rows<{ id: string; status: string; version: number }>(
            `select id, status, version from letter_of_interest where conference_id = $1 and organisation = $2`,
            [stage.conference.id, organisation],
          )
        )[0];
      return [
        {
          at: stage.daysAgo(sent),
          act: async () => {
            if (await find()) return;
            const input = {
              organisation,
              website,
              contribution,
              letter,
              contactName: from.name,
              country: from.country ?? '',
            };
            await letters.send(await stage.as(from), stage.conference, parse(LetterDto, input));
          },
        },
        ...after.map(({ days, status, text }, place): Step => ({
          at: stage.daysAgo(days),
          act: async () => {
            const row = (await find())!;
            // Each answer is a version; a later one has seen the earlier.
            if (row.version !== place + 1) return;
            if (status === 'withdrawn') await letters.withdraw(await stage.as(from, row.version), row.id);
            else
              await letters.answer(
                await stage.organiser(row.version),
                row.id,
                parse(AnswerLetterDto, { status, text }),
              );
          },
        })),
      ];
    },
  );
}

const ACCESS_NEEDS: Readonly<Record<number, string>> = {
  4: 'A place for a wheelchair near the door.',
  19: 'Captions, if there are any; otherwise a seat in the first row.',
  33: 'Vegetarian food.',
  52: 'A quiet room for half an hour after lunch.',
};
const INTERPRETATION = [
  undefined,
  'ru',
  'az',
  undefined,
  'hy',
  'tr',
  undefined,
  'ru',
  'hy',
  'az',
  'tr',
] as const;
/** Of those who register some cannot come after all. */
const CANCELLED: readonly number[] = [11, 37, 55];

/** Attendees register over seven weeks, and a few cancel. */
export function registrationSteps(stage: ExampleStage): Step[] {
  const registrations = stage.get(Registrations);
  const attendees: ExamplePerson[] = [
    ...AUTHORS.slice(0, 20),
    ...REVIEWERS.slice(0, 6),
    REVIEWER!,
    AUTHOR!,
    PARTNER!,
    ...ATTENDEES,
  ];
  return attendees.flatMap((person, index): Step[] => {
    // A constant step over a prime number of places shuffles who comes early and who comes late.
    const place = (index * 23) % 67;
    const at = new Date(
      stage.daysAgo(50).getTime() + place * (50 / 67) * DAY + ((index * 7) % 13) * 0.4 * HOUR,
    );
    const find = async () =>
      (
        await stage.rows<{ id: string; status: string; version: number }>(
          `select r.id, r.status, r.version from registration r join person_address a on a.person_id = r.person_id
           where r.conference_id = $1 and a.address = $2`,
          [stage.conference.id, person.email],
        )
      )[0];
    const register: Step = {
      at,
      act: async () => {
        const actor = await stage.as(person);
        if (await find()) return;
        const input = {
          name: person.name,
          affiliation: person.affiliation,
          country: person.country ?? '',
          attendance: index % 5 < 2 ? 'online' : 'in_person',
          interpretation: INTERPRETATION[index % INTERPRETATION.length],
          accessNeeds: ACCESS_NEEDS[index],
        };
        await registrations.register(actor, stage.conference, parse(RegistrationDto, input));
      },
    };
    if (!CANCELLED.includes(index)) return [register];
    const cancel: Step = {
      at: new Date(Math.min(at.getTime() + 4 * DAY, stage.present.getTime() - HOUR)),
      act: async () => {
        const row = (await find())!;
        if (row.status === 'registered')
          await registrations.cancel(await stage.as(person, row.version), row.id);
      },
    };
    return [register, cancel];
  });
}

import { DecidingSettingsDto } from '../conferences/deciding-settings.dto.js';
import { Deciding } from '../conferences/deciding-settings.service.js';
import { Conferences } from '../conferences/conferences.service.js';
import { DecideDto, ReleaseDto } from '../decisions/decision.dto.js';
import { Decisions } from '../decisions/decisions.service.js';
import { PendingDecisions } from '../decisions/pending-decisions.service.js';
import { FreezeDto } from '../decisions/release-list.dto.js';
import { ReleaseLists } from '../decisions/release-lists.service.js';
import { Releases } from '../decisions/releases.service.js';
import { parse } from '../platform/validate.js';
import { AssignDto, DeclineAssignmentDto, ProposeDto } from '../reviews/assignment.dto.js';
import { AssignmentRuns } from '../reviews/assignment-runs.service.js';
import { Assignments } from '../reviews/assignments.service.js';
import { ReviewDto } from '../reviews/review.dto.js';
import { AcceptInvitationDto, DeclineInvitationDto, InviteReviewerDto } from '../reviews/reviewer.dto.js';
import { Reviewers } from '../reviews/reviewers.service.js';
import { Reviews } from '../reviews/reviews.service.js';
import type { Outcome } from '../submissions/submission-states.js';
import { Submissions } from '../submissions/submissions.service.js';
import { submissionRow } from './example-call.js';
import { setReviewing } from './example-panels.js';
import { bidding, override } from './example-pairs.js';
import { EXAMPLE_PEOPLE, REVIEWERS, type ExamplePerson } from './example-people.js';
import { exampleReview } from './example-reviews.js';
import { BY_HAND, OWN_OF_AUTHOR, RELEASED_DAYS_AGO, reviewsIn, SCHEDULE } from './example-schedule.js';
import { DAY, type ExampleStage, type Step } from './example-stage.js';

const REVIEWER = EXAMPLE_PEOPLE[1]!;
const INVITED: readonly ExamplePerson[] = [REVIEWER, ...REVIEWERS];
/** Positions among the invited. */
const UNANSWERED = 3;
const DECLINED = 7;
const TOPICS = 7;
/** Submissions on which one of the panel is of another mind than the rest. */
const DISPUTED: readonly number[] = [1, 12, 24];
/** Submissions that fit. */
const PLACES = 8;

interface ReviewerRow {
  id: string;
  status: string;
}

async function reviewerRow(stage: ExampleStage, person: ExamplePerson): Promise<ReviewerRow> {
  const rows = await stage.rows<ReviewerRow>(
    `select id, status from reviewer where conference_id = $1 and address = $2`,
    [stage.conference.id, person.email],
  );
  return rows[0]!;
}

/** Twelve are invited while the call is open; ten accept, one declines, one has not answered. */
export async function invitationSteps(stage: ExampleStage): Promise<Step[]> {
  const reviewers = stage.get(Reviewers);
  const topics = await stage.get(Conferences).topicsOf(stage.conference.id);
  return INVITED.flatMap((person, index): Step[] => {
    const invited = stage.daysAgo(41 - index / 24);
    const knows = [0, 1, 2, 4].map((step) => topics[(index + step) % TOPICS]!.id);
    const invite: Step = {
      at: invited,
      act: async () => {
        const { email, name, affiliation = '', country } = person;
        await reviewers.invite(
          await stage.organiser(),
          stage.conference,
          parse(InviteReviewerDto, { email, name, affiliation, country, topics: knows.slice(0, 3) }),
        );
      },
    };
    if (index === UNANSWERED) return [invite];
    return [
      invite,
      {
        at: new Date(invited.getTime() + (0.3 + ((index * 5) % 12) / 2) * DAY),
        act: async () => {
          const { id, status } = await reviewerRow(stage, person);
          if (status !== 'invited') return;
          const actor = await stage.as(person);
          if (index === DECLINED)
            await reviewers.decline(
              actor,
              id,
              parse(DeclineInvitationDto, { reason: 'I am away in those weeks. Gladly next time.' }),
            );
          else {
            const input = { topics: knows, maxLoad: person === REVIEWER ? 9 : 10 + (index % 3) };
            await reviewers.accept(actor, id, parse(AcceptInvitationDto, input));
          }
        },
      },
    ];
  });
}

/** After the deadline: reviewing starts, three assignments by hand, a first proposal that is put aside, a second applied. */
export async function assign(stage: ExampleStage): Promise<void> {
  const assignments = stage.get(Assignments);
  const { conference } = stage;
  stage.travel(stage.beforeDeadline(-1));
  const { reviewingSince } = await stage.get(Conferences).callOf(conference.id);
  if (!reviewingSince) await stage.get(Conferences).startReviewing(await stage.organiser(), conference);
  await setReviewing(stage);

  stage.travel(stage.beforeDeadline(-1.5));
  await bidding(stage);
  await override(stage);

  stage.travel(stage.beforeDeadline(-2));
  const { id: reviewer } = await reviewerRow(stage, REVIEWER);
  for (const { submission: index } of BY_HAND) {
    const submission = await stage.get(Submissions).one((await submissionRow(stage, index))!.id);
    const panel = await assignments.panel(await stage.organiser(), submission.id, 'all');
    if (!panel.some((member) => member.reviewerId === reviewer))
      await assignments.assign(await stage.organiser(), submission, parse(AssignDto, { reviewer }));
  }

  const runsOf = stage.get(AssignmentRuns);
  const runs = (await runsOf.runs(conference.id)).items;
  if (runs.some((run) => run.status === 'applied')) return;
  stage.travel(stage.beforeDeadline(-3));
  if (!runs.some((run) => run.status === 'discarded')) {
    const first = await runsOf.propose(
      await stage.organiser(),
      conference,
      parse(ProposeDto, { perSubmission: 2, seed: 11 }),
    );
    await runsOf.discard(await stage.organiser(), first);
  }
  stage.travel(stage.beforeDeadline(-3.5));
  const second = await runsOf.propose(await stage.organiser(), conference, parse(ProposeDto, { seed: 12 }));
  await runsOf.apply(await stage.organiser(), second);
}

interface AssignmentRow {
  id: string;
  submissionId: string;
  address: string;
  status: string;
}

/** What becomes of each assignment: reviews handed in over the weeks, some begun, one given back, the rest open. */
export async function reviewSteps(stage: ExampleStage): Promise<Step[]> {
  const criteria = await stage
    .get(Conferences)
    .criteriaOf((await stage.get(Conferences).callOf(stage.conference.id)).id);
  const rows = await stage.rows<AssignmentRow>(
    `select a.id, a.submission_id as "submissionId", r.address, a.status
     from assignment a join reviewer r on r.id = a.reviewer_id join submission s on s.id = a.submission_id
     where s.conference_id = $1 order by r.address, a.id`,
    [stage.conference.id],
  );
  const steps: Step[] = [];
  let undecided = 0;
  let left = 0;
  let givenBack = false;
  for (const [index, { fate, quality }] of SCHEDULE.entries()) {
    const submission = await submissionRow(stage, index);
    // The printed reviewer comes first, and so has handed in most of theirs.
    const panel = rows
      .filter((row) => row.submissionId === submission!.id)
      .toSorted((a, b) => Number(b.address === REVIEWER.email) - Number(a.address === REVIEWER.email));
    if (panel.length === 0) continue;
    const byHand = BY_HAND.find((one) => one.submission === index);
    // The author whose link is printed has comments to respond to.
    const own = fate.kind === 'underReview' && OWN_OF_AUTHOR.includes(index) ? 1 : 0;
    const wanted = Math.max(own, reviewsIn(fate, fate.kind === 'underReview' ? undecided++ : 0));
    const late =
      fate.kind === 'released' ? RELEASED_DAYS_AGO[fate.release] + 0.6 : fate.kind === 'pending' ? 2.5 : 0.2;
    let open = wanted;
    for (const [place, row] of panel.entries()) {
      const person = INVITED.find(({ email }) => email === row.address)!;
      const isByHand = byHand !== undefined && person === REVIEWER;
      const apart = DISPUTED.includes(index) && place === 1;
      const review = exampleReview(apart ? 1.6 : quality, index * 31 + place);
      const at = between(stage, index * 7 + place * 5, late);
      if (!isByHand && open > 0) {
        open -= 1;
        steps.push({ at, act: () => save(stage, row, person, criteria, review, 'handed_in') });
        continue;
      }
      if (fate.kind !== 'underReview') continue;
      if (!givenBack && person !== REVIEWER) {
        givenBack = true;
        steps.push({ at: stage.beforeDeadline(-50), act: () => giveBack(stage, row, person) });
        continue;
      }
      if (isByHand ? byHand.review === 'draft' : person !== REVIEWER && left++ % 4 === 1)
        steps.push({ at, act: () => save(stage, row, person, criteria, review, 'draft') });
    }
  }
  return steps;
}

/** A moment between a day after the deadline and so many days ago. */
function between(stage: ExampleStage, seed: number, lateDaysAgo: number): Date {
  const from = stage.beforeDeadline(-24).getTime();
  const until = stage.daysAgo(lateDaysAgo).getTime();
  return new Date(from + (((seed * 37) % 101) / 101) * (until - from));
}

async function save(
  stage: ExampleStage,
  row: AssignmentRow,
  person: ExamplePerson,
  criteria: readonly { id: string }[],
  review: ReturnType<typeof exampleReview>,
  status: 'draft' | 'handed_in',
): Promise<void> {
  if (row.status !== 'assigned') return;
  const there = await stage.rows<object>(`select 1 from review where assignment_id = $1`, [row.id]);
  if (there.length > 0) return;
  const { scores, ...rest } = review;
  const scored = Object.fromEntries(criteria.map(({ id }, place) => [id, scores[place]!] as const));
  const input =
    status === 'handed_in'
      ? { status, ...rest, scores: scored }
      : {
          status,
          scores: Object.fromEntries(Object.entries(scored).slice(0, 1)),
          commentsToAuthors: rest.commentsToAuthors,
        };
  await stage.get(Reviews).save(await stage.as(person), row.id, parse(ReviewDto, input));
}

async function giveBack(stage: ExampleStage, row: AssignmentRow, person: ExamplePerson): Promise<void> {
  if (row.status !== 'assigned') return;
  const input = { reason: 'I have advised these authors, if I am not mistaken.', conflict: true };
  await stage.get(Assignments).decline(await stage.as(person), row.id, parse(DeclineAssignmentDto, input));
}

const REASONS: Record<Outcome, string> = {
  accepted: 'The reviewers agree, and the subject is missing elsewhere in the programme.',
  conditionally_accepted: 'Strong in substance; the part on method has to be clearer.',
  waitlisted: 'Good, but close to two papers that were accepted.',
  rejected: 'All reviewers miss a question.',
};

const CONDITIONS = 'Please add a few sentences on how the study was made, as the reviewers suggest.';

const TEXTS: Record<Outcome, string> = {
  accepted: 'We look forward to your presentation. The reviewers’ comments may help you with the paper.',
  conditionally_accepted: 'The reviewers have found much to like.',
  waitlisted:
    'We would like to hear your paper and have more good ones than time. You will hear from us as soon as there is a place.',
  rejected:
    'We received more abstracts than we can take. We hope that the reviewers’ comments are of use to you.',
};

/** Two announcements, of which the second corrects a decision of the first, and decisions that wait for the third. */
export function decisionSteps(stage: ExampleStage): Step[] {
  const decisions = stage.get(Decisions);
  const pending = stage.get(PendingDecisions);
  const decide = async (index: number, outcome: Outcome, version: number): Promise<void> => {
    const submission = await stage.get(Submissions).one((await submissionRow(stage, index))!.id);
    const released = await decisions.released(submission.id);
    if ((released?.version ?? 0) >= version || (await pending.of(submission.id))) return;
    const input = {
      outcome,
      reason: REASONS[outcome],
      textToAuthors: TEXTS[outcome],
      ...(outcome === 'conditionally_accepted' && { conditions: CONDITIONS }),
      ...(outcome === 'waitlisted' && { rank: 1 }),
    };
    await pending.decide(await stage.organiser(), submission, parse(DecideDto, input));
  };
  const release = (which: 1 | 2): Step => ({
    at: stage.daysAgo(RELEASED_DAYS_AGO[which]),
    act: async () => {
      const actor = await stage.organiser();
      if ((await decisions.releases(actor, stage.conference.id)).length >= which) return;
      const submissions: string[] = [];
      for (const [index, { fate }] of SCHEDULE.entries())
        if (fate.kind === 'released' && (fate.release === which || (which === 2 && fate.corrected)))
          submissions.push((await submissionRow(stage, index))!.id);
      await stage.get(Releases).release(actor, stage.conference, parse(ReleaseDto, { submissions }));
    },
  });
  const steps = SCHEDULE.flatMap(({ fate }, index): Step[] => {
    const minutes = index / 1440;
    if (fate.kind === 'pending')
      return [{ at: stage.daysAgo(1.9 - index / 24), act: () => decide(index, fate.outcome, 1) }];
    if (fate.kind !== 'released') return [];
    const first = {
      at: stage.daysAgo(RELEASED_DAYS_AGO[fate.release] + 0.5 - minutes),
      act: () => decide(index, fate.outcome, 1),
    };
    const { corrected } = fate;
    if (!corrected) return [first];
    return [first, { at: stage.daysAgo(RELEASED_DAYS_AGO[2] + 0.3), act: () => decide(index, corrected, 2) }];
  });
  return [...steps, release(1), release(2), ...announcingSteps(stage)];
}

/** How the example decides, set before its first decisions; and a frozen list of what is pending, which a chair may look at. */
function announcingSteps(stage: ExampleStage): Step[] {
  const day = (days: number): string =>
    new Date(stage.present.getTime() + days * DAY).toISOString().slice(0, 10);
  return [
    {
      at: stage.daysAgo(RELEASED_DAYS_AGO[1] + 1),
      act: async () => {
        const deciding = stage.get(Deciding);
        if ((await deciding.of(stage.conference.id)).version > 0) return;
        const actor = await stage.organiser();
        await deciding.change(
          { ...actor, request: { ...actor.request, seenVersion: 0 } },
          stage.conference,
          parse(DecidingSettingsDto, {
            places: PLACES,
            confirmOn: day(20),
            reminderDays: [7, 2],
            editFields: ['title', 'abstract', 'authors'],
            editOn: day(30),
          }),
        );
      },
    },
    {
      at: stage.daysAgo(0.5),
      act: async () => {
        const actor = await stage.organiser();
        const lists = stage.get(ReleaseLists);
        if ((await lists.list(actor, stage.conference.id)).length > 0) return;
        await lists.freeze(actor, stage.conference, parse(FreezeDto, {}));
      },
    },
  ];
}

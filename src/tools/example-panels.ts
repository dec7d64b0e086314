import { Conferences } from '../conferences/conferences.service.js';
import { personActor, type Actor } from '../platform/actor.js';
import { parse } from '../platform/validate.js';
import { AssignmentGate } from '../reviews/assignments.gate.js';
import { AuthorResponses } from '../reviews/author-responses.service.js';
import { Discussions } from '../reviews/discussions.service.js';
import { MetaReviews } from '../reviews/meta-reviews.service.js';
import { Reminders } from '../reviews/reminders.service.js';
import { ReviewNotes } from '../reviews/review-notes.service.js';
import {
  MetaReviewDto,
  OpenResponsesDto,
  PostDto,
  ResponseDto,
  ReviewingDto,
} from '../reviews/reviewing.dto.js';
import { Reviewing } from '../reviews/reviewing.service.js';
import { Submissions } from '../submissions/submissions.service.js';
import { EXAMPLE_PEOPLE } from './example-people.js';
import { DAY, type ExampleStage, type Step } from './example-stage.js';

/** Days before the present at which authors were asked to respond, and after it until which they may. */
const ASKED_DAYS_AGO = 2.2;
const ANSWERS_DAYS_LEFT = 4;

/** Before anybody reviews: panels discuss, late reviews are taken for three days, and the schedule of reminders is set. */
export async function setReviewing(stage: ExampleStage): Promise<void> {
  const reviewing = stage.get(Reviewing);
  const call = await stage.get(Conferences).callOf(stage.conference.id);
  const { version } = await reviewing.of(call.id);
  if (version > 0) return;
  const input = { discussion: true, lateDays: 3, reminderDays: [-14, -3, 2], responseWordLimit: 250 };
  await reviewing.change(await stage.organiser(0), stage.conference, parse(ReviewingDto, input));
}

const SAID: readonly string[] = [
  'Mine is a low score, and I may have read the second half too strictly. What did you see there that I did not?',
  'The cases. They are better chosen than the abstract says; the sentence on how they were chosen is missing, and I asked for it.',
  'That would settle it for me. I can live with one score more if the authors add that sentence.',
];

const ANSWER =
  'Thank you for reading so closely. The people we asked were found through two associations that do not work together, ' +
  'and we will say so. The last claim goes; it belongs into another paper.';

const SUMMARY =
  'All reviewers find the question worth asking and the material unusual. They part over the conclusion, which in its present ' +
  'form says more than the cases carry. The authors have answered this well. The panel is content if the last claim is left out.';

interface Seat {
  assignment: string;
  personId: string;
  submission: string;
}

/** What happens around the reviews: reminders, responses, discussions, a summary and a note. */
export function panelSteps(stage: ExampleStage): Step[] {
  const steps: Step[] = [
    { at: stage.daysAgo(4.4), act: async () => void (await stage.get(Reminders).remind()) },
    { at: stage.daysAgo(ASKED_DAYS_AGO), act: () => ask(stage) },
    { at: stage.daysAgo(1.2), act: () => answer(stage) },
    { at: stage.daysAgo(0.8), act: () => summarise(stage) },
    { at: stage.daysAgo(0.7), act: () => note(stage) },
  ];
  return [
    ...steps,
    ...SAID.map((text, index) => ({
      at: stage.daysAgo(1.5 - index / 5),
      act: () => say(stage, index, text),
    })),
  ];
}

const acting = (personId: string, seenVersion?: number): Actor => {
  const actor = personActor(personId, [], 'example');
  return seenVersion === undefined ? actor : { ...actor, request: { ...actor.request, seenVersion } };
};

async function ask(stage: ExampleStage): Promise<void> {
  const call = await stage.get(Conferences).callOf(stage.conference.id);
  const { version, responseOpenedAt } = await stage.get(Reviewing).of(call.id);
  if (responseOpenedAt) return;
  const closesDay = new Date(stage.present.getTime() + ANSWERS_DAYS_LEFT * DAY).toISOString().slice(0, 10);
  await stage
    .get(AuthorResponses)
    .open(await stage.organiser(version), stage.conference, parse(OpenResponsesDto, { closesDay }));
}

/** The panel on which most is said: one that the printed reviewer is on, undecided to its authors, and of different minds. */
async function panel(stage: ExampleStage): Promise<Seat[]> {
  return stage.rows<Seat>(
    `with chosen as (
       select a.submission_id as id from assignment a join reviewer r on r.id = a.reviewer_id
       join submission s on s.id = a.submission_id join discussion d on d.submission_id = s.id
       join review v on v.assignment_id = a.id
       where s.conference_id = $1 and s.status = 'under_review' and a.status = 'assigned' and exists (
         select 1 from assignment b join reviewer o on o.id = b.reviewer_id
         where b.submission_id = s.id and b.status = 'assigned' and o.address = $2)
       group by a.submission_id order by max(v.overall) - min(v.overall) desc, min(s.submitted_at) limit 1)
     select a.id as assignment, r.person_id as "personId", a.submission_id as submission
     from chosen join assignment a on a.submission_id = chosen.id and a.status = 'assigned'
     join reviewer r on r.id = a.reviewer_id join review v on v.assignment_id = a.id and v.status = 'handed_in'
     order by v.overall, (r.address = $2), r.address`,
    [stage.conference.id, EXAMPLE_PEOPLE[1]!.email],
  );
}

/** The lowest score asks, the highest answers, the lowest has the last word. */
async function say(stage: ExampleStage, index: number, text: string): Promise<void> {
  const seats = await panel(stage);
  if (seats.length < 2) return;
  const seat = index === 1 ? seats.at(-1)! : seats[0]!;
  const said = await stage.rows<object>(`select 1 from discussion_post where submission_id = $1`, [
    seat.submission,
  ]);
  if (said.length > index) return;
  const actor = acting(seat.personId);
  const assignment = await stage.get(AssignmentGate).pass(actor, 'review', { id: seat.assignment });
  await stage.get(Discussions).post(actor, assignment, parse(PostDto, { text }));
}

async function answer(stage: ExampleStage): Promise<void> {
  const [seat] = await panel(stage);
  if (!seat) return;
  const submission = await stage.get(Submissions).one(seat.submission);
  const standing = await stage.get(AuthorResponses).of(submission.id);
  if (!standing || standing.answeredAt) return;
  await stage
    .get(AuthorResponses)
    .answer(
      acting(submission.createdBy!, standing.version),
      submission,
      parse(ResponseDto, { text: ANSWER }),
    );
}

async function summarise(stage: ExampleStage): Promise<void> {
  const [seat] = await panel(stage);
  if (!seat || (await stage.get(MetaReviews).of(seat.submission))) return;
  const submission = await stage.get(Submissions).one(seat.submission);
  const input = parse(MetaReviewDto, { text: SUMMARY, forAuthors: true });
  await stage.get(MetaReviews).write(await stage.organiser(0), submission, input);
}

async function note(stage: ExampleStage): Promise<void> {
  const reviewer = EXAMPLE_PEOPLE[1]!;
  const [row] = await stage.rows<{ id: string }>(
    `select a.id from assignment a join reviewer r on r.id = a.reviewer_id join review v on v.assignment_id = a.id
     where r.conference_id = $1 and r.address = $2 and v.status = 'draft' order by a.assigned_at, a.id limit 1`,
    [stage.conference.id, reviewer.email],
  );
  if (!row || (await stage.get(ReviewNotes).of(row.id)) !== '') return;
  await stage
    .get(ReviewNotes)
    .save(await stage.as(reviewer), row.id, 'Read the report of 2019 again before handing this in; page 14.');
}

import { parse } from '../platform/validate.js';
import { BiddingDto } from '../reviews/bid.dto.js';
import { Bids } from '../reviews/bids.service.js';
import { AddConflictDto, OverrideConflictDto } from '../reviews/conflict.dto.js';
import { isOverridable } from '../reviews/conflict.view.js';
import { Conflicts } from '../reviews/conflicts.service.js';
import type { Reviewer } from '../reviews/reviewer.entity.js';
import { Submissions } from '../submissions/submissions.service.js';
import { EXAMPLE_PEOPLE, REVIEWERS } from './example-people.js';
import { DAY, type ExampleStage } from './example-stage.js';

/** The first of them has said nothing of every third abstract; nobody names a conflict. */
const ANSWERS = ['yes', 'no', 'maybe', 'none', 'yes', 'no', 'none'];
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Between the deadline and the assignment: reviewers bid, and an organiser sets one conflict aside that is none. */
export async function bidding(stage: ExampleStage): Promise<void> {
  const bids = stage.get(Bids);
  const { conference } = stage;
  const organiser = await stage.organiser();
  if ((await bids.bidding(organiser, conference)).closesAt === null) {
    const opens = stage.beforeDeadline(-1);
    const days = { opensOn: dayOf(opens), closesOn: dayOf(new Date(opens.getTime() + 2 * DAY)) };
    await bids.open(organiser, conference, parse(BiddingDto, days));
  }
  const reviewers = await stage.rows<Reviewer>(
    `select id, conference_id as "conferenceId", person_id as "personId", name, affiliation, ror, languages, expertise,
       address, status from reviewer where conference_id = $1 and status = 'accepted' order by address`,
    [conference.id],
  );
  const people = [EXAMPLE_PEOPLE[1]!, ...REVIEWERS];
  for (const [place, reviewer] of reviewers.entries()) {
    const person = people.find(({ email }) => email === reviewer.address);
    // Not everybody bids.
    if (!person || place % 4 === 3) continue;
    const { items, done } = await bids.list(reviewer, { limit: 40 });
    if (done > 0) continue;
    const said = items.map(({ submission }, n) => ({
      submission,
      bid: ANSWERS[(n + place) % ANSWERS.length]!,
    }));
    await bids.bid(await stage.as(person), reviewer, said);
  }
}

/** An override of the first conflict that may be set aside. */
export async function override(stage: ExampleStage): Promise<void> {
  const conflicts = stage.get(Conflicts);
  const { conference } = stage;
  const there = await conflicts.ofConference(await stage.organiser(), conference.id);
  if (there.overrides.length > 0) return;
  const rows = await stage.rows<{ id: string }>(
    `select id from submission where conference_id = $1 and status = 'under_review' order by id`,
    [conference.id],
  );
  for (const { id } of rows) {
    const submission = await stage.get(Submissions).one(id);
    const row = (await conflicts.ofSubmission(submission)).conflicts.find(isOverridable);
    if (!row) continue;
    const reason = 'They work at two campuses of one house and have never met.';
    await conflicts.override(
      await stage.organiser(),
      submission,
      parse(OverrideConflictDto, { reviewer: row.reviewerId, reason }),
    );
    return;
  }
}

/** Late in the reviewing an organiser learns of a conflict in an assignment that stands. */
export async function flag(stage: ExampleStage): Promise<void> {
  const conflicts = stage.get(Conflicts);
  const { conference } = stage;
  if ((await conflicts.ofConference(await stage.organiser(), conference.id)).flagged.length > 0) return;
  const [row] = await stage.rows<{ submissionId: string; reviewer: string }>(
    `select a.submission_id as "submissionId", a.reviewer_id as reviewer
     from assignment a join submission s on s.id = a.submission_id join reviewer r on r.id = a.reviewer_id
     where s.conference_id = $1 and s.status = 'under_review' and a.status = 'assigned' and r.address <> $2
       and not exists (select 1 from review v where v.assignment_id = a.id) order by a.id limit 1`,
    [conference.id, EXAMPLE_PEOPLE[1]!.email],
  );
  if (!row) return;
  await conflicts.add(
    await stage.organiser(),
    await stage.get(Submissions).one(row.submissionId),
    parse(AddConflictDto, { reviewer: row.reviewer, reason: 'Was the adviser of one of the authors.' }),
  );
}

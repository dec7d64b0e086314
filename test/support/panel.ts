import { systemActor } from '../../src/platform/actor.js';
import { Work } from '../../src/platform/work.js';
import type { Status } from '../../src/submissions/submission-states.js';
import { Submissions } from '../../src/submissions/submissions.service.js';
import { abstractOf, type TestApp, type TestConference } from './app.js';

let serial = 0;

/** A key for one request. */
export const newKey = (): string => `panel-key-${(serial += 1)}`;

/** An address of nobody else's. */
export const someone = (name: string): string => `${name}-${(serial += 1)}@example.org`;

/** A submitted abstract by one author, signed in by their address. */
export async function submitted(
  app: TestApp,
  conference: TestConference,
  authorEmail: string,
  change: Record<string, unknown> = {},
): Promise<string> {
  const token = await app.token(authorEmail);
  const { body } = await app.http
    .post(`/api/v1/conferences/${conference.slug}/submissions`)
    .set('authorization', `Bearer ${token}`)
    .set('idempotency-key', newKey())
    .send(
      abstractOf(conference, {
        authors: [
          {
            name: 'Ann Author',
            affiliation: `Institute ${authorEmail}`,
            email: authorEmail,
            corresponding: true,
          },
        ],
        ...change,
      }),
    )
    .expect(201);
  return body.id as string;
}

/** Moves a submission through the one door. */
export async function moveTo(app: TestApp, id: string, status: Status): Promise<void> {
  await app.app.get(Work).run((tx) => app.app.get(Submissions).move(tx, systemActor(), id, status));
}

/** A reviewer who has accepted. @returns the id of the invitation and a token of the person's. */
export async function reviewer(
  app: TestApp,
  conference: TestConference,
  organiserToken: string,
  email: string,
  change: Record<string, unknown> = {},
): Promise<{ id: string; token: string }> {
  const { body } = await app.http
    .post(`/api/v1/conferences/${conference.slug}/reviewers`)
    .set('authorization', `Bearer ${organiserToken}`)
    .send({ email, name: `R ${email}`, affiliation: `House of ${email}`, topics: [], maxLoad: 5, ...change })
    .expect(201);
  const token = await app.token(email, 'reviewer');
  await app.http
    .post(`/api/v1/invitations/${body.id}/accept`)
    .set('authorization', `Bearer ${token}`)
    .send({})
    .expect(200);
  return { id: body.id as string, token };
}

/** Assigns by hand. @returns the id of the assignment. */
export async function assigned(
  app: TestApp,
  organiserToken: string,
  submission: string,
  reviewerId: string,
): Promise<string> {
  const { body } = await app.http
    .post(`/api/v1/submissions/${submission}/assignments`)
    .set('authorization', `Bearer ${organiserToken}`)
    .send({ reviewer: reviewerId })
    .expect(201);
  return body.id as string;
}

/** A complete review for the API. */
export function reviewOf(
  conference: TestConference,
  change: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    status: 'handed_in',
    scores: Object.fromEntries(conference.criteria.map((id) => [id, 4])),
    overall: 4,
    confidence: 3,
    commentsToAuthors: 'Clear and careful.',
    commentsToOrganisers: 'For a panel.',
    ...change,
  };
}

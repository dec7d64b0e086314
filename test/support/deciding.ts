import type { TestApp, TestConference } from './app.js';
import { moveTo, newKey, someone, submitted } from './panel.js';

/** Requests of a chair about one conference, as tests of deciding send them. */
export interface Chair {
  token: string;
  get(path: string): ReturnType<TestApp['http']['get']>;
  post(path: string, body?: object): ReturnType<TestApp['http']['post']>;
  put(path: string, body: object, version?: number): ReturnType<TestApp['http']['put']>;
  /** Sets the pending decision of a submission. */
  decide(id: string, outcome: string, change?: object, version?: number): ReturnType<TestApp['http']['put']>;
}

/** A chair of a conference, with paths below `/api/v1/conferences/:slug` unless they begin with `/api`. */
export async function chairOf(app: TestApp, conference: TestConference, email: string): Promise<Chair> {
  const token = await app.token(email, 'chair', conference.id);
  const at = (path: string): string =>
    path.startsWith('/api') ? path : `/api/v1/conferences/${conference.slug}${path}`;
  const chair: Chair = {
    token,
    get: (path) => app.http.get(at(path)).set('authorization', `Bearer ${token}`),
    post: (path, body = {}) =>
      app.http
        .post(at(path))
        .set('authorization', `Bearer ${token}`)
        .set('idempotency-key', newKey())
        .send(body),
    put(path, body, version) {
      const request = app.http.put(at(path)).set('authorization', `Bearer ${token}`);
      if (version !== undefined) void request.set('if-match', `"${version}"`);
      return request.send(body);
    },
    decide: (id, outcome, change = {}, version) =>
      chair.put(
        `/api/v1/submissions/${id}/decision`,
        { outcome, reason: 'The panel agrees.', textToAuthors: `About ${id}`, ...change },
        version,
      ),
  };
  return chair;
}

/** A submission whose reviewing has begun, by one author. */
export async function underReview(
  app: TestApp,
  conference: TestConference,
  email = someone('author'),
  change: Record<string, unknown> = {},
): Promise<string> {
  const id = await submitted(app, conference, email, change);
  await moveTo(app, id, 'under_review');
  return id;
}

/** Decision mails about a submission, oldest first. */
export const decisionMails = (
  app: TestApp,
  subject: string,
): Promise<{ kind: string; address: string; state: string; text: string }[]> =>
  app.db.query(
    `select kind, recipient_address as address, state, text from mail_message
     where subject_id = $1 and kind like 'decision%' order by created_at, recipient_address`,
    [subject],
  );

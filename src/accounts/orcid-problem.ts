/** Why an answer from ORCID does not sign in; words in `refusal:orcid.<problem>`. */
export type OrcidProblem =
  | 'expired'
  | 'state'
  | 'denied'
  | 'code'
  | 'answer'
  | 'unverified'
  | 'unreachable'
  | 'taken'
  | 'other'
  | 'protected';

/** What `openid-client` tells of an answer that it refuses. */
interface Told {
  name?: string;
  code?: string;
  /** The provider's own word (RFC 6749, 4.1.2.1 and 5.2). */
  error?: string;
  message?: string;
  cause?: unknown;
}

/** The problem behind an error of the library: the person has said no, the code is spent, nobody answers, or it is a lie. */
export function orcidProblem(thrown: unknown): OrcidProblem {
  const { name, code, error, message, cause } = thrown as Told;
  if (error === 'access_denied') return 'denied';
  if (error === 'invalid_grant') return 'code';
  // The last is what `fetch` throws when there is no connection.
  if (name === 'TimeoutError' || code === 'OAUTH_TIMEOUT' || message === 'fetch failed') return 'unreachable';
  if (code === 'orcid.unreachable') return 'unreachable';
  return cause ? orcidProblem(cause) : 'answer';
}

import type { ConcordRequest } from '../platform/policy.js';
import { forbidden } from '../platform/refusal.js';

/**
 * The login session of a browser that is signed in.
 * @throws Refusal 403 for a token: it must not become more than it is, as by adding a passkey or an address
 */
export function loginSessionOf(request: ConcordRequest): string {
  if (!request.loginSessionId) throw forbidden('browserOnly');
  return request.loginSessionId;
}

/** How long after signing in somebody may change how they sign in. */
const FRESH_MINUTES = 30;

/** Whether the reader of a browser has signed in lately enough to change how they sign in. */
export const isFresh = ({ signedInAt }: ConcordRequest, now: Date): boolean =>
  signedInAt !== undefined && now.getTime() - signedInAt.getTime() < FRESH_MINUTES * 60_000;

/**
 * Whoever finds a browser open must not take the account over: ASVS 5.0 7.5.1.
 * @throws Refusal 403 `browserOnly` for a token, `signInAgain` for a sign-in of a while ago
 */
export function mustBeFresh(request: ConcordRequest, now: Date): void {
  loginSessionOf(request);
  if (!isFresh(request, now)) throw forbidden('signInAgain');
}

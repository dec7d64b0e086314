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

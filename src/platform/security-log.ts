import type { Logger } from 'pino';
import type { ConcordRequest } from './policy.js';
import type { Refusal, RefusalKind } from './refusal.js';

/** Kinds that somebody meets who tries what is not theirs; others are everyday, such as a form with a field missing. */
const TELLING: ReadonlySet<RefusalKind> = new Set(['unauthenticated', 'forbidden', 'tooMany']);
/** Codes of proofs of identity that were not good. */
const PROOFS = /^(?:link|passkey|orcid|idempotency\.reused)/;

/**
 * One line for each refusal, whatever it was of: who by their id, which route, why; never an address of any kind, a name,
 * what was typed, or the secret in a path. Failed sign-ins and refused acts are warnings (ASVS 5.0 16.3.1 to 16.3.3).
 */
export function logRefusal(logger: Logger, request: ConcordRequest, refusal: Refusal): void {
  const telling = TELLING.has(refusal.kind) || PROOFS.test(refusal.code);
  logger[telling ? 'warn' : 'info'](
    {
      event: 'refused',
      requestId: request.id,
      method: request.method,
      route: request.routeOptions?.url ?? 'none',
      actor: request.actor?.personId ?? null,
      status: refusal.status,
      code: refusal.code,
      // Names of fields are the sender's words where they are not ours: how many is enough.
      fields: refusal.fields.length,
    },
    'refused',
  );
}

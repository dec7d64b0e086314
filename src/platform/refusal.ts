/** Why something is refused; each kind has one status code, in one table. */
export type RefusalKind =
  | 'unauthenticated'
  | 'notFound'
  | 'forbidden'
  | 'malformed'
  | 'stale'
  | 'conflict'
  | 'rule'
  | 'tooLarge'
  | 'unsupported'
  | 'tooMany'
  | 'unavailable'
  | 'full';

export const STATUS_OF: Record<RefusalKind, number> = {
  unauthenticated: 401,
  notFound: 404,
  forbidden: 403,
  malformed: 400,
  stale: 412,
  conflict: 409,
  rule: 422,
  tooLarge: 413,
  unsupported: 415,
  tooMany: 429,
  unavailable: 503,
  full: 507,
};

/** One field's part in a refusal: where, which rule, its limit and what was given. */
export interface FieldProblem {
  /** Path in the input, as in `authors[0].email`. */
  field: string;
  /** Catalogue key below `refusal:field.`. */
  code: string;
  limit?: number | string;
  value?: number | string;
}

/**
 * The one error of the domain: a reason as data. The words come from the catalogue (`refusal:<code>`),
 * the status from {@link STATUS_OF}; services throw it without knowing HTTP.
 */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  readonly code: string;
  readonly fields: readonly FieldProblem[];
  readonly values: Readonly<Record<string, unknown>>;

  constructor(
    kind: RefusalKind,
    code: string,
    details: { fields?: readonly FieldProblem[]; values?: Record<string, unknown> } = {},
  ) {
    super(code);
    this.name = 'Refusal';
    this.kind = kind;
    this.code = code;
    this.fields = details.fields ?? [];
    this.values = details.values ?? {};
  }

  get status(): number {
    return STATUS_OF[this.kind];
  }
}

/** A rule refuses one field. */
export function refuseField(
  field: string,
  code: string,
  limit?: number | string,
  value?: number | string,
): Refusal {
  return new Refusal('rule', 'fields', { fields: [{ field, code, limit, value }] });
}

export const notFound = (): Refusal => new Refusal('notFound', 'notFound');
export const notSignedIn = (): Refusal => new Refusal('unauthenticated', 'unauthenticated');
export const forbidden = (code = 'forbidden'): Refusal => new Refusal('forbidden', code);

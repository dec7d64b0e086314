/** Roles that are granted. Author and reviewer are relations to a submission or a conference, not grants. */
export const ROLES = [
  'operator',
  'organiser',
  'chair',
  'proceedings_editor',
  'programme_editor',
  'partner_manager',
  'safeguarding_officer',
  'auditor',
] as const;
export type Role = (typeof ROLES)[number];

export interface Grant {
  role: Role;
  /** Null for the operator, whose role is for the installation. */
  conferenceId: string | null;
}

/** What a request brings along besides its input. */
export interface RequestFacts {
  id: string;
  /** `performance.now()` when the last byte of the request had arrived: what counts for deadlines. */
  arrivedAt: number;
  /** Method and path pattern. */
  route: string;
  idempotencyKey?: string;
  /** Keyed hash of the body, to tell a repeat from another request under the same key. */
  bodyHash?: string;
  /** The version the caller has seen (`If-Match`, or a form's hidden field). */
  seenVersion?: number;
}

/** Whoever acts: a signed-in person, a guest, or the system itself. Every service takes one. */
export interface Actor {
  kind: 'person' | 'guest' | 'system';
  personId: string | null;
  /** How the person is greeted; never used to decide anything. */
  greeting: { name: string; address: string } | null;
  grants: readonly Grant[];
  /** A rehearsal's token: its limits are lifted, and it may act for people at reserved domains only. */
  rehearsal: boolean;
  locale: string;
  request: RequestFacts;
}

/** A role implies others: a chair is an organiser who also decides and releases. */
const IMPLIED: Partial<Record<Role, readonly Role[]>> = { chair: ['organiser'] };

/** Whether the actor has one of the roles in this conference. */
export function hasRole(actor: Actor, conferenceId: string, ...roles: Role[]): boolean {
  return actor.grants.some(
    (grant) =>
      grant.conferenceId === conferenceId &&
      roles.some((role) => grant.role === role || IMPLIED[grant.role]?.includes(role)),
  );
}

export const isOperator = (actor: Actor): boolean => actor.grants.some((grant) => grant.role === 'operator');

/** The system acting on its own behalf: seeds, workers, commands. */
export function systemActor(route = 'system'): Actor {
  return {
    kind: 'system',
    personId: null,
    greeting: null,
    grants: [],
    rehearsal: false,
    locale: 'en',
    request: { id: route, arrivedAt: performance.now(), route },
  };
}

/** The same actor seen as a person, for seeds and rehearsals that act for somebody. */
export function personActor(personId: string, grants: readonly Grant[] = [], route = 'system'): Actor {
  return { ...systemActor(route), kind: 'person', personId, grants };
}

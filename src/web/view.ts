import type { Translate } from '../platform/i18n.js';

/** What every page knows: the reader, their language, the instant, and the conference they are in. */
export interface View {
  t: Translate;
  /** Language tag of the catalogue in use, e.g. `en`. */
  locale: string;
  /** The instant the page is made for; time left is counted from it. */
  now: Date;
  viewer: { name: string; address: string } | null;
  /** Path of this page without its query; marks the place in menus and is where a sign-in returns to. */
  path: string;
  /** Named on error pages so that an operator can find what happened. */
  requestId: string;
  conference?: ConferenceView;
  /** Outcome of the act that led here, said once above the page. */
  notice?: { kind: 'done' | 'problem'; text: string };
}

/** The conference a page belongs to, as its menus need it. `nav` holds the addresses of its public pages. */
export interface ConferenceView {
  slug: string;
  name: string;
  /** An example conference says on every page that its people and texts are invented. */
  isExample: boolean;
  nav: { call: string; programme?: string; partners: string; register: string };
  /** Whether the viewer has an organiser's or a reviewer's role here. */
  organises: boolean;
  /** Whether the viewer is a safeguarding officer here. */
  safeguards?: boolean;
  reviews: boolean;
  /** Numbers beside entries of the organisers' menu, by the entry's key (`submissions`, `reviewers`, `mail`, ...). */
  counts?: Record<string, number>;
}

/** Addresses of pages in one place, so that views, controllers and mails agree. */
export const paths = {
  home: '/',
  words: '/help/words',
  signIn: '/sign-in',
  /** Looking at it changes nothing; the button on it sends the same address back. */
  signInLink: (secret: string) => `/sign-in/${secret}`,
  /** Signing in with a passkey: the page, the device's answer, and (`/options`) the question to it. */
  passkeySignIn: '/sign-in/passkey',
  passkeySignInOptions: '/sign-in/passkey/options',
  orcidSignIn: '/sign-in/orcid',
  /** Where an address is asked for, for an iD that nobody is known by. */
  orcidAddress: '/sign-in/orcid/address',
  /** Where that iD is linked to whoever has signed in since. */
  orcidClaim: '/sign-in/orcid/finish',
  orcidLink: '/me/sign-in/orcid',
  orcidUnlink: '/me/sign-in/orcid/remove',
  signOut: '/sign-out',
  ways: '/me/sign-in',
  passkeys: '/me/sign-in/passkeys',
  passkeyAddOptions: '/me/sign-in/passkeys/options',
  passkeyRemove: (id: string) => `/me/sign-in/passkeys/${id}/remove`,
  sessionsEndOthers: '/me/sign-in/sessions/end-others',
  installationMail: '/installation/mail',
  /** Looking at it changes nothing; the button on it sends the same address back. */
  mailStop: (token: string) => `/mail/stop/${token}`,
  /** The language of one's mail. */
  language: '/me/language',
  me: '/me',
  addresses: '/me/addresses',
  addressPrimary: '/me/addresses/primary',
  addressRemove: '/me/addresses/remove',
  /** Looking at it changes nothing; the button on it sends the same address back. */
  addressConfirm: (secret: string) => `/me/addresses/confirm/${secret}`,
  /** POST: joins the actor with whoever has the link's address, as the preview said. */
  addressJoin: (secret: string) => `/me/addresses/confirm/${secret}/join`,
  data: '/me/data',
  dataExport: '/me/data/export',
  dataAskErase: '/me/data/erase',
  /** Looking at it changes nothing; the button on it sends the same address back. */
  dataErase: (secret: string) => `/me/data/erase/${secret}`,
  merge: (id: string) => `/me/merges/${id}`,
  privacy: (slug: string) => `/conferences/${slug}/privacy`,
  reviews: '/me/reviews',
  /** POST under an invitation's id: `group-<id>`. */
  perspectives: '/me/perspectives',
  perspective: (invitation: string) => `/me/perspectives/${invitation}`,
  call: (slug: string) => `/conferences/${slug}`,
  proceedings: (slug: string) => `/conferences/${slug}/proceedings`,
  proceedingsPaper: (slug: string, id: string) =>
    `/conferences/${slug}/proceedings/${encodeURIComponent(id)}`,
  submit: (slug: string) => `/conferences/${slug}/submit`,
  partner: (slug: string) => `/conferences/${slug}/partners`,
  register: (slug: string) => `/conferences/${slug}/register`,
  programme: (slug: string) => `/conferences/${slug}/programme`,
  organise: (slug: string, entry = '') => `/conferences/${slug}/organise${entry ? `/${entry}` : ''}`,
  submission: (id: string) => `/submissions/${id}`,
  submissionEdit: (id: string) => `/submissions/${id}/edit`,
  submissionSubmit: (id: string) => `/submissions/${id}/submit`,
  submissionWithdraw: (id: string) => `/submissions/${id}/withdraw`,
  submissionRestore: (id: string) => `/submissions/${id}/restore`,
  review: (assignmentId: string) => `/me/reviews/${assignmentId}`,
  /** The copy for its reviewer. */
  reviewPaper: (assignmentId: string) => `/api/v1/me/assignments/${assignmentId}/paper`,
  submissionPaper: (id: string) => `/submissions/${id}/paper`,
  /** A version as it was sent. */
  paperVersion: (id: string, version: number) => `/api/v1/submissions/${id}/papers/${version}`,
  /** What the panel says, for a reviewer whose own review is in. */
  reviewPanel: (assignmentId: string) => `/me/reviews/${assignmentId}/panel`,
  /** Where authors answer the reviewers' comments. */
  submissionResponse: (id: string) => `/submissions/${id}/response`,
  reviewDecline: (assignmentId: string) => `/me/reviews/${assignmentId}/decline`,
  invitation: (id: string) => `/invitations/${id}`,
  /** GET; POST `bids[<code>]`. */
  bids: (id: string) => `/invitations/${id}/bids`,
  invitationAccept: (id: string) => `/invitations/${id}/accept`,
  invitationDecline: (id: string) => `/invitations/${id}/decline`,
  letter: (id: string) => `/letters/${id}`,
  letterWithdraw: (id: string) => `/letters/${id}/withdraw`,
  registration: (id: string) => `/registrations/${id}`,
  registrationEdit: (id: string) => `/registrations/${id}/edit`,
  registrationCancel: (id: string) => `/registrations/${id}/cancel`,
  sessions: '/me/sessions',
  tokens: '/me/tokens',
  protection: '/me/protection',
  protectionEnd: '/me/protection/end',
  record: '/record',
  recordReceipt: '/record/receipt',
  recordScript: '/record/verify-record.js',
  recordKey: (keyId: string) => `/record/keys/${keyId}.pem`,
  recordHead: '/api/v1/record/heads/latest',
  recordConsistency: '/api/v1/record/consistency',
  recordProof: (entryId: string) => `/api/v1/record/entries/${entryId}/proof`,
} as const;

/** "Anywhere on Earth", the zone UTC-12 in the tz database's inverted notation. */
export const AOE = 'Etc/GMT+12';

type Local = Pick<View, 'locale'>;

/** The tag handed to `Intl`: plain English follows day-month order, as the conference's own texts do. */
export function intlLocale(view: Local): string {
  return view.locale === 'en' ? 'en-GB' : view.locale;
}

function format(view: Local, date: Date, zone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(intlLocale(view), { timeZone: zone, ...options }).format(date);
}

/** A day with its year in a tz database zone: `31 October 2027`. */
export function formatDate(view: Local, date: Date, zone: string): string {
  return format(view, date, zone, { day: 'numeric', month: 'long', year: 'numeric' });
}

/** A day without its year: `31 October`. */
export function formatDay(view: Local, date: Date, zone: string): string {
  return format(view, date, zone, { day: 'numeric', month: 'long' });
}

/** A calendar day `YYYY-MM-DD`, which belongs to no zone: `28 November`, or with `year` `28 November 2027`. */
export function formatCalendarDay(view: Local, day: string, { year = false } = {}): string {
  const noon = new Date(`${day}T12:00:00Z`);
  return year ? formatDate(view, noon, 'UTC') : formatDay(view, noon, 'UTC');
}

/** Hours and minutes on a 24-hour clock: `23:59`. */
export function formatTime(view: Local, date: Date, zone: string): string {
  return format(view, date, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** Day and time: `1 November, 15:59`, or with `year` `1 November 2027, 15:59`. */
export function formatInstant(view: Local, date: Date, zone: string, { year = true } = {}): string {
  return `${year ? formatDate(view, date, zone) : formatDay(view, date, zone)}, ${formatTime(view, date, zone)}`;
}

/** An exclusive end is shown as the last minute before it: 1 November 12:00 UTC reads 23:59 on 31 October AoE. */
export function lastMinute(end: Date): Date {
  return new Date(end.getTime() - 60_000);
}

/** A zone in words that follow a time: `anywhere on Earth`, `UTC`, or the zone's city (`Asia/Tbilisi` -> `Tbilisi`). */
export function zoneWords(view: Pick<View, 't'>, zone: string): string {
  if (zone === AOE) return view.t('common:zone.aoe');
  return zone.split('/').at(-1)!.replaceAll('_', ' ');
}

/** Whole days, hours or minutes from now until an instant, in words; `null` once it has passed. */
export function timeLeft(view: Pick<View, 't' | 'now'>, until: Date): string | null {
  const minutes = Math.ceil((until.getTime() - view.now.getTime()) / 60_000);
  if (minutes <= 0) return null;
  if (minutes < 60) return view.t('common:time.minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return view.t('common:time.hours', { count: hours });
  return view.t('common:time.days', { count: Math.floor(hours / 24) });
}

/** A number with the reader's separators: `1,709`. */
export function formatNumber(view: Local, n: number, digits = 0): string {
  return new Intl.NumberFormat(intlLocale(view), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(n);
}

/** A share between 0 and 1 as a whole percentage: `71 %` or as the language writes it. */
export function formatShare(view: Local, share: number): string {
  return new Intl.NumberFormat(intlLocale(view), { style: 'percent', maximumFractionDigits: 0 }).format(
    share,
  );
}

/** Sorts labels by the reader's alphabet, leaving the input alone. */
export function byAlphabet<T>(view: Local, items: readonly T[], label: (item: T) => string): T[] {
  const { compare } = new Intl.Collator(intlLocale(view));
  return items.toSorted((a, b) => compare(label(a), label(b)));
}

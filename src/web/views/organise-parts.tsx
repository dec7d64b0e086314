import type { ComponentChildren, JSX } from 'preact';
import { useView } from '../components/context.js';
import {
  Button,
  errorOf,
  HiddenKey,
  type ButtonLook,
  type FieldError,
  type FieldErrors,
} from '../components/forms.js';
import { Tag, type Tone } from '../components/parts.js';
import { formatInstant, formatNumber, paths, timeLeft, type View } from '../view.js';

/** Addresses under `/conferences/:slug/organise`, for these views and the controllers that serve them. */
export const organisePaths = {
  overview: (slug: string) => paths.organise(slug),
  submissions: (slug: string) => paths.organise(slug, 'submissions'),
  submission: (slug: string, id: string) => paths.organise(slug, `submissions/${id}`),
  /** POST `reviewer` (id of the invitation). */
  assign: (slug: string, id: string) => paths.organise(slug, `submissions/${id}/assignments`),
  /** POST `version`. */
  unassign: (slug: string, assignmentId: string) =>
    paths.organise(slug, `assignments/${assignmentId}/remove`),
  /** POST `locked`, `version`. */
  lockAssignment: (slug: string, assignmentId: string) =>
    paths.organise(slug, `assignments/${assignmentId}/lock`),
  /** POST `outcome`, `reason`, `textToAuthors`, `version`. */
  decide: (slug: string, id: string) => paths.organise(slug, `submissions/${id}/decision`),
  /** The panel of a submission; `open` and `close` are posts. */
  panel: (slug: string, id: string, act = '') =>
    paths.organise(slug, `submissions/${id}/panel${act ? `/${act}` : ''}`),
  metaReview: (slug: string, id: string) => paths.organise(slug, `submissions/${id}/meta-review`),
  /** How the call reviews; `responses` is a post. */
  reviewing: (slug: string, act = '') => paths.organise(slug, act ? `reviewing/${act}` : 'reviewing'),
  /** Places that have become free, with who could step in. */
  places: (slug: string) => paths.organise(slug, 'places'),
  reviewers: (slug: string) => paths.organise(slug, 'reviewers'),
  reviewerRemind: (slug: string, id: string) => paths.organise(slug, `reviewers/${id}/remind`),
  reviewerRemove: (slug: string, id: string) => paths.organise(slug, `reviewers/${id}/remove`),
  assignment: (slug: string) => paths.organise(slug, 'assignment'),
  assignmentCancel: (slug: string, runId: string) => paths.organise(slug, `assignment/${runId}/cancel`),
  /** POST: everything a proposal keeps to; `…/sizes` the size of one panel. */
  assignmentSettings: (slug: string) => paths.organise(slug, 'assignment/settings'),
  panelSizes: (slug: string) => paths.organise(slug, 'assignment/sizes'),
  assignmentApply: (slug: string, runId: string) => paths.organise(slug, `assignment/${runId}/apply`),
  assignmentDiscard: (slug: string, runId: string) => paths.organise(slug, `assignment/${runId}/discard`),
  decisions: (slug: string) => paths.organise(slug, 'decisions'),
  release: (slug: string) => paths.organise(slug, 'decisions/release'),
  mail: (slug: string) => paths.organise(slug, 'mail'),
  /** What mail says, by kind and language. */
  mailTexts: (slug: string) => paths.organise(slug, 'mail-texts'),
  mailText: (slug: string, kind: string, locale: string) =>
    paths.organise(slug, `mail-texts/${kind}/${locale}`),
  message: (slug: string, id: string) => paths.organise(slug, `mail/${id}`),
  resend: (slug: string, id: string) => paths.organise(slug, `mail/${id}/resend`),
  /** POST: a person says that an uncertain mail has arrived. */
  settle: (slug: string, id: string) => paths.organise(slug, `mail/${id}/settle`),
  registrations: (slug: string) => paths.organise(slug, 'registrations'),
  partners: (slug: string) => paths.organise(slug, 'partners'),
  letter: (slug: string, id: string) => paths.organise(slug, `partners/${id}`),
  answer: (slug: string, id: string) => paths.organise(slug, `partners/${id}/answer`),
  proceedings: (slug: string) => paths.organise(slug, 'proceedings'),
  builds: (slug: string) => paths.organise(slug, 'proceedings/builds'),
  build: (slug: string, id: string) => paths.organise(slug, `proceedings/builds/${id}`),
  publish: (slug: string, id: string) => paths.organise(slug, `proceedings/builds/${id}/publish`),
  buildState: (id: string) => `/api/v1/proceedings-builds/${id}`,
  buildFile: (id: string, name: string) =>
    `/api/v1/proceedings-builds/${id}/files/${encodeURIComponent(name)}`,
  settings: (slug: string, part = '') => paths.organise(slug, part ? `settings/${part}` : 'settings'),
  roles: (slug: string) => paths.organise(slug, 'roles'),
  revoke: (slug: string, grantId: string) => paths.organise(slug, `roles/${grantId}/revoke`),
  exports: (slug: string) => paths.organise(slug, 'exports'),
  /** GET: a file such as `submissions.csv`. */
  exportFile: (slug: string, name: string) => paths.organise(slug, `exports/${name}`),
  record: (slug: string) => paths.organise(slug, 'record'),
  duplicates: (slug: string) => paths.organise(slug, 'duplicates'),
  /** GET; POST with `hash` joins as the preview has shown. */
  duplicate: (slug: string, one: string, other: string) => paths.organise(slug, `duplicates/${one}/${other}`),
  keeping: (slug: string) => paths.organise(slug, 'keeping'),
  protected: (slug: string) => paths.organise(slug, 'protected'),
  protectedPerson: (slug: string, person: string) => paths.organise(slug, `protected/${person}`),
} as const;

/** What every organiser page needs beside its own subject. */
export interface OrganiseData {
  /** The conference's own zone (tz database name), in which instants are shown. */
  zone: string;
}

/** A body as it was posted, kept for showing the form again: nested by brackets, or flat by field name. */
export type FormValue = string | readonly FormValue[] | { readonly [key: string]: FormValue };
export type FormValues = Readonly<Record<string, FormValue>>;

/** A page with forms: one key for all of them (each form adds its own suffix), and what the last refused post held. */
export interface FormState {
  idempotencyKey: string;
  /** Messages by field path. */
  errors?: FieldErrors;
  /** What was typed; it wins over what is stored. */
  values?: FormValues;
}

/** The posted value at a field's name (`criteria[0][title]`), or undefined when the form was not posted. */
export function postedAt(values: FormValues | undefined, name: string): FormValue | undefined {
  if (!values) return undefined;
  if (name in values) return values[name];
  let at: FormValue | undefined = values;
  for (const step of name.split(/[[\]]+/).filter(Boolean)) {
    if (at === undefined || typeof at === 'string') return undefined;
    at = (at as Readonly<Record<string, FormValue>>)[step];
  }
  return at;
}

/** The posted text at a field's name, or what is stored. */
export function typed(
  values: FormValues | undefined,
  name: string,
  stored: string | number | null = '',
): string {
  const posted = postedAt(values, name);
  return typeof posted === 'string' ? posted : String(stored ?? '');
}

/** The posted list at a field's name (`topics[]`), or what is stored; a single posted value is a list of one. */
export function typedList(
  values: FormValues | undefined,
  name: string,
  stored: readonly string[],
): readonly string[] {
  if (!values) return stored;
  const posted = postedAt(values, name) ?? postedAt(values, name.replace(/\[\]$/, ''));
  if (posted === undefined) return stored;
  if (typeof posted === 'string') return [posted];
  return Object.values(posted).filter((value) => typeof value === 'string');
}

/** What the controls of a form take for one field: name, what was typed or stored, and its message. */
export function bound(
  form: Pick<FormState, 'errors' | 'values'>,
  name: string,
  stored: string | number | null = '',
): { name: string; value: string; error: FieldError | undefined } {
  return { name, value: typed(form.values, name, stored), error: errorOf(form.errors, name) };
}

/** The conference of an organiser page. Throws where there is none: these pages are always inside one. */
export function slugOf(view: View): string {
  if (!view.conference) throw new Error('An organiser page needs a conference');
  return view.conference.slug;
}

/** Time left with small numbers of days as words, as in "nine days"; `null` once it has passed. */
export function leftInWords(view: View, until: Date): string | null {
  const days = Math.floor((until.getTime() - view.now.getTime()) / 86_400_000);
  return days >= 2 && days <= 12 ? view.t(`organise:days.${days}`) : timeLeft(view, until);
}

/** A message of the catalogue, or `fallback` where it has none (actions of the record, kinds of mail). */
export function wordOr(view: View, key: string, fallback: string): string {
  const words = view.t(key, { defaultValue: fallback });
  return words === key || words === key.split(':')[1] ? fallback : words;
}

/** A count with separators and its noun: `countOf(view, 'organise:count.reviews', 12)`. */
export function countOf(view: View, key: string, count: number): string {
  return view.t(key, { count, n: formatNumber(view, count) });
}

/** The address of a list with some of its filters changed; empty ones are left out, and paging starts anew. */
export function withQuery(
  base: string,
  now: Readonly<Record<string, string | undefined>>,
  change: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...now, ...change })) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${base}?${text}` : base;
}

/** A size of a file as people say it: `1.4 MB`. */
export function formatBytes(view: View, bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(view.locale, {
    style: 'unit',
    unit: units[step]!,
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(bytes / 1000 ** step);
}

/** The first line of a page: what the reader came for, in a sentence; where they came from above it. */
export function Head(props: {
  title: ComponentChildren;
  /** One sentence that explains. */
  text?: ComponentChildren;
  back?: { href: string; label: string };
  /** At the end of the line, e.g. the way to the next page. */
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <header class="org-head">
      {props.back ? (
        <p class="org-back">
          <a href={props.back.href}>
            <span aria-hidden="true">← </span>
            {props.back.label}
          </a>
        </p>
      ) : null}
      <div class="org-head-line">
        <h1>{props.title}</h1>
        {props.children ? <div class="org-head-end">{props.children}</div> : null}
      </div>
      {props.text ? <p class="org-lead">{props.text}</p> : null}
    </header>
  );
}

/** A part of a page with its heading and, beside it, what to know of it. */
export function Part(props: {
  title: string;
  text?: ComponentChildren;
  id?: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="section org-part" id={props.id}>
      <h2>{props.title}</h2>
      {props.text ? <p class="hint org-part-text">{props.text}</p> : null}
      {props.children}
    </section>
  );
}

/** A form of one button, as stands in rows and beside headings. `form` tells its key from others of the page. */
export function ActForm(props: {
  action: string;
  /** The page's key and a suffix that names this form, so that no two forms share a key. */
  idempotencyKey: string;
  version?: number | undefined;
  fields?: Readonly<Record<string, string>>;
  look?: ButtonLook;
  label?: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <form class="org-act" method="post" action={props.action}>
      <HiddenKey value={props.idempotencyKey} version={props.version} />
      {Object.entries(props.fields ?? {}).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button look={props.look ?? 'quiet'} {...(props.label ? { label: props.label } : {})}>
        {props.children}
      </Button>
    </form>
  );
}

/** Reviews that a reviewer has of those they can take, with a mark for what is handed in. */
export function LoadBar(props: {
  load: number;
  max: number;
  handedIn?: number;
  label: string;
  text: string;
}): JSX.Element {
  const max = Math.max(props.max, props.load, 1);
  const share = (n: number): string => `${Math.round((n / max) * 10_000) / 100}%`;
  return (
    <span class="org-load">
      <svg role="img" aria-label={props.label} width="72" height="8">
        <rect class="org-load-room" width="100%" height="8" rx="4" />
        <rect class="org-load-taken" width={share(props.load)} height="8" rx="4" />
        {props.handedIn ? (
          <rect class="org-load-done" width={share(props.handedIn)} height="8" rx="4" />
        ) : null}
      </svg>
      <span class="num" aria-hidden="true">
        {props.text}
      </span>
    </span>
  );
}

/** Where a score from 1 to 5 stands on a strip of 100 pixels. */
const onStrip = (score: number): number => 7 + ((score - 1) / 4) * 86;

/** Where a panel's scores lie between 1 and 5: one mark a reviewer, a line for the mean. */
export function ScoreStrip(props: {
  scores: readonly number[];
  label: string;
  mean?: number | null;
  /** Where the score without the reviewers' strictness may lie. */
  interval?: { low: number; high: number } | null;
}): JSX.Element {
  const seen = new Map<number, number>();
  return (
    <svg class="org-strip" role="img" aria-label={props.label} width="100" height="22" viewBox="0 0 100 22">
      <line class="org-strip-axis" x1="7" x2="93" y1="16" y2="16" />
      {[1, 2, 3, 4, 5].map((score) => (
        <line key={score} class="org-strip-axis" x1={onStrip(score)} x2={onStrip(score)} y1="13" y2="19" />
      ))}
      {props.interval ? (
        <rect
          class="org-strip-interval"
          x={onStrip(Math.max(1, props.interval.low))}
          width={onStrip(Math.min(5, props.interval.high)) - onStrip(Math.max(1, props.interval.low))}
          y="11"
          height="10"
          rx="5"
        />
      ) : null}
      {props.mean === undefined || props.mean === null ? null : (
        <line class="org-strip-mean" x1={onStrip(props.mean)} x2={onStrip(props.mean)} y1="1" y2="21" />
      )}
      {props.scores.map((score, i) => {
        const same = seen.get(score) ?? 0;
        seen.set(score, same + 1);
        return (
          <circle key={i} class="org-strip-dot" cx={onStrip(score) + same * 3.5} cy={16 - same * 5} r="4" />
        );
      })}
    </svg>
  );
}

/** One score of one review: five steps, the given one filled, its number and word beside. */
export function ScoreGiven(props: {
  title: string;
  score: number | null;
  word?: string | undefined;
  strong?: boolean;
}): JSX.Element {
  const { t } = useView();
  const words =
    props.score === null
      ? t('organise:submission.noScore')
      : [props.score, props.word].filter(Boolean).join(' ');
  return (
    <div class={props.strong ? 'org-score strong' : 'org-score'}>
      <span class="org-score-title">{props.title}</span>
      <svg aria-hidden="true" width="94" height="12" viewBox="0 0 94 12">
        {[1, 2, 3, 4, 5].map((step) => (
          <rect
            key={step}
            class={props.score !== null && step <= props.score ? 'org-score-step full' : 'org-score-step'}
            x={(step - 1) * 19}
            width="16"
            height="10"
            y="1"
            rx="2"
          />
        ))}
      </svg>
      <span class="org-score-word">{words}</span>
    </div>
  );
}

/** The outcomes a decision can have, in the order in which they are offered. */
export const OUTCOMES = ['accepted', 'conditionally_accepted', 'waitlisted', 'rejected'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const OUTCOME_TONES: Record<Outcome, Tone> = {
  accepted: 'ok',
  conditionally_accepted: 'warn',
  waitlisted: 'warn',
  rejected: 'bad',
};

/** An outcome as a word; one that nobody outside knows yet says so. */
export function OutcomeWord({ outcome, pending }: { outcome: Outcome; pending?: boolean }): JSX.Element {
  const { t } = useView();
  const word = t(`common:state.${outcome}`);
  return (
    <Tag tone={OUTCOME_TONES[outcome]}>
      {pending ? t('organise:decisions.pendingWord', { outcome: word }) : word}
    </Tag>
  );
}

/** Links to the same list as a file. */
export function ExportLinks({ links }: { links: readonly { href: string; label: string }[] }): JSX.Element {
  const { t } = useView();
  return (
    <p class="org-exports">
      <span class="soft">{t('organise:exportAs')}</span>{' '}
      {links.map((link) => (
        <a key={link.href} href={link.href} download>
          {link.label}
        </a>
      ))}
    </p>
  );
}

/** A count drawn as a share of the largest of its list: the label, a bar, the number. */
export function CountBars(props: {
  title: string;
  text?: string;
  rows: readonly {
    label: ComponentChildren;
    key: string;
    count: number;
    href?: string;
    current?: boolean;
    loud?: boolean;
  }[];
}): JSX.Element {
  const view = useView();
  const most = Math.max(1, ...props.rows.map((row) => row.count));
  return (
    <section class="card org-counts">
      <h2>{props.title}</h2>
      {props.text ? <p class="soft">{props.text}</p> : null}
      <ul>
        {props.rows.map((row) => (
          <li key={row.key} class={row.loud ? 'loud' : undefined}>
            {row.href ? (
              <a href={row.href} aria-current={row.current ? 'true' : undefined}>
                {row.label}
              </a>
            ) : (
              <span>{row.label}</span>
            )}
            <svg aria-hidden="true" width="100%" height="10">
              <rect
                class="org-count-bar"
                width={`${Math.max(row.count > 0 ? 1 : 0, (row.count / most) * 100)}%`}
                height="10"
                rx="2"
              />
            </svg>
            <b class="num">{formatNumber(view, row.count)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** When something happened, short enough for a table: day and time in the conference's zone. */
export function When({ at, zone }: { at: Date; zone: string }): JSX.Element {
  const view = useView();
  return (
    <time class="org-when" dateTime={at.toISOString()}>
      {formatInstant(view, at, zone, { year: false })}
    </time>
  );
}

/** A figure with its decimals, or a dash for one that is not there. */
export function figure(view: View, n: number | null, digits = 1): string {
  return n === null ? '–' : formatNumber(view, n, digits);
}

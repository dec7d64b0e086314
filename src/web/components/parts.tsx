import { Fragment, type ComponentChildren, type JSX } from 'preact';
import {
  formatDate,
  formatDay,
  formatInstant,
  formatNumber,
  formatTime,
  lastMinute,
  timeLeft,
  zoneWords,
} from '../view.js';
import { useView } from './context.js';

/** An instant in its zone, which is named; `local-time.js` adds the reader's own time where `own` is set and it differs. */
export function Instant(props: { at: Date; zone: string; year?: boolean; own?: boolean }): JSX.Element {
  const view = useView();
  const time = formatInstant(view, props.at, props.zone, { year: props.year ?? true });
  return (
    <>
      <time dateTime={props.at.toISOString()}>
        {view.t('common:time.zoned', { time, zone: zoneWords(view, props.zone) })}
      </time>
      {props.own ? <OwnTime at={props.at} zone={props.zone} /> : null}
    </>
  );
}

/** Place for the reader's own time, hidden until `local-time.js` knows it; with `zone` only where it differs from that. */
export function OwnTime({ at, zone }: { at: Date; zone?: string }): JSX.Element {
  const { t } = useView();
  return (
    <>
      {' '}
      <span
        class="own-time"
        hidden
        data-instant={at.toISOString()}
        data-zone={zone}
        data-text={t('common:time.own', { time: '{time}' })}
      />
    </>
  );
}

export interface DeadlineData {
  /** The exclusive end: the first instant that is too late. */
  end: Date;
  /** Zone in which the deadline was set, tz database name; `AOE` for anywhere on Earth. */
  zone: string;
  /** The conference's own zone, shown beside when it differs. */
  conferenceZone?: string;
}

/** A deadline with everything a reader needs: how long, the day, the zone, the conference's and their own time. */
export function Deadline(
  props: DeadlineData & {
    /** Words before and after it ends, e.g. "Abstracts are due in {{left}}" already filled in by `title(left)`. */
    title: (left: string | null) => string;
    children?: ComponentChildren;
  },
): JSX.Element {
  const view = useView();
  const { t } = view;
  const shown = lastMinute(props.end);
  const also = props.conferenceZone && props.conferenceZone !== props.zone ? props.conferenceZone : undefined;
  return (
    <div class="deadline">
      <p class="deadline-left">{props.title(timeLeft(view, props.end))}</p>
      <p class="deadline-day">
        <time dateTime={shown.toISOString()}>{formatDate(view, shown, props.zone)}</time>
      </p>
      <dl class="pairs">
        <div>
          <dt>{t('common:deadline.ends')}</dt>
          <dd>
            {t('common:deadline.at', {
              time: formatTime(view, shown, props.zone),
              zone: zoneWords(view, props.zone),
            })}
          </dd>
        </div>
        {also ? (
          <div>
            <dt>{t('common:deadline.in', { zone: zoneWords(view, also) })}</dt>
            <dd>{formatInstant(view, shown, also, { year: false })}</dd>
          </div>
        ) : null}
        <div hidden data-own-row>
          <dt>{t('common:deadline.own')}</dt>
          <dd data-instant={shown.toISOString()} />
        </div>
      </dl>
      {props.children}
    </div>
  );
}

/** A deadline in one line: `Due 31 October, 23:59 anywhere on Earth (23 days left)`. */
export function DeadlineLine({ end, zone }: DeadlineData): JSX.Element {
  const view = useView();
  const shown = lastMinute(end);
  const left = timeLeft(view, end);
  const values = {
    day: formatDay(view, shown, zone),
    time: formatTime(view, shown, zone),
    zone: zoneWords(view, zone),
    left,
  };
  return (
    <p class="eyebrow">
      {view.t(left ? 'common:deadline.line' : 'common:deadline.linePast', values)}
      <OwnTime at={shown} zone={zone} />
    </p>
  );
}

export interface Step {
  label: string;
  state: 'done' | 'now' | 'later';
  href?: string;
}

/** Where a conference stands among its stages. */
export function StepBar({ steps, label }: { steps: readonly Step[]; label: string }): JSX.Element {
  const { t } = useView();
  return (
    <ol class="steps" aria-label={label}>
      {steps.map((step) => (
        <li
          key={step.label}
          class={`step ${step.state}`}
          aria-current={step.state === 'now' ? 'step' : undefined}
        >
          {step.href ? <a href={step.href}>{step.label}</a> : step.label}
          {step.state === 'done' ? <span class="out-of-sight"> {t('common:steps.done')}</span> : null}
        </li>
      ))}
    </ol>
  );
}

/** What needs a decision now: a bold subject, the rest of the sentence, one action. Put several in `TodoList`. */
export function TodoLine(props: {
  subject: string;
  text: string;
  action: { href: string; label: string };
}): JSX.Element {
  return (
    <li class="todo">
      <span>
        <b>{props.subject}</b> {props.text}
      </span>
      <a href={props.action.href}>{props.action.label}</a>
    </li>
  );
}

export function TodoList({ children }: { children: ComponentChildren }): JSX.Element {
  return <ul class="todos">{children}</ul>;
}

/** How a word stands: its colour, never without the word. */
export type Tone = 'plain' | 'ok' | 'warn' | 'bad' | 'quiet';

/** A word in a rounded field. */
export function Tag({ children, tone = 'plain' }: { children: ComponentChildren; tone?: Tone }): JSX.Element {
  return <span class={`tag ${tone}`}>{children}</span>;
}

const STATE_TONES: Record<string, Tone> = {
  draft: 'quiet',
  submitted: 'plain',
  held: 'warn',
  under_review: 'plain',
  accepted: 'ok',
  conditionally_accepted: 'warn',
  waitlisted: 'warn',
  rejected: 'bad',
  confirmed: 'ok',
  published: 'ok',
  withdrawn: 'quiet',
};

/** The state of a submission as a word; the words live in `common:state`. */
export function StateWord({ state }: { state: string }): JSX.Element {
  const { t } = useView();
  return <Tag tone={STATE_TONES[state] ?? 'plain'}>{t(`common:state.${state}`)}</Tag>;
}

/** A panel at a glance: full dots are handed in, half ones begun, rings still open. `label` says it in words. */
export function Dots(props: { full: number; begun?: number; total: number; label: string }): JSX.Element {
  const begun = props.begun ?? 0;
  const size = Math.max(props.total, props.full + begun);
  return (
    <svg
      class="dots"
      role="img"
      aria-label={props.label}
      width={size * 13}
      height="12"
      viewBox={`0 0 ${size * 13} 12`}
    >
      {Array.from({ length: size }, (_, i) => {
        const x = i * 13 + 6;
        if (i < props.full) return <circle key={i} class="dot-full" cx={x} cy="6" r="4.5" />;
        return (
          <g key={i}>
            {i < props.full + begun ? <path class="dot-full" d={`M${x} 1.5a4.5 4.5 0 0 0 0 9z`} /> : null}
            <circle class="dot-ring" cx={x} cy="6" r="4" />
          </g>
        );
      })}
    </svg>
  );
}

/** What a place is for while it is empty, and the next step. */
export function EmptyState(props: {
  title: string;
  text: string;
  action?: { href: string; label: string };
}): JSX.Element {
  return (
    <div class="empty">
      <h2>{props.title}</h2>
      <p>{props.text}</p>
      {props.action ? (
        <p>
          <a class="button second" href={props.action.href}>
            {props.action.label}
          </a>
        </p>
      ) : null}
    </div>
  );
}

export interface Fact {
  term: string;
  value: ComponentChildren;
}

/** Names and values, in two columns where there is room. */
export function Facts({ items }: { items: readonly Fact[] }): JSX.Element {
  return (
    <dl class="pairs facts">
      {items.map((item) => (
        <div key={item.term}>
          <dt>{item.term}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface TimelineItem {
  title: string;
  text: ComponentChildren;
  state?: 'past' | 'now' | 'later';
}

/** Dates or events on a line, in order of time. */
export function Timeline({ items }: { items: readonly TimelineItem[] }): JSX.Element {
  return (
    <ol class="timeline">
      {items.map((item) => (
        <li
          key={item.title}
          class={item.state ?? 'later'}
          aria-current={item.state === 'now' ? 'step' : undefined}
        >
          <b>{item.title}</b>
          <span>{item.text}</span>
        </li>
      ))}
    </ol>
  );
}

/** How much of something is done, with the words beside it. */
export function Progress(props: { value: number; max: number; label: string }): JSX.Element {
  return (
    <div class="progress">
      <progress max={props.max} value={props.value} aria-label={props.label} />
      <span aria-hidden="true">{props.label}</span>
    </div>
  );
}

/** Progress over a few pieces (up to a dozen), one bar each; more become a plain bar. */
export function Pieces(props: { value: number; max: number; label: string }): JSX.Element {
  if (props.max > 12 || props.max === 0) return <Progress {...props} />;
  return (
    <div class="pieces">
      <svg
        role="img"
        aria-label={props.label}
        width={props.max * 30}
        height="6"
        viewBox={`0 0 ${props.max * 30} 6`}
      >
        {Array.from({ length: props.max }, (_, i) => (
          <rect
            key={i}
            class={i < props.value ? 'piece full' : 'piece'}
            x={i * 30}
            width="26"
            height="5"
            rx="2.5"
          />
        ))}
      </svg>
      <span aria-hidden="true">{props.label}</span>
    </div>
  );
}

/** A raised area with a heading of its own. */
export function Card(props: {
  title?: string;
  text?: ComponentChildren;
  children?: ComponentChildren;
  class?: string;
  level?: 2 | 3;
}): JSX.Element {
  const Heading = props.level === 3 ? 'h3' : 'h2';
  return (
    <section class={props.class ? `card ${props.class}` : 'card'}>
      {props.title ? <Heading>{props.title}</Heading> : null}
      {props.text ? <p class="soft">{props.text}</p> : null}
      {props.children}
    </section>
  );
}

/** Says what an act will do before it is done, or what to know: a bar at the side, no colour alone. */
export function Callout(props: { tone?: Tone; title?: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class={`callout ${props.tone ?? 'plain'}`}>
      {props.title ? <p class="callout-title">{props.title}</p> : null}
      {props.children}
    </div>
  );
}

/** Text as an author wrote it: paragraphs at blank lines, in its own language and direction. */
export function Prose({ text, lang }: { text: string; lang?: string | undefined }): JSX.Element {
  const paragraphs = text.split(/\n\s*\n/).filter((part) => part.trim() !== '');
  return (
    <div class="prose" lang={lang} dir="auto">
      {paragraphs.map((part, i) => (
        <p key={i}>{part.trim()}</p>
      ))}
    </div>
  );
}

/** A name in another script than the page's, isolated so that it does not disturb the line around it. */
export function Isolated({
  children,
  lang,
}: {
  children: ComponentChildren;
  lang?: string | undefined;
}): JSX.Element {
  return (
    <bdi lang={lang} dir="auto">
      {children}
    </bdi>
  );
}

/** Texts in a row, each isolated, so that names of both directions stay in their order; empty ones are left out. */
export function IsolatedList({
  items,
  between = ', ',
}: {
  items: readonly (string | null | undefined)[];
  between?: string;
}): JSX.Element {
  return (
    <>
      {items.filter(Boolean).map((item, index) => (
        <Fragment key={index}>
          {index > 0 ? between : ''}
          <bdi>{item}</bdi>
        </Fragment>
      ))}
    </>
  );
}

/** A count with its noun from the catalogue: `CountOf key="common:count.words" n={246}`. */
export function CountOf(props: { message: string; n: number }): JSX.Element {
  const view = useView();
  return <span class="num">{view.t(props.message, { count: props.n, n: formatNumber(view, props.n) })}</span>;
}

/** An ORCID iD that ORCID itself has confirmed to be its owner's, with the mark that says so. */
export function VerifiedOrcid({ orcid }: { orcid: string }): JSX.Element {
  const { t } = useView();
  return (
    <>
      <a href={`https://orcid.org/${orcid}`} rel="noopener noreferrer">
        <span class="code">{orcid}</span>
      </a>{' '}
      <Tag tone="ok">{t('ways:orcid.verified')}</Tag>
    </>
  );
}

import { Bars, Histogram, StackedBar } from '../components/charts.js';
import { SearchField, TableBar } from '../components/tables.js';
import { EmptyState, StepBar, TodoLine, TodoList, type Step } from '../components/parts.js';
import { page } from '../layout.js';
import {
  formatInstant,
  formatNumber,
  formatShare,
  lastMinute,
  paths,
  zoneWords,
  type View,
} from '../view.js';
import { countOf, leftInWords, organisePaths, slugOf, type OrganiseData } from './organise-parts.js';
import { SubmissionTable, type SubmissionRow } from './organise-submissions.view.js';

/** Where a conference stands. */
export type Stage =
  'before' | 'open' | 'closed' | 'reviewing' | 'deciding' | 'proceedings' | 'conference' | 'over';

/** Something that waits for a person. The words live in `organise:todo.<kind>`; each has one action. */
export interface Todo {
  kind:
    | 'mailUncertain'
    | 'mailRefused'
    | 'fewReviews'
    | 'unassigned'
    | 'conflicted'
    | 'openPlaces'
    | 'proposalWaiting'
    | 'panelsUnbalanced'
    | 'reviewersSilent'
    | 'freePlaces'
    | 'disagreements'
    | 'undecided'
    | 'unreleased'
    | 'letters'
    | 'papersIncomplete'
    | 'buildFailed'
    | 'noTopics'
    | 'noCriteria'
    | 'noReviewers';
  count: number;
  href: string;
}

export interface OverviewData extends OrganiseData {
  stage: Stage;
  call: { opensAt: Date; closesAt: Date; zone: string };
  reviewsDueAt: Date | null;
  /** Whole numbers; `submitted` counts everything handed in and not withdrawn. */
  counts: {
    submitted: number;
    drafts: number;
    reviewers: number;
    decided: number;
    released: number;
    accepted: number;
    registered: number;
  };
  /** First day of the conference at midnight in its zone, where it is known. */
  startsOn: Date | null;
  todos: readonly Todo[];
  /** Submissions that arrived on each day, oldest first, without gaps; `label` is the day in words. */
  days: readonly { label: string; count: number }[];
  reviews: { handedIn: number; begun: number; untouched: number };
  /** How many submissions have a panel's mean in each step of the scale from 1 to 5, and the mean of all. */
  scores: { bins: readonly { label: string; count: number }[]; mean: number | null };
  /** The few submissions that changed last (arrived, reviewed, decided), newest first. */
  latest: readonly SubmissionRow[];
}

const STEPS = ['call', 'reviewing', 'deciding', 'proceedings', 'conference'] as const;
const STEP_OF: Record<Stage, number> = {
  before: 0,
  open: 0,
  closed: 0,
  reviewing: 1,
  deciding: 2,
  proceedings: 3,
  conference: 4,
  over: 5,
};
const STEP_PAGES: Record<(typeof STEPS)[number], string> = {
  call: 'submissions',
  reviewing: 'reviewers',
  deciding: 'decisions',
  proceedings: 'proceedings',
  conference: 'registrations',
};

/** The state of the conference in one sentence. */
export function stageSentence(view: View, data: OverviewData): string {
  const { t } = view;
  const { counts, reviews } = data;
  const all = reviews.handedIn + reviews.begun + reviews.untouched;
  const n = (value: number): string => formatNumber(view, value);
  switch (data.stage) {
    case 'before':
      return t('organise:overview.before', { left: leftInWords(view, data.call.opensAt) });
    case 'open':
      return t('organise:overview.open', {
        submissions: countOf(view, 'organise:count.submissions', counts.submitted),
        left: leftInWords(view, data.call.closesAt),
      });
    case 'closed':
      return t('organise:overview.closed', {
        submissions: countOf(view, 'organise:count.submissions', counts.submitted),
      });
    case 'reviewing': {
      const left = data.reviewsDueAt ? leftInWords(view, data.reviewsDueAt) : null;
      const key = data.reviewsDueAt ? (left ? 'reviewing' : 'reviewingLate') : 'reviewingOpen';
      return t(`organise:overview.${key}`, {
        share: formatShare(view, all === 0 ? 0 : reviews.handedIn / all),
        left,
      });
    }
    case 'deciding':
      return t('organise:overview.deciding', { decided: n(counts.decided), total: n(counts.submitted) });
    case 'proceedings':
      return t('organise:overview.proceedings', {
        papers: countOf(view, 'organise:count.papers', counts.accepted),
      });
    case 'conference': {
      const left = data.startsOn ? leftInWords(view, data.startsOn) : null;
      return t(left ? 'organise:overview.conference' : 'organise:overview.conferenceNow', {
        left,
        people: countOf(view, 'organise:count.registered', counts.registered),
      });
    }
    case 'over':
      return t('organise:overview.over');
  }
}

/** "802 in all, half of them in the last 2 days": the fewest last days that hold at least half. */
function arrivals(view: View, days: OverviewData['days'], drafts: number): string {
  const total = days.reduce((sum, day) => sum + day.count, 0);
  let held = 0;
  let last = 0;
  while (held * 2 < total) held += days[days.length - ++last]!.count;
  const parts = [view.t('organise:overview.daysTotal', { n: formatNumber(view, total) })];
  if (total > 9 && last < days.length / 2) parts.push(countOf(view, 'organise:overview.daysHalf', last));
  else if (drafts > 0) parts.push(countOf(view, 'organise:overview.daysDrafts', drafts));
  return parts.join(', ');
}

/** GET `/conferences/:slug/organise`: where the conference stands and what needs a decision. */
export function overviewPage(view: View, data: OverviewData): string {
  const { t } = view;
  const slug = slugOf(view);
  const sentence = stageSentence(view, data);
  const now = STEP_OF[data.stage];
  const steps: Step[] = STEPS.map((key, i) => ({
    label: t(`organise:steps.${key}`),
    state: i < now ? 'done' : i === now ? 'now' : 'later',
    ...(i <= now ? { href: paths.organise(slug, STEP_PAGES[key]) } : {}),
  }));
  const reviewsAll = data.reviews.handedIn + data.reviews.begun + data.reviews.untouched;
  const arrived = data.days.some((day) => day.count > 0);
  const scored = data.scores.bins.some((bin) => bin.count > 0);
  const shown = lastMinute(data.call.closesAt);
  return page(
    view,
    { title: sentence, area: 'organiser', active: 'overview' },
    <>
      <h1>{sentence}</h1>
      <StepBar label={t('organise:steps.label')} steps={steps} />
      {data.todos.length > 0 ? (
        <TodoList>
          {data.todos.map((todo) => (
            <TodoLine
              key={todo.kind}
              subject={countOf(view, `organise:todo.${todo.kind}.subject`, todo.count)}
              text={t(`organise:todo.${todo.kind}.text`, { count: todo.count })}
              action={{ href: todo.href, label: t(`organise:todo.${todo.kind}.action`) }}
            />
          ))}
        </TodoList>
      ) : (
        <p class="org-calm">{t('organise:overview.nothing')}</p>
      )}
      {arrived ? (
        <div class="charts">
          <Bars
            title={t('organise:overview.days')}
            text={arrivals(view, data.days, data.counts.drafts)}
            bars={data.days.map((day) => ({ label: day.label, value: day.count }))}
          />
          {reviewsAll > 0 ? (
            <StackedBar
              title={t('organise:overview.reviews')}
              text={t('organise:overview.reviewsText', {
                n: formatNumber(view, data.reviews.handedIn),
                total: formatNumber(view, reviewsAll),
              })}
              parts={[
                { label: t('organise:progress.handedIn'), value: data.reviews.handedIn, tone: 'first' },
                { label: t('organise:progress.begun'), value: data.reviews.begun, tone: 'second' },
                { label: t('organise:progress.untouched'), value: data.reviews.untouched, tone: 'rest' },
              ]}
            />
          ) : (
            <Blank title={t('organise:overview.reviews')} text={t('organise:overview.reviewsNone')} />
          )}
          {scored ? (
            <Histogram
              title={t('organise:overview.scores')}
              text={t('organise:overview.scoresText')}
              domain={[1, 5]}
              bars={data.scores.bins.map((bin) => ({ label: bin.label, value: bin.count }))}
              {...(data.scores.mean === null
                ? {}
                : {
                    mark: {
                      at: data.scores.mean,
                      label: t('organise:overview.scoresMean', {
                        n: formatNumber(view, data.scores.mean, 1),
                      }),
                    },
                  })}
            />
          ) : (
            <Blank title={t('organise:overview.scores')} text={t('organise:overview.scoresNone')} />
          )}
        </div>
      ) : (
        <div class="org-gap">
          <EmptyState
            title={t('organise:overview.emptyTitle')}
            text={t(
              data.stage === 'before' ? 'organise:overview.emptyBefore' : 'organise:overview.emptyOpen',
              {
                day: formatInstant(view, shown, data.call.zone),
                zone: zoneWords(view, data.call.zone),
              },
            )}
            action={{
              href: data.stage === 'before' ? organisePaths.settings(slug) : paths.call(slug),
              label: t(
                data.stage === 'before' ? 'organise:overview.emptySettings' : 'organise:overview.emptyCall',
              ),
            }}
          />
        </div>
      )}
      {data.latest.length > 0 ? (
        <section class="org-latest" aria-label={t('organise:overview.latest')}>
          <TableBar>
            <SearchField action={organisePaths.submissions(slug)} label={t('organise:submissions.search')} />
            <span class="table-count">{t('organise:overview.latest')}</span>
          </TableBar>
          <SubmissionTable rows={data.latest} />
        </section>
      ) : null}
      <p class="org-links">
        <a href={organisePaths.submissions(slug)}>{t('organise:overview.allSubmissions')}</a>
        <a href={organisePaths.exports(slug)}>{t('organise:exports.link')}</a>
      </p>
    </>,
  );
}

/** A chart that has nothing to draw yet says what it will show. */
function Blank({ title, text }: { title: string; text: string }) {
  return (
    <section class="card chart">
      <h3>{title}</h3>
      <p class="soft">{text}</p>
    </section>
  );
}

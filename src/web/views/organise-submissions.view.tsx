import type { JSX } from 'preact';
import { useView } from '../components/context.js';
import { Dots, EmptyState, StateWord, Tag } from '../components/parts.js';
import { DataTable, FilterChips, Pager, SearchField, TableBar, type Chip } from '../components/tables.js';
import { page } from '../layout.js';
import { formatNumber, paths, type View } from '../view.js';
import {
  countOf,
  ExportLinks,
  figure,
  Head,
  organisePaths,
  OutcomeWord,
  slugOf,
  withQuery,
  type OrganiseData,
  type Outcome,
} from './organise-parts.js';

export interface SubmissionRow {
  /** The public code, which is also its id. */
  id: string;
  title: string;
  /** Titles of its topics. */
  topics: readonly string[];
  status: string;
  /** Submitted, but the sender's address is not confirmed yet. */
  held?: boolean;
  panel: { handedIn: number; begun: number; total: number };
  /** Mean and standard deviation of the overall scores handed in; null while there are too few. */
  mean: number | null;
  spread: number | null;
  /** The panel's scores lie so far apart that someone should look. */
  disagree?: boolean;
  pending?: Outcome | null;
}

export interface SubmissionsData extends OrganiseData {
  /** What the address asks for: `?status=&topic=&missing=reviews&q=&sort=` (`sort` as `mean` or `-mean`). */
  filters: { status?: string; topic?: string; missing?: string; q?: string; sort?: string };
  /** Statuses that occur, in the order of the state machine. */
  statuses: readonly { status: string; count: number }[];
  topics: readonly { id: string; title: string; count: number }[];
  /** How many have fewer reviews handed in than the call asks for. */
  missingReviews: number;
  /** One page of what matches, how many match, and how many there are. */
  rows: readonly SubmissionRow[];
  matching: number;
  total: number;
  /** Opaque cursors of the neighbouring pages. */
  previous?: string;
  next?: string;
}

/** The panel in words, as the dots say it: "2 of 3 reviews handed in, 1 begun". */
function panelWords(view: View, panel: SubmissionRow['panel']): string {
  if (panel.total === 0) return view.t('organise:panel.none');
  const key = panel.begun > 0 ? 'organise:panel.begun' : 'organise:panel.handedIn';
  return view.t(key, { n: panel.handedIn, total: panel.total, begun: panel.begun });
}

/** A panel's progress as dots; a dash where nobody is assigned. */
export function PanelDots({ view, panel }: { view: View; panel: SubmissionRow['panel'] }): JSX.Element {
  const words = panelWords(view, panel);
  if (panel.total === 0)
    return (
      <>
        <span aria-hidden="true">–</span>
        <span class="out-of-sight">{words}</span>
      </>
    );
  return <Dots full={panel.handedIn} begun={panel.begun} total={panel.total} label={words} />;
}

/** How a submission stands, in words: its state, and what the organisers alone know. */
function States({ row }: { row: SubmissionRow }): JSX.Element {
  const { t } = useView();
  return (
    <span class="org-tags">
      {row.held ? <Tag tone="warn">{t('organise:held')}</Tag> : <StateWord state={row.status} />}
      {row.disagree ? <Tag tone="warn">{t('organise:disagree')}</Tag> : null}
      {row.pending ? <OutcomeWord outcome={row.pending} pending /> : null}
    </span>
  );
}

/** Submissions with their panels and scores; `sort` gives the address that sorts by a column. */
export function SubmissionTable(props: {
  rows: readonly SubmissionRow[];
  sort?: (key: string, first: '' | '-') => { href: string; now?: 'ascending' | 'descending' };
  empty?: JSX.Element;
}): JSX.Element {
  const view = useView();
  const { t } = view;
  const slug = slugOf(view);
  const sort = (key: string, first: '' | '-') => (props.sort ? { sort: props.sort(key, first) } : {});
  return (
    <DataTable
      caption={t('organise:submissions.caption')}
      rows={props.rows}
      id={(row) => row.id}
      href={(row) => organisePaths.submission(slug, row.id)}
      under={(row) => row.topics.join(' · ')}
      empty={props.empty}
      columns={[
        { key: 'code', head: t('organise:code'), cell: (row) => <span class="code">{row.id}</span> },
        {
          key: 'title',
          head: t('organise:title'),
          main: true,
          cell: (row) => <bdi>{row.title || t('organise:untitled')}</bdi>,
          ...sort('title', ''),
        },
        {
          key: 'panel',
          head: t('organise:panel.head'),
          cell: (row) => <PanelDots view={view} panel={row.panel} />,
        },
        {
          key: 'mean',
          head: t('organise:mean'),
          number: true,
          cell: (row) => figure(view, row.mean),
          ...sort('mean', '-'),
        },
        {
          key: 'spread',
          head: t('organise:spread'),
          number: true,
          cell: (row) => figure(view, row.spread),
          ...sort('spread', '-'),
        },
        { key: 'state', head: t('organise:state'), cell: (row) => <States row={row} /> },
      ]}
    />
  );
}

/** GET `/conferences/:slug/organise/submissions`. */
export function submissionsPage(view: View, data: SubmissionsData): string {
  const { t } = view;
  const slug = slugOf(view);
  const base = organisePaths.submissions(slug);
  const { filters } = data;
  const to = (change: Record<string, string | undefined>): string => withQuery(base, filters, change);
  const sorted = (key: string, first: '' | '-'): { href: string; now?: 'ascending' | 'descending' } => {
    const now = filters.sort === key ? 'ascending' : filters.sort === `-${key}` ? 'descending' : undefined;
    const next = now === undefined ? `${first}${key}` : now === 'ascending' ? `-${key}` : key;
    return { href: to({ sort: next }), ...(now ? { now } : {}) };
  };
  const chosenTopic = data.topics.find((topic) => topic.id === filters.topic);
  const chips: Chip[] = [
    ...data.statuses.map(({ status, count }) => ({
      label: `${t(`common:state.${status}`)} ${formatNumber(view, count)}`,
      href: to({ status: filters.status === status ? undefined : status }),
      active: filters.status === status,
    })),
    ...(data.missingReviews > 0 || filters.missing
      ? [
          {
            label: `${t('organise:submissions.missing')} ${formatNumber(view, data.missingReviews)}`,
            href: to({ missing: filters.missing ? undefined : 'reviews' }),
            active: Boolean(filters.missing),
          },
        ]
      : []),
    ...(chosenTopic
      ? [
          {
            label: t('organise:submissions.topicIs', { topic: chosenTopic.title }),
            href: to({ topic: undefined }),
            active: true,
          },
        ]
      : []),
  ];
  const { q: _, ...keep } = filters;
  const title = countOf(view, 'organise:count.submissionsTitle', data.total);
  return page(
    view,
    { title, area: 'organiser', active: 'submissions' },
    <>
      <Head title={title} />
      {data.total === 0 ? (
        <div class="org-gap">
          <EmptyState
            title={t('organise:submissions.emptyTitle')}
            text={t('organise:submissions.emptyText')}
            action={{ href: paths.call(slug), label: t('organise:overview.emptyCall') }}
          />
        </div>
      ) : (
        <>
          <div class="org-filters">
            <TableBar shown={data.matching} total={data.total}>
              <SearchField
                action={base}
                label={t('organise:submissions.search')}
                value={filters.q}
                keep={
                  Object.fromEntries(Object.entries(keep).filter(([, value]) => value)) as Record<
                    string,
                    string
                  >
                }
              />
            </TableBar>
            <div class="org-chips">
              <FilterChips label={t('organise:filters')} chips={chips} />
              <details class="org-topics">
                <summary>{t('organise:submissions.byTopic')}</summary>
                <ul>
                  {data.topics.map((topic) => (
                    <li key={topic.id}>
                      <a
                        href={to({ topic: topic.id })}
                        aria-current={topic.id === filters.topic ? 'true' : undefined}
                      >
                        {topic.title}
                      </a>{' '}
                      <span class="num soft">{formatNumber(view, topic.count)}</span>
                    </li>
                  ))}
                </ul>
              </details>
            </div>
          </div>
          <SubmissionTable
            rows={data.rows}
            sort={sorted}
            empty={
              <EmptyState
                title={t('organise:noneTitle')}
                text={t('organise:submissions.noneText')}
                action={{ href: base, label: t('organise:noneAll') }}
              />
            }
          />
          <Pager
            previous={data.previous && withQuery(base, { ...filters, before: data.previous })}
            next={data.next && withQuery(base, { ...filters, after: data.next })}
          />
          <ExportLinks
            links={[
              {
                href: withQuery(organisePaths.exportFile(slug, 'submissions.csv'), filters),
                label: t('organise:csv'),
              },
              {
                href: withQuery(organisePaths.exportFile(slug, 'submissions.json'), filters),
                label: t('organise:json'),
              },
            ]}
          />
        </>
      )}
    </>,
  );
}

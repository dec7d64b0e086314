import type { JSX } from 'preact';
import { Histogram } from '../components/charts.js';
import { useView } from '../components/context.js';
import { Button, ErrorSummary, HiddenKey, TextField } from '../components/forms.js';
import { Callout, Facts } from '../components/parts.js';
import { DataTable } from '../components/tables.js';
import { page } from '../layout.js';
import { formatInstant, formatNumber, type View } from '../view.js';
import {
  bound,
  countOf,
  Head,
  organisePaths,
  Part,
  slugOf,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';

/** One pair of a proposal. */
export interface PairRow {
  submissionId: string;
  title: string;
  reviewer: string;
  /** Titles of shared topics: why these two. */
  sharedTopics: readonly string[];
  load: number;
  maxLoad: number;
}

export interface RunDetail {
  id: string;
  version: number;
  status: 'proposed' | 'applied' | 'discarded';
  perSubmission: number;
  createdAt: Date;
  by: string | null;
  /** When it became real. */
  appliedAt: Date | null;
  /** Reviews proposed, submissions and reviewers they concern, and how many share a topic. */
  pairs: number;
  submissions: number;
  reviewers: number;
  sharingTopic: number;
  /** How many reviewers would have each load, from 0 upwards without gaps (existing and proposed together). */
  loads: readonly { load: number; reviewers: number }[];
  /** Places that nobody can take, and why, where that is known. */
  open: readonly {
    submissionId: string;
    title: string;
    missing: number;
    reason?: 'noRoom' | 'conflicts' | 'fewReviewers';
  }[];
  openPlaces: number;
  /** The first pairs, by submission; all of them are in the file. */
  shown: readonly PairRow[];
  /** Pairs that are no longer possible (withdrawn, declined): applying leaves them out. */
  outdated: number;
  /** Other assignments were made or ended since: it can no longer be applied. */
  changed: boolean;
}

export interface AssignmentData extends OrganiseData, FormState {
  /** What the next proposal would be about. */
  now: { submissions: number; reviewers: number; assigned: number; room: number; needed: number };
  perSubmission: number;
  run: RunDetail | null;
  may: { assign: boolean };
}

/** GET `/conferences/:slug/organise/assignment`; the form posts there: `perSubmission`. */
export function assignmentPage(view: View, data: AssignmentData): string {
  const { t } = view;
  const slug = slugOf(view);
  const n = (value: number): string => formatNumber(view, value);
  const { now, run } = data;
  const proposed = run?.status === 'proposed';
  const short = now.needed - now.room;
  const title = proposed
    ? countOf(view, 'organise:assignment.proposed', run.pairs)
    : now.needed > 0
      ? countOf(view, 'organise:assignment.open', now.needed)
      : now.submissions === 0
        ? t('organise:assignment.nothing')
        : t('organise:assignment.full');
  return page(
    view,
    { title: t('common:organise.assignment'), area: 'organiser', active: 'assignment' },
    <>
      <Head title={title} text={t('organise:assignment.explain')} />
      <ErrorSummary errors={data.errors} />
      {proposed ? <Proposal run={run} data={data} slug={slug} /> : null}
      <Part title={t(proposed ? 'organise:assignment.again' : 'organise:assignment.propose')}>
        <Facts
          items={[
            { term: t('organise:assignment.submissions'), value: n(now.submissions) },
            {
              term: t('organise:assignment.reviewers'),
              value: t('organise:assignment.reviewersRoom', { n: n(now.reviewers), room: n(now.room) }),
            },
            { term: t('organise:assignment.assigned'), value: n(now.assigned) },
            { term: t('organise:assignment.needed'), value: n(now.needed) },
          ]}
        />
        {short > 0 ? (
          <div class="org-gap">
            <Callout tone="warn">
              <p>{countOf(view, 'organise:assignment.short', short)}</p>
              <p>
                <a href={organisePaths.reviewers(slug)}>{t('organise:assignment.invite')}</a>
              </p>
            </Callout>
          </div>
        ) : null}
        {data.may.assign ? (
          <form class="org-form" method="post" action={organisePaths.assignment(slug)}>
            <HiddenKey value={`${data.idempotencyKey}.propose`} />
            <TextField
              {...bound(data, 'perSubmission', data.perSubmission)}
              label={t('organise:assignment.per')}
              hint={t('organise:assignment.perHint')}
              type="number"
              min={1}
              max={20}
              short
            />
            <div class="actions">
              <Button look={proposed ? 'second' : 'main'}>
                {t(proposed ? 'organise:assignment.proposeAgain' : 'organise:assignment.proposeNow')}
              </Button>
              <span class="soft">{t('organise:assignment.proposeText')}</span>
            </div>
          </form>
        ) : null}
      </Part>
      {run && !proposed ? (
        <p class="soft org-note">
          {t(`organise:assignment.last.${run.status}`, {
            at: formatInstant(view, run.appliedAt ?? run.createdAt, data.zone),
            pairs: countOf(view, 'organise:count.reviews', run.pairs),
          })}
        </p>
      ) : null}
    </>,
  );
}

function Proposal({ run, data, slug }: { run: RunDetail; data: AssignmentData; slug: string }): JSX.Element {
  const view = useView();
  const { t } = view;
  const n = (value: number): string => formatNumber(view, value);
  const most = run.loads.at(-1)?.load ?? 0;
  return (
    <div class="org-proposal">
      <p class="soft org-made">
        {t('organise:assignment.madeAt', { at: formatInstant(view, run.createdAt, data.zone) })}
        {run.by ? `, ${run.by}` : ''}
      </p>
      {run.outdated > 0 ? (
        <div class="org-gap">
          <Callout tone="warn">
            <p>{countOf(view, 'organise:assignment.outdated', run.outdated)}</p>
          </Callout>
        </div>
      ) : null}
      <div class="charts org-two">
        <Histogram
          title={t('organise:assignment.loads')}
          text={t('organise:assignment.loadsText', { n: n(run.reviewers), most: n(most) })}
          domain={[run.loads[0]?.load ?? 0, most]}
          bars={run.loads.map((bar) => ({
            label: countOf(view, 'organise:count.reviews', bar.load),
            value: bar.reviewers,
          }))}
        />
        <section class="card">
          <h2>{t('organise:assignment.report')}</h2>
          <Facts
            items={[
              { term: t('organise:assignment.pairs'), value: n(run.pairs) },
              { term: t('organise:assignment.submissions'), value: n(run.submissions) },
              {
                term: t('organise:assignment.sharing'),
                value: t('organise:ofTotal', { n: n(run.sharingTopic), total: n(run.pairs) }),
              },
              { term: t('organise:assignment.openPlaces'), value: n(run.openPlaces) },
            ]}
          />
        </section>
      </div>
      {run.open.length > 0 ? (
        <Part
          title={countOf(view, 'organise:assignment.openTitle', run.openPlaces)}
          text={t('organise:assignment.openText')}
        >
          <ul class="org-rows">
            {run.open.map((place) => (
              <li key={place.submissionId}>
                <div>
                  <a href={organisePaths.submission(slug, place.submissionId)}>{place.title}</a>
                  <span class="under code">{place.submissionId}</span>
                </div>
                <div class="org-rows-end">
                  <span>{countOf(view, 'organise:assignment.missing', place.missing)}</span>
                  {place.reason ? (
                    <span class="soft">{t(`organise:assignment.reason.${place.reason}`)}</span>
                  ) : null}
                </div>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      <Part
        title={t('organise:assignment.pairsTitle')}
        text={
          run.shown.length < run.pairs
            ? t('organise:assignment.pairsSome', { n: n(run.shown.length), total: n(run.pairs) })
            : undefined
        }
      >
        <DataTable
          caption={t('organise:assignment.pairsTitle')}
          rows={run.shown}
          id={(row) => `${row.submissionId}-${row.reviewer}`}
          href={(row) => organisePaths.submission(slug, row.submissionId)}
          under={(row) => row.sharedTopics.join(' · ') || t('organise:submission.sharesNone')}
          columns={[
            {
              key: 'code',
              head: t('organise:code'),
              cell: (row) => <span class="code">{row.submissionId}</span>,
            },
            { key: 'title', head: t('organise:title'), main: true, cell: (row) => <bdi>{row.title}</bdi> },
            {
              key: 'reviewer',
              head: t('organise:assignment.reviewer'),
              cell: (row) => <bdi>{row.reviewer}</bdi>,
            },
            {
              key: 'load',
              head: t('organise:assignment.loadThen'),
              number: true,
              cell: (row) => t('organise:ofTotal', { n: row.load, total: row.maxLoad }),
            },
          ]}
        />
      </Part>
      {data.may.assign ? (
        <section class="section org-deed">
          <h2>{t(run.changed ? 'organise:assignment.changedTitle' : 'organise:assignment.applyTitle')}</h2>
          {run.changed ? (
            <Callout tone="warn">
              <p>{t('organise:assignment.changedText')}</p>
            </Callout>
          ) : (
            <Callout>
              <p>
                {t('organise:assignment.applyText', {
                  pairs: countOf(view, 'organise:count.reviews', run.pairs - run.outdated),
                  reviewers: countOf(view, 'organise:count.reviewersGen', run.reviewers),
                })}
              </p>
              <p>{t('organise:assignment.applyUndo')}</p>
            </Callout>
          )}
          <div class="actions">
            {run.changed ? null : (
              <form method="post" action={organisePaths.assignmentApply(slug, run.id)}>
                <HiddenKey value={`${data.idempotencyKey}.apply`} version={run.version} />
                <Button>{t('organise:assignment.apply')}</Button>
              </form>
            )}
            <form method="post" action={organisePaths.assignmentDiscard(slug, run.id)}>
              <HiddenKey value={`${data.idempotencyKey}.discard`} version={run.version} />
              <Button look="second">{t('organise:assignment.discard')}</Button>
            </form>
            <span class="soft">{t('organise:assignment.discardText')}</span>
          </div>
        </section>
      ) : null}
    </div>
  );
}

import type { JSX } from 'preact';
import { Histogram } from '../components/charts.js';
import { useView } from '../components/context.js';
import { Button, HiddenKey } from '../components/forms.js';
import { Callout, Facts } from '../components/parts.js';
import { DataTable } from '../components/tables.js';
import { formatInstant, formatNumber } from '../view.js';
import { countOf, organisePaths, Part } from './organise-parts.js';

/** One pair of a run. */
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
  status: 'computing' | 'proposed' | 'failed' | 'cancelled' | 'discarded' | 'applied';
  perSubmission: number;
  objective: 'worst pair' | 'total' | 'by chance';
  /** By chance: percent. */
  likelyAtMost: number | null;
  seed: number;
  createdAt: Date;
  by: string | null;
  /** When it became real. */
  appliedAt: Date | null;
  /** Where the computing stands. */
  progress: { stage: string; steps: number; between?: readonly [number, number] } | null;
  failure: { code: 'locked' | 'fault'; pairs: readonly PairRow[] } | null;
  /** Assignments that come, stay and go. */
  pairs: number;
  stays: number;
  goes: number;
  /** Submissions and reviewers whom those that come concern, and how many share a topic. */
  submissions: number;
  reviewers: number;
  sharingTopic: number;
  /** How many reviewers would have each load, from 0 upwards without gaps. */
  loads: readonly { load: number; reviewers: number }[];
  /** How many pairs fit from each tenth of the scale up. */
  fits: readonly number[];
  /** Of all pairs, coming and staying: 0 to 1,000,000. */
  mean: number;
  worstPair: number | null;
  worstServed: readonly { submissionId: string; title: string; mean: number; lowest: number }[];
  /** Reviewers with fewer than the least. */
  short: readonly { name: string; missing: number }[];
  balance: { met: boolean; tooMany?: number; outsideMissing?: number } | null;
  /** Places that nobody can take, why, and the topics of their submissions. */
  open: readonly {
    submissionId: string;
    title: string;
    missing: number;
    because: 'none' | 'few' | 'full';
    topics: readonly string[];
  }[];
  openPlaces: number;
  /** What further reviewers should know, and for how many submissions with open places. */
  wanted: readonly { topic: string; submissions: number }[];
  /** The first pairs that come, and that go, by submission; all of them are in the API's answer. */
  shown: readonly PairRow[];
  leaving: readonly PairRow[];
  /** Pairs that were left out when it was applied. */
  skipped: number;
  /** Pairs that are no longer possible (withdrawn, declined): applying leaves them out. */
  outdated: number;
  /** Other assignments were made or ended since: it can no longer be applied. */
  changed: boolean;
}

interface RunProps {
  run: RunDetail;
  zone: string;
  slug: string;
  mayAssign: boolean;
  idempotencyKey: string;
}

/** The scale of fit as people read it: 0 to 100. */
const fit = (millionths: number): number => Math.round(millionths / 10_000);

/** What a run is now: being computed, failed, or proposed. */
export function Run(props: RunProps): JSX.Element | null {
  if (props.run.status === 'computing') return <Computing {...props} />;
  if (props.run.status === 'failed') return <Failed {...props} />;
  return props.run.status === 'proposed' ? <Proposal {...props} /> : null;
}

function Computing({ run, slug, mayAssign, idempotencyKey }: RunProps): JSX.Element {
  const view = useView();
  const { t } = view;
  const { progress } = run;
  return (
    <section class="section card org-computing" aria-live="polite">
      <h2>{t('assignment:computingTitle')}</h2>
      <p>
        <strong>{t(`assignment:stage.${progress?.stage ?? 'waiting'}`)}</strong>
        {progress ? (
          <span class="under">
            {countOf(view, 'assignment:steps', progress.steps)}
            {progress.between
              ? `; ${t('assignment:between', {
                  low: formatNumber(view, fit(progress.between[0])),
                  high: formatNumber(view, fit(progress.between[1])),
                })}`
              : ''}
          </span>
        ) : null}
      </p>
      <p class="soft">{t('assignment:computing')}</p>
      <div class="actions">
        <a class="button second" href={organisePaths.assignment(slug)}>
          {t('assignment:look')}
        </a>
        {mayAssign ? (
          <form method="post" action={organisePaths.assignmentCancel(slug, run.id)}>
            <HiddenKey value={`${idempotencyKey}.cancel`} version={run.version} />
            <Button look="second">{t('assignment:cancel')}</Button>
          </form>
        ) : null}
        <span class="soft">{t('assignment:cancelText')}</span>
      </div>
    </section>
  );
}

function Failed({ run, slug }: RunProps): JSX.Element {
  const view = useView();
  const { t } = view;
  const pairs = run.failure?.pairs ?? [];
  return (
    <Part title={t('assignment:failedTitle')}>
      <Callout tone="warn">
        <p>
          {run.failure?.code === 'locked'
            ? countOf(view, 'assignment:failedLocked', pairs.length)
            : t('assignment:failedFault', { id: run.id })}
        </p>
      </Callout>
      {pairs.length > 0 ? (
        <ul class="org-rows">
          {pairs.map((pair) => (
            <li key={`${pair.submissionId} ${pair.reviewer}`}>
              <SubmissionName slug={slug} id={pair.submissionId} title={pair.title} />
              <bdi>{pair.reviewer}</bdi>
            </li>
          ))}
        </ul>
      ) : null}
    </Part>
  );
}

function SubmissionName({ slug, id, title }: { slug: string; id: string; title: string }): JSX.Element {
  return (
    <div>
      <a href={organisePaths.submission(slug, id)}>
        <bdi>{title}</bdi>
      </a>
      <span class="under code">{id}</span>
    </div>
  );
}

function Proposal({ run, zone, slug, mayAssign, idempotencyKey }: RunProps): JSX.Element {
  const view = useView();
  const { t } = view;
  return (
    <div class="org-proposal">
      <p class="soft org-made">
        {t('organise:assignment.madeAt', { at: formatInstant(view, run.createdAt, zone) })}
        {run.by ? `, ${run.by}` : ''}
      </p>
      {run.outdated > 0 ? (
        <div class="org-gap">
          <Callout tone="warn">
            <p>{countOf(view, 'organise:assignment.outdated', run.outdated)}</p>
          </Callout>
        </div>
      ) : null}
      <Figures run={run} />
      <OpenPlaces run={run} slug={slug} />
      <Relaxed run={run} />
      <WorstServed run={run} slug={slug} />
      {run.goes > 0 ? (
        <Part title={countOf(view, 'assignment:leavingTitle', run.goes)} text={t('assignment:leavingText')}>
          <Pairs
            caption={countOf(view, 'assignment:leavingTitle', run.goes)}
            rows={run.leaving}
            slug={slug}
          />
        </Part>
      ) : null}
      {run.pairs > 0 ? (
        <Part
          title={t('organise:assignment.pairsTitle')}
          text={
            run.shown.length < run.pairs
              ? t('organise:assignment.pairsSome', {
                  n: formatNumber(view, run.shown.length),
                  total: formatNumber(view, run.pairs),
                })
              : undefined
          }
        >
          <Pairs caption={t('organise:assignment.pairsTitle')} rows={run.shown} slug={slug} />
        </Part>
      ) : null}
      {mayAssign ? <Deed run={run} slug={slug} idempotencyKey={idempotencyKey} /> : null}
    </div>
  );
}

/** What comes, stays and goes beside the loads; how well people fit; and what is proven. */
function Figures({ run }: { run: RunDetail }): JSX.Element {
  const view = useView();
  const { t } = view;
  const n = (value: number): string => formatNumber(view, value);
  const most = run.loads.at(-1)?.load ?? 0;
  const all = run.pairs + run.stays;
  return (
    <>
      <div class="charts org-even">
        <Histogram
          title={t('organise:assignment.loads')}
          text={t('organise:assignment.loadsText', {
            n: n(run.loads.reduce((sum, bar) => sum + bar.reviewers, 0)),
            most: n(most),
          })}
          domain={[run.loads[0]?.load ?? 0, most]}
          bars={run.loads.map((bar) => ({
            label: countOf(view, 'organise:count.reviews', bar.load),
            value: bar.reviewers,
          }))}
        />
        <Histogram
          title={t('assignment:affinities')}
          text={t(all === 1 ? 'assignment:affinitiesText_one' : 'assignment:affinitiesText_other', {
            n: n(all),
            mean: n(fit(run.mean)),
            lowest: n(fit(run.worstPair ?? 0)),
          })}
          domain={[0, 100]}
          bars={run.fits.map((value, tenth) => ({
            label: t('assignment:fitBar', { from: n(tenth * 10), to: n(tenth * 10 + 10) }),
            value,
          }))}
        />
      </div>
      <section class="card org-gap">
        <h2>{t('organise:assignment.report')}</h2>
        <Facts
          items={[
            { term: t('assignment:comes'), value: n(run.pairs) },
            { term: t('assignment:stays'), value: n(run.stays) },
            { term: t('assignment:goes'), value: n(run.goes) },
            {
              term: t('organise:assignment.sharing'),
              value: t('organise:ofTotal', { n: n(run.sharingTopic), total: n(run.pairs) }),
            },
            { term: t('organise:assignment.openPlaces'), value: n(run.openPlaces) },
          ]}
        />
        <p>{t(`assignment:proven.${run.objective}`, { likely: n(run.likelyAtMost ?? 0) })}</p>
        <p class="soft">{t('assignment:provenNote', { seed: run.seed })}</p>
      </section>
    </>
  );
}

function OpenPlaces({ run, slug }: { run: RunDetail; slug: string }): JSX.Element | null {
  const view = useView();
  const { t } = view;
  if (run.open.length === 0) return null;
  const wayOut = ({ because, topics }: RunDetail['open'][number]): string =>
    because === 'none'
      ? t('assignment:wayOut.none')
      : topics.length > 0
        ? t(`assignment:wayOut.${because}`, { topics: topics.join(', ') })
        : t(`assignment:wayOut.${because}Plain`);
  return (
    <Part
      title={countOf(view, 'organise:assignment.openTitle', run.openPlaces)}
      text={t('organise:assignment.openText')}
    >
      {run.wanted.length > 0 ? (
        <ul class="org-wanted">
          {run.wanted.map(({ topic, submissions }) => (
            <li key={topic}>
              {view.t('assignment:wanted', { count: submissions, n: formatNumber(view, submissions), topic })}
            </li>
          ))}
        </ul>
      ) : null}
      <ul class="org-rows">
        {run.open.map((place) => (
          <li key={place.submissionId}>
            <div>
              <a href={organisePaths.submission(slug, place.submissionId)}>
                <bdi>{place.title}</bdi>
              </a>
              <span class="under code">{place.submissionId}</span>
              <span class="under">{wayOut(place)}</span>
            </div>
            <div class="org-rows-end">
              <span>{countOf(view, 'organise:assignment.missing', place.missing)}</span>
              <span class="soft">{t(`assignment:because.${place.because}`)}</span>
            </div>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Relaxed({ run }: { run: RunDetail }): JSX.Element | null {
  const view = useView();
  const { t } = view;
  if (run.short.length === 0 && !run.balance) return null;
  const isKept = run.short.length === 0 && run.balance?.met !== false;
  return (
    <Part title={t(isKept ? 'assignment:balanceTitle' : 'assignment:relaxed')}>
      {run.balance ? (
        <Callout {...(!run.balance.met && { tone: 'warn' as const })}>
          <p>{t(run.balance.met ? 'assignment:balanceMet' : 'assignment:balanceNotMet')}</p>
        </Callout>
      ) : null}
      {run.short.length > 0 ? (
        <>
          <ul>
            {run.short.map(({ name, missing }) => (
              <li key={name}>
                {t('assignment:short', { count: missing, n: formatNumber(view, missing), name })}
              </li>
            ))}
          </ul>
          <p class="soft">{t('assignment:shortText')}</p>
        </>
      ) : null}
    </Part>
  );
}

function WorstServed({ run, slug }: { run: RunDetail; slug: string }): JSX.Element | null {
  const view = useView();
  const { t } = view;
  if (run.worstServed.length === 0) return null;
  return (
    <Part title={t('assignment:worstServed')} text={t('assignment:worstServedText')}>
      <DataTable
        caption={t('assignment:worstServed')}
        rows={run.worstServed}
        id={(row) => row.submissionId}
        href={(row) => organisePaths.submission(slug, row.submissionId)}
        columns={[
          {
            key: 'code',
            head: t('organise:code'),
            cell: (row) => <span class="code">{row.submissionId}</span>,
          },
          { key: 'title', head: t('organise:title'), main: true, cell: (row) => <bdi>{row.title}</bdi> },
          {
            key: 'mean',
            head: t('assignment:meanFit'),
            number: true,
            cell: (row) => formatNumber(view, fit(row.mean)),
          },
          {
            key: 'lowest',
            head: t('assignment:lowestFit'),
            number: true,
            cell: (row) => formatNumber(view, fit(row.lowest)),
          },
        ]}
      />
    </Part>
  );
}

function Pairs({
  caption,
  rows,
  slug,
}: {
  caption: string;
  rows: readonly PairRow[];
  slug: string;
}): JSX.Element {
  const { t } = useView();
  return (
    <DataTable
      caption={caption}
      rows={rows}
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
  );
}

function Deed({
  run,
  slug,
  idempotencyKey,
}: {
  run: RunDetail;
  slug: string;
  idempotencyKey: string;
}): JSX.Element {
  const view = useView();
  const { t } = view;
  return (
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
            <HiddenKey value={`${idempotencyKey}.apply`} version={run.version} />
            <Button>{t('organise:assignment.apply')}</Button>
          </form>
        )}
        <form method="post" action={organisePaths.assignmentDiscard(slug, run.id)}>
          <HiddenKey value={`${idempotencyKey}.discard`} version={run.version} />
          <Button look="second">{t('organise:assignment.discard')}</Button>
        </form>
        <span class="soft">{t('organise:assignment.discardText')}</span>
      </div>
    </section>
  );
}

/** One line on what became of the last run, and its totals of the balance once it is applied. */
export function LastRun({ run, zone }: { run: RunDetail; zone: string }): JSX.Element | null {
  const view = useView();
  const { t } = view;
  if (run.status !== 'applied' && run.status !== 'discarded' && run.status !== 'cancelled') return null;
  const values = {
    at: formatInstant(view, run.appliedAt ?? run.createdAt, zone),
    pairs: countOf(view, 'organise:count.reviews', run.pairs),
  };
  return (
    <div class="soft org-note">
      <p>
        {run.status === 'cancelled'
          ? t('assignment:cancelled', values)
          : t(`organise:assignment.last.${run.status}`, values)}
        {run.skipped > 0 ? ` ${countOf(view, 'assignment:skipped', run.skipped)}` : ''}
      </p>
      {run.balance?.tooMany !== undefined ? (
        <p>
          {run.balance.met
            ? t('assignment:balanceMet')
            : t('assignment:balanceTotals', {
                tooMany: formatNumber(view, run.balance.tooMany),
                outside: formatNumber(view, run.balance.outsideMissing ?? 0),
              })}
        </p>
      ) : null}
    </div>
  );
}

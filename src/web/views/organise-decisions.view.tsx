import type { JSX } from 'preact';
import type { Board as DecisionBoard, CalibratedMean } from '../../decisions/decision.view.js';
import { StackedBar } from '../components/charts.js';
import { useView } from '../components/context.js';
import {
  Button,
  Choices,
  ErrorSummary,
  HiddenKey,
  LinkButton,
  TextArea,
  TextField,
  errorOf,
} from '../components/forms.js';
import { Callout, EmptyState, IsolatedList, StateWord, Tag } from '../components/parts.js';
import { FilterChips, Pager, SearchField, TableBar } from '../components/tables.js';
import { page } from '../layout.js';
import { LEAST_IN_GROUP, type GroupFigures } from '../organise/board.js';
import { formatNumber, formatShare, type View } from '../view.js';
import { decidingPaths, DecidingWays } from './deciding-ways.js';
import {
  bound,
  countOf,
  ExportLinks,
  figure,
  Head,
  organisePaths,
  OUTCOMES,
  OutcomeWord,
  Part,
  ScoreStrip,
  slugOf,
  typed,
  typedList,
  withQuery,
  type FormState,
  type OrganiseData,
  type Outcome,
} from './organise-parts.js';

export interface RankedRow {
  id: string;
  title: string;
  topics: readonly string[];
  status: string;
  /** Place by mean, 1 first; equal means share a place; null without reviews. */
  rank: number | null;
  mean: number | null;
  spread: number | null;
  calibrated: CalibratedMean | null;
  /** The overall scores handed in. */
  scores: readonly number[];
  reviewsMissing: number;
  disagree: boolean;
  /** May well lie on the other side of the line. */
  close: boolean;
  pending: { outcome: Outcome; version: number } | null;
}

export interface DecisionsData extends OrganiseData, FormState {
  /** `?outcome=none|accepted|...&topic=&q=`. */
  filters: { outcome?: string; topic?: string; q?: string };
  topics: readonly { id: string; title: string }[];
  /** Pending decisions by outcome (not yet released), and how many of all have none. */
  counts: Record<Outcome, number> & { none: number };
  /** By mean, best first. */
  rows: readonly RankedRow[];
  matching: number;
  total: number;
  previous?: string;
  next?: string;
  /**
   * The acceptance line: `places` submissions fit (0: no line), and the line stands after the row with the id
   * `after` where that row is on this page.
   */
  line: { places: number; after: string | null };
  strictness: DecisionBoard['strictness'];
  /** How many may well lie on the other side of the line; null where that is not known. */
  close: { above: number; below: number } | null;
  groups: { byTopic: readonly GroupFigures[]; byCountry: readonly GroupFigures[] };
  /** How many submissions the last change of the viewer's had; 0: there is nothing to undo. */
  undoable: number;
  may: { decide: boolean };
}

/**
 * GET `/conferences/:slug/organise/decisions`. The board posts there: `outcomes[CODE]` and `versions[CODE]` of every row shown,
 * and `act`: `save` (what is chosen row by row), or `bulk` with `chosen[]` and `outcome` (the same outcome for each).
 * The line posts by GET as `?places=`.
 */
export function decisionsPage(view: View, data: DecisionsData): string {
  const { t } = view;
  const slug = slugOf(view);
  const base = organisePaths.decisions(slug);
  const { filters, counts } = data;
  const pending = OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);
  const chips = [...OUTCOMES, 'none' as const].map((outcome) => ({
    label: `${outcome === 'none' ? t('organise:decisions.none') : t(`common:state.${outcome}`)} ${formatNumber(view, counts[outcome])}`,
    href: withQuery(base, filters, { outcome: filters.outcome === outcome ? undefined : outcome }),
    active: filters.outcome === outcome,
  }));
  const chosenTopic = data.topics.find((topic) => topic.id === filters.topic);
  return page(
    view,
    { title: t('common:organise.decisions'), area: 'organiser', active: 'decisions' },
    <>
      <Head
        title={
          data.total === 0
            ? t('organise:decisions.nothing')
            : t('organise:decisions.title', {
                n: formatNumber(view, pending),
                total: formatNumber(view, data.total),
              })
        }
        text={t('organise:decisions.explain')}
      >
        {data.may.decide && pending > 0 ? (
          <LinkButton href={organisePaths.release(slug)}>
            {countOf(view, 'organise:decisions.toRelease', pending)}
          </LinkButton>
        ) : null}
      </Head>
      <DecidingWays current="board" />
      <ErrorSummary errors={data.errors} />
      {data.total === 0 ? (
        <EmptyState
          title={t('organise:decisions.emptyTitle')}
          text={t('organise:decisions.emptyText')}
          action={{ href: organisePaths.submissions(slug), label: t('organise:overview.allSubmissions') }}
        />
      ) : (
        <>
          <TableBar shown={data.matching} total={data.total}>
            <SearchField
              action={base}
              label={t('organise:submissions.search')}
              value={filters.q}
              keep={
                Object.fromEntries(
                  Object.entries({ outcome: filters.outcome, topic: filters.topic }).filter(
                    ([, value]) => value,
                  ),
                ) as Record<string, string>
              }
            />
          </TableBar>
          <div class="org-chips">
            <FilterChips
              label={t('organise:filters')}
              chips={[
                ...chips,
                ...(chosenTopic
                  ? [
                      {
                        label: t('organise:submissions.topicIs', { topic: chosenTopic.title }),
                        href: withQuery(base, filters, { topic: undefined }),
                        active: true,
                      },
                    ]
                  : []),
              ]}
            />
            <details class="org-topics">
              <summary>{t('organise:submissions.byTopic')}</summary>
              <ul>
                {data.topics.map((topic) => (
                  <li key={topic.id}>
                    <a href={withQuery(base, filters, { topic: topic.id })}>{topic.title}</a>
                  </li>
                ))}
              </ul>
            </details>
          </div>
          <form class="org-places" method="get" action={base}>
            <label for="f-places">{t('organise:decisions.places')}</label>
            <input
              class="short"
              id="f-places"
              type="number"
              name="places"
              min={0}
              max={data.total}
              value={data.line.places || ''}
            />
            <Button look="second">{t('organise:decisions.drawLine')}</Button>
          </form>
          <Strictness data={data} />
          {data.undoable > 0 ? (
            <form class="actions" method="post" action={decidingPaths.undo(slug)}>
              <HiddenKey value={`${data.idempotencyKey}.undo`} />
              <Button look="quiet">{t('deciding:board.undo')}</Button>
              <span class="soft">{countOf(view, 'deciding:board.undoText', data.undoable)}</span>
            </form>
          ) : null}
          <Board data={data} slug={slug} base={base} />
          <Pager
            previous={data.previous && withQuery(base, { ...filters, before: data.previous })}
            next={data.next && withQuery(base, { ...filters, after: data.next })}
          />
          <Groups data={data} />
          <ExportLinks
            links={[
              { href: organisePaths.exportFile(slug, 'decisions.csv'), label: t('organise:csv') },
              { href: organisePaths.exportFile(slug, 'decisions.json'), label: t('organise:json') },
            ]}
          />
        </>
      )}
    </>,
  );
}

/** How topics and countries fare, without numbers that would tell of somebody. */
function Groups({ data: { groups } }: { data: DecisionsData }): JSX.Element | null {
  const view = useView();
  const { t } = view;
  if (groups.byCountry.length === 0) return null;
  const few = t('deciding:board.few', { least: LEAST_IN_GROUP });
  const table = (caption: string, rows: readonly GroupFigures[]): JSX.Element => (
    <div class="table-frame">
      <table class="table" role="table">
        <caption>{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              {t('deciding:board.group')}
            </th>
            <th role="columnheader" scope="col" class="number">
              {t('deciding:board.decided')}
            </th>
            <th role="columnheader" scope="col" class="number">
              {t('deciding:board.accepted')}
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={row.key} role="row">
              <th role="rowheader" scope="row" class="main">
                {row.key}
              </th>
              <td role="cell" class="number" data-label={t('deciding:board.decided')}>
                {row.decided === null ? few : formatNumber(view, row.decided)}
              </td>
              <td role="cell" class="number" data-label={t('deciding:board.accepted')}>
                {row.accepted === null
                  ? '–'
                  : `${formatNumber(view, row.accepted)} (${formatShare(view, row.accepted / row.decided!)})`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
  return (
    <details class="org-letter">
      <summary>{t('deciding:board.topics')}</summary>
      <p class="hint">{t('deciding:board.topicsText', { least: LEAST_IN_GROUP })}</p>
      {table(t('deciding:board.byTopic'), groups.byTopic)}
      {table(t('deciding:board.byCountry'), groups.byCountry)}
    </details>
  );
}

/** What the board can say of how strictly reviewers score. */
function Strictness({ data: { strictness, close } }: { data: DecisionsData }): JSX.Element | null {
  const view = useView();
  const { t } = view;
  if (!strictness) return null;
  const share = formatShare(view, strictness.share);
  return (
    <div class="org-strictness soft">
      <p>{t(`organise:decisions.strictness.${strictness.matters ? 'matters' : 'none'}`, { share })}</p>
      {close ? (
        <p>
          {countOf(view, 'organise:decisions.strictness.above', close.above)}{' '}
          {countOf(view, 'organise:decisions.strictness.below', close.below)}
        </p>
      ) : null}
      {strictness.islands > 1 ? (
        <p>{t('organise:decisions.strictness.islands', { n: formatNumber(view, strictness.islands) })}</p>
      ) : null}
    </div>
  );
}

function Board({ data, slug, base }: { data: DecisionsData; slug: string; base: string }): JSX.Element {
  const view = useView();
  const { t } = view;
  const may = data.may.decide;
  if (data.rows.length === 0)
    return (
      <EmptyState
        title={t('organise:noneTitle')}
        text={t('organise:submissions.noneText')}
        action={{ href: base, label: t('organise:noneAll') }}
      />
    );
  const chosen = new Set(typedList(data.values, 'chosen[]', []));
  const calibrated = data.strictness?.matters ?? false;
  const columns = 6 + (may ? 1 : 0) + (calibrated ? 1 : 0);
  return (
    <form method="post" action={withQuery(base, data.filters)}>
      <HiddenKey value={`${data.idempotencyKey}.board`} />
      <div class="table-frame">
        <table class="table org-board" role="table" data-keys>
          <caption class="out-of-sight">{t('organise:decisions.caption')}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {may ? (
                <th role="columnheader" scope="col">
                  <span class="out-of-sight">{t('organise:decisions.choose')}</span>
                </th>
              ) : null}
              <th role="columnheader" scope="col" class="number">
                {t('organise:decisions.rank')}
              </th>
              <th role="columnheader" scope="col">
                {t('organise:title')}
              </th>
              <th role="columnheader" scope="col">
                {t('organise:decisions.scores')}
              </th>
              <th role="columnheader" scope="col" class="number">
                {t('organise:mean')}
              </th>
              {calibrated ? (
                <th role="columnheader" scope="col" class="number">
                  {t('organise:decisions.calibrated')}
                </th>
              ) : null}
              <th role="columnheader" scope="col" class="number">
                {t('organise:spread')}
              </th>
              <th role="columnheader" scope="col">
                {t('organise:decisions.outcome')}
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {data.rows.map((row) => {
              const value = typed(data.values, `outcomes[${row.id}]`, row.pending?.outcome ?? '');
              const decided = row.status !== 'submitted' && row.status !== 'under_review';
              return (
                <>
                  <tr key={row.id} role="row">
                    {may ? (
                      <td role="cell" class="org-choose">
                        <input
                          type="checkbox"
                          name="chosen[]"
                          value={row.id}
                          checked={chosen.has(row.id)}
                          aria-label={t('organise:decisions.chooseOne', { title: row.title })}
                        />
                      </td>
                    ) : null}
                    <td role="cell" class="number" data-label={t('organise:decisions.rank')}>
                      {row.rank ?? '–'}
                    </td>
                    <th role="rowheader" scope="row" class="main">
                      <a class="row-link" href={organisePaths.submission(slug, row.id)}>
                        <bdi>{row.title}</bdi>
                      </a>
                      <span class="under">
                        <span class="code">{row.id}</span>
                        {row.topics.length > 0 ? ` · ${row.topics.join(' · ')}` : ''}
                      </span>
                      {decided || row.disagree || row.close || row.reviewsMissing > 0 ? (
                        <span class="org-tags">
                          {decided ? <StateWord state={row.status} /> : null}
                          {row.disagree ? <Tag tone="warn">{t('organise:disagree')}</Tag> : null}
                          {row.close ? <Tag tone="quiet">{t('deciding:board.close')}</Tag> : null}
                          {row.reviewsMissing > 0 ? (
                            <Tag tone="quiet">
                              {countOf(view, 'organise:decisions.missing', row.reviewsMissing)}
                            </Tag>
                          ) : null}
                        </span>
                      ) : null}
                    </th>
                    <td role="cell" data-label={t('organise:decisions.scores')}>
                      {row.scores.length > 0 ? (
                        <ScoreStrip
                          scores={row.scores}
                          mean={row.mean}
                          interval={row.calibrated}
                          label={t('organise:submission.stripLabel', {
                            scores: row.scores.join(', '),
                            mean: figure(view, row.mean),
                          })}
                        />
                      ) : (
                        '–'
                      )}
                    </td>
                    <td role="cell" class="number" data-label={t('organise:mean')}>
                      {figure(view, row.mean)}
                    </td>
                    {calibrated ? (
                      <td role="cell" class="number" data-label={t('organise:decisions.calibrated')}>
                        {figure(view, row.calibrated?.score ?? null)}
                        {row.calibrated ? (
                          <span class="under">
                            {t('organise:decisions.interval', {
                              low: figure(view, row.calibrated.low),
                              high: figure(view, row.calibrated.high),
                            })}
                          </span>
                        ) : null}
                      </td>
                    ) : null}
                    <td role="cell" class="number" data-label={t('organise:spread')}>
                      {figure(view, row.spread)}
                    </td>
                    <td role="cell" class="org-outcome">
                      {may ? (
                        <>
                          <select
                            name={`outcomes[${row.id}]`}
                            aria-label={t('organise:decisions.outcomeOf', { title: row.title })}
                            class={value ? undefined : 'org-unset'}
                          >
                            <option value="" selected={value === ''}>
                              {t('organise:decisions.none')}
                            </option>
                            {OUTCOMES.map((outcome) => (
                              <option key={outcome} value={outcome} selected={value === outcome}>
                                {t(`common:state.${outcome}`)}
                              </option>
                            ))}
                          </select>
                          {row.pending ? (
                            <input type="hidden" name={`versions[${row.id}]`} value={row.pending.version} />
                          ) : null}
                        </>
                      ) : row.pending ? (
                        <OutcomeWord outcome={row.pending.outcome} pending />
                      ) : (
                        <span class="soft">{t('organise:decisions.none')}</span>
                      )}
                    </td>
                  </tr>
                  {data.line.after === row.id ? (
                    <tr role="row" class="org-cut">
                      <td role="cell" colSpan={columns}>
                        <span>{countOf(view, 'organise:decisions.line', data.line.places)}</span>
                      </td>
                    </tr>
                  ) : null}
                </>
              );
            })}
          </tbody>
        </table>
      </div>
      {may ? <p class="soft org-note">{t('organise:decisions.saveText')}</p> : null}
      {may ? (
        <div class="org-bulk">
          <Button name="act" value="save">
            {t('organise:decisions.save')}
          </Button>
          <span class="org-bulk-set">
            <label for="f-outcome">{t('organise:decisions.bulk')}</label>
            <select id="f-outcome" name="outcome">
              {OUTCOMES.map((outcome) => (
                <option key={outcome} value={outcome} selected={typed(data.values, 'outcome') === outcome}>
                  {t(`common:state.${outcome}`)}
                </option>
              ))}
            </select>
            <Button look="second" name="act" value="bulk">
              {t('organise:decisions.bulkSet')}
            </Button>
          </span>
          <details
            class="org-bulk-words"
            open={Boolean(typed(data.values, 'textToAuthors') ?? typed(data.values, 'conditions'))}
          >
            <summary>{t('deciding:board.words')}</summary>
            <TextArea
              name="textToAuthors"
              label={t('deciding:board.words')}
              hint={t('deciding:board.wordsHint')}
              value={typed(data.values, 'textToAuthors')}
              error={errorOf(data.errors, 'textToAuthors')}
              rows={4}
            />
            <TextArea
              name="conditions"
              label={t('deciding:board.conditions')}
              hint={t('deciding:board.wordsHint')}
              value={typed(data.values, 'conditions')}
              error={errorOf(data.errors, 'conditions')}
              rows={3}
            />
          </details>
        </div>
      ) : (
        <p class="soft org-note">{t('organise:submission.chairOnly')}</p>
      )}
    </form>
  );
}

export interface ReleaseData extends OrganiseData, FormState {
  /** SHA-256 of the list as shown (ids, outcomes, versions, texts): a list that changed meanwhile is not released. */
  listHash: string;
  counts: Record<Outcome, number>;
  /** A second chair is asked for: the list is frozen first, and released from its own page. */
  two: boolean;
  /** Letters that will be sent: one to every address of an author. */
  mails: number;
  /** Everything on the list, by outcome and then title. */
  rows: readonly {
    id: string;
    title: string;
    outcome: Outcome;
    authors: readonly string[];
    textToAuthors: boolean;
    correction: boolean;
  }[];
  /** One letter for each outcome on the list, as one author will get it. */
  samples: readonly { outcome: Outcome; to: string; subject: string; text: string }[];
  /** Submissions of the call that would remain without a decision. */
  undecided: number;
}

/**
 * GET `/conferences/:slug/organise/decisions/release`; posts there: `submissions[]`, `listHash` and
 * `confirmation` (the number of decisions, typed).
 */
export function releasePage(view: View, data: ReleaseData): string {
  const { t } = view;
  const slug = slugOf(view);
  const n = (value: number): string => formatNumber(view, value);
  const size = data.rows.length;
  const present = OUTCOMES.filter((outcome) => data.counts[outcome] > 0);
  const back = { href: organisePaths.decisions(slug), label: t('organise:decisions.back') };
  if (size === 0)
    return page(
      view,
      { title: t('organise:release.none'), area: 'organiser', active: 'decisions' },
      <>
        <Head back={back} title={t('organise:release.none')} />
        <EmptyState
          title={t('organise:release.emptyTitle')}
          text={t('organise:release.emptyText')}
          action={{ href: organisePaths.decisions(slug), label: t('organise:release.toBoard') }}
        />
      </>,
    );
  return page(
    view,
    { title: countOf(view, 'organise:release.title', size), area: 'organiser', active: 'decisions' },
    <>
      <Head
        back={back}
        title={countOf(view, 'organise:release.title', size)}
        text={t('organise:release.explain', { mails: countOf(view, 'organise:count.mails', data.mails) })}
      />
      <ErrorSummary errors={data.errors} />
      <div class="charts org-two">
        <StackedBar
          title={t('organise:release.what')}
          text={t('organise:release.whatText', {
            accepted: n(data.counts.accepted + data.counts.conditionally_accepted),
            total: n(size),
          })}
          parts={[
            { label: t('common:state.accepted'), value: data.counts.accepted, tone: 'first' },
            {
              label: t('organise:release.between'),
              value: data.counts.conditionally_accepted + data.counts.waitlisted,
              tone: 'second',
            },
            { label: t('common:state.rejected'), value: data.counts.rejected, tone: 'rest' },
          ]}
        />
        <section class="card org-release-counts">
          <h2>{t('organise:release.who')}</h2>
          <ul>
            {present.map((outcome) => (
              <li key={outcome}>
                <b class="num">{n(data.counts[outcome])}</b> {t(`common:state.${outcome}`)}
                <span class="soft">{t(`organise:release.then.${outcome}`)}</span>
              </li>
            ))}
          </ul>
        </section>
      </div>
      {data.undecided > 0 ? (
        <Callout tone="warn">
          <p>{countOf(view, 'organise:release.undecided', data.undecided)}</p>
        </Callout>
      ) : null}
      <Part title={t('organise:release.letters')} text={t('organise:release.lettersText')}>
        {data.samples.map((sample, i) => (
          <details key={sample.outcome} class="org-letter" open={i === 0}>
            <summary>
              {t('organise:release.letterFor', { outcome: t(`common:state.${sample.outcome}`) })}
            </summary>
            <div class="org-mail">
              <p class="soft">{t('organise:release.letterTo', { to: sample.to })}</p>
              <p class="org-mail-subject">{sample.subject}</p>
              <pre class="org-mail-text" tabIndex={0} aria-label={sample.subject}>
                {sample.text}
              </pre>
            </div>
          </details>
        ))}
      </Part>
      <Part title={t('organise:release.list')}>
        <details class="org-letter" open={size <= 20}>
          <summary>{countOf(view, 'organise:release.showList', size)}</summary>
          <ul class="org-rows">
            {data.rows.map((row) => (
              <li key={row.id}>
                <div>
                  <a href={organisePaths.submission(slug, row.id)}>{row.title}</a>
                  <span class="under">
                    <span class="code">{row.id}</span> · <IsolatedList items={row.authors} />
                  </span>
                </div>
                <div class="org-rows-end">
                  {row.correction ? <Tag tone="warn">{t('organise:release.correction')}</Tag> : null}
                  <OutcomeWord outcome={row.outcome} />
                  <span class="soft">
                    {t(row.textToAuthors ? 'organise:release.withText' : 'organise:release.withoutText')}
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </details>
      </Part>
      <section class="section org-deed">
        <h2>{t('deciding:freeze.title')}</h2>
        <p>{t(data.two ? 'deciding:freeze.twoText' : 'deciding:freeze.text')}</p>
        <form method="post" action={decidingPaths.lists(slug)}>
          <HiddenKey value={`${data.idempotencyKey}.freeze`} />
          <Choices
            name="outcomes[]"
            type="checkbox"
            label={t('deciding:freeze.outcomes')}
            value={present}
            options={present.map((outcome) => ({
              value: outcome,
              label: `${t(`common:state.${outcome}`)} ${n(data.counts[outcome])}`,
            }))}
          />
          <div class="actions">
            <Button look={data.two ? 'main' : 'second'}>{t('deciding:freeze.do')}</Button>
          </div>
        </form>
      </section>
      {data.two ? null : (
        <section class="section org-deed">
          <h2>{t('organise:release.deed')}</h2>
          <Callout>
            <p>
              {t('organise:release.deedText', { mails: countOf(view, 'organise:count.mails', data.mails) })}
            </p>
            <p>{t('organise:release.deedFinal')}</p>
          </Callout>
          <form method="post" action={organisePaths.release(slug)}>
            <HiddenKey value={`${data.idempotencyKey}.release`} />
            <input type="hidden" name="listHash" value={data.listHash} />
            {data.rows.map((row) => (
              <input key={row.id} type="hidden" name="submissions[]" value={row.id} />
            ))}
            <TextField
              {...bound(data, 'confirmation')}
              label={t('organise:release.confirm', { n: size })}
              hint={t('organise:release.confirmHint')}
              inputmode="numeric"
              autocomplete="off"
              required
              short
            />
            <div class="actions">
              <Button>{countOf(view, 'organise:release.do', size)}</Button>
              <a href={organisePaths.decisions(slug)}>{t('organise:release.notYet')}</a>
            </div>
          </form>
          <p class="soft org-note">
            {t('organise:release.hash')} <span class="hash">{data.listHash}</span>
          </p>
        </section>
      )}
    </>,
  );
}

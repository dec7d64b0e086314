import type { JSX } from 'preact';
import type { ReleaseListStatus } from '../../decisions/release-list.entity.js';
import type { ListChange } from '../../decisions/release-list-rules.js';
import type { Letters } from '../../decisions/release-lists.service.js';
import { useView } from '../components/context.js';
import { Button, ErrorSummary, HiddenKey, TextField } from '../components/forms.js';
import { MailTo } from '../components/mail-to.js';
import { Callout, EmptyState, Facts, Tag, type Tone } from '../components/parts.js';
import { Pager } from '../components/tables.js';
import { page } from '../layout.js';
import { formatInstant, type View } from '../view.js';
import { decidingPaths, DecidingWays } from './deciding-ways.js';
import {
  bound,
  countOf,
  Head,
  organisePaths,
  OutcomeWord,
  OUTCOMES,
  Part,
  slugOf,
  When,
  type FormState,
  type OrganiseData,
  type Outcome,
} from './organise-parts.js';

const TONES: Record<ReleaseListStatus, Tone> = {
  open: 'warn',
  released: 'ok',
  stopped: 'bad',
  discarded: 'quiet',
};

export interface ReleaseListItem {
  id: string;
  status: ReleaseListStatus;
  size: number;
  counts: Record<Outcome, number>;
  createdAt: Date;
  createdBy: string | null;
  dueAt: Date | null;
}

function ListState({ status }: { status: ReleaseListStatus }): JSX.Element {
  const { t } = useView();
  return <Tag tone={TONES[status]}>{t(`deciding:lists.state.${status}`)}</Tag>;
}

function Counts({ counts }: { counts: Record<Outcome, number> }): JSX.Element {
  return (
    <>
      {OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => (
        <span key={outcome}>
          <b class="num">{counts[outcome]}</b> <OutcomeWord outcome={outcome} />{' '}
        </span>
      ))}
    </>
  );
}

/** GET `/conferences/:slug/organise/decisions/lists`. */
export function releaseListsPage(
  view: View,
  data: OrganiseData & { lists: readonly ReleaseListItem[]; may: { decide: boolean } },
): string {
  const { t } = view;
  const slug = slugOf(view);
  const title =
    data.lists.length === 0
      ? t('deciding:lists.none')
      : countOf(view, 'deciding:lists.title', data.lists.length);
  return page(
    view,
    { title, area: 'organiser', active: 'decisions' },
    <>
      <Head title={title} text={t('deciding:lists.text')} />
      <DecidingWays current="lists" />
      {data.lists.length === 0 ? (
        <EmptyState
          title={t('deciding:lists.none')}
          text={t('deciding:lists.emptyText')}
          action={{
            href: data.may.decide ? organisePaths.release(slug) : organisePaths.decisions(slug),
            label: t(data.may.decide ? 'deciding:lists.toRelease' : 'organise:release.toBoard'),
          }}
        />
      ) : (
        <ul class="org-rows section">
          {data.lists.map((list) => (
            <li key={list.id}>
              <div>
                <a href={decidingPaths.list(slug, list.id)}>
                  {countOf(view, 'deciding:lists.size', list.size)}
                </a>
                <span class="under">
                  {list.createdBy ? t('deciding:lists.by', { name: list.createdBy }) : ''}{' '}
                  <When at={list.createdAt} zone={data.zone} />
                </span>
              </div>
              <div class="org-rows-end">
                <Counts counts={list.counts} />
                {list.dueAt && list.status === 'open' ? (
                  <span class="soft">
                    {t('deciding:lists.due')} <When at={list.dueAt} zone={data.zone} />
                  </span>
                ) : null}
                <ListState status={list.status} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </>,
  );
}

export interface ReleaseListData extends OrganiseData, FormState {
  list: ReleaseListItem & {
    listHash: string;
    confirmedAt: Date | null;
    confirmedBy: string | null;
    settledAt: Date | null;
    releaseId: string | null;
  };
  /** What differs now, or what had when it was stopped. */
  changes: readonly ListChange[];
  /** A second chair is asked for. */
  two: boolean;
  letters: readonly Letters[];
  previous?: string;
  next?: string;
  may: { decide: boolean; confirm: boolean };
}

/** GET `/conferences/:slug/organise/decisions/lists/:id`; posts to the same address with `act`. */
export function releaseListPage(view: View, data: ReleaseListData): string {
  const { t } = view;
  const slug = slugOf(view);
  const { list } = data;
  const title = countOf(view, 'deciding:list.title', list.size);
  const at = (instant: Date): string => formatInstant(view, instant, data.zone);
  const open = list.status === 'open';
  const byAt = (name: string | null, instant: Date): string =>
    name ? t('deciding:list.byAt', { name, at: at(instant) }) : at(instant);
  return page(
    view,
    { title, area: 'organiser', active: 'decisions' },
    <>
      <Head
        back={{ href: decidingPaths.lists(slug), label: t('deciding:list.back') }}
        title={title}
        text={t(`deciding:list.${list.status}`)}
      >
        <ListState status={list.status} />
      </Head>
      <ErrorSummary errors={data.errors} />
      <Changes data={data} />
      <Part title={t('deciding:list.facts')}>
        <p>
          <Counts counts={list.counts} />
        </p>
        <Facts
          items={[
            { term: t('deciding:list.hash'), value: <span class="hash">{list.listHash}</span> },
            { term: t('deciding:list.frozen'), value: byAt(list.createdBy, list.createdAt) },
            {
              term: t('deciding:list.second'),
              value: list.confirmedAt
                ? byAt(list.confirmedBy, list.confirmedAt)
                : t(data.two ? 'deciding:list.secondNone' : 'deciding:list.secondNotNeeded'),
            },
            {
              term: t('deciding:list.due'),
              value: list.dueAt ? at(list.dueAt) : t('deciding:list.dueNone'),
            },
            ...(list.settledAt ? [{ term: t('deciding:list.settled'), value: at(list.settledAt) }] : []),
          ]}
        />
        {list.releaseId ? (
          <p>
            <a href={decidingPaths.recipients(slug, list.releaseId)}>{t('deciding:list.recipients')}</a>
          </p>
        ) : null}
      </Part>
      {open && data.may.decide ? <Deeds data={data} slug={slug} /> : null}
      {open && data.may.decide ? <LetterList data={data} slug={slug} /> : null}
    </>,
  );
}

function Changes({ data }: { data: ReleaseListData }): JSX.Element | null {
  const view = useView();
  const { t } = view;
  const slug = slugOf(view);
  if (data.changes.length === 0) return null;
  const open = data.list.status === 'open';
  return (
    <Callout
      tone="warn"
      title={
        open ? countOf(view, 'deciding:list.changed', data.changes.length) : t('deciding:list.changesWere')
      }
    >
      <ul class="bullets">
        {data.changes.slice(0, 50).map(({ submissionId, change }) => (
          <li key={submissionId}>
            <a class="code" href={organisePaths.submission(slug, submissionId)}>
              {submissionId}
            </a>{' '}
            {t(`deciding:list.change.${change}`)}
          </li>
        ))}
      </ul>
    </Callout>
  );
}

/** What a chair can do with an open list: try it on themselves, confirm, release, put it off, put it aside. */
function Deeds({ data, slug }: { data: ReleaseListData; slug: string }): JSX.Element {
  const view = useView();
  const { t } = view;
  const { list } = data;
  const action = decidingPaths.list(slug, list.id);
  const waits = data.two && list.confirmedAt === null;
  return (
    <>
      {waits && data.may.confirm ? (
        <section class="section org-deed">
          <h2>{t('deciding:list.confirm')}</h2>
          <p>{t('deciding:list.confirmText')}</p>
          <form method="post" action={action}>
            <HiddenKey value={`${data.idempotencyKey}.confirm`} />
            <input type="hidden" name="listHash" value={list.listHash} />
            <Button name="act" value="confirm">
              {t('deciding:list.confirm')}
            </Button>
          </form>
        </section>
      ) : null}
      <section class="section org-deed">
        <h2>{t('deciding:list.release')}</h2>
        {waits ? (
          <Callout>
            <p>{t('deciding:list.waits')}</p>
          </Callout>
        ) : (
          <form method="post" action={action}>
            <HiddenKey value={`${data.idempotencyKey}.release`} />
            <p>{t('deciding:list.releaseText')}</p>
            <TextField
              {...bound(data, 'confirmation')}
              label={t('deciding:list.type', { n: list.size })}
              inputmode="numeric"
              autocomplete="off"
              required
              short
            />
            <div class="actions">
              <Button name="act" value="release">
                {countOf(view, 'deciding:list.releaseDo', list.size)}
              </Button>
            </div>
          </form>
        )}
      </section>
      <section class="section org-deed">
        <h2>{t('deciding:list.schedule')}</h2>
        <p>{t('deciding:list.scheduleText')}</p>
        <form method="post" action={action}>
          <HiddenKey value={`${data.idempotencyKey}.schedule`} />
          <TextField {...bound(data, 'day')} type="date" label={t('deciding:list.day')} required short />
          <TextField {...bound(data, 'time')} type="time" label={t('deciding:list.time')} required short />
          <div class="actions">
            <Button look="second" name="act" value="schedule">
              {t('deciding:list.scheduleDo')}
            </Button>
          </div>
        </form>
        <form method="post" action={action} class="actions">
          <HiddenKey value={`${data.idempotencyKey}.other`} />
          {list.dueAt ? (
            <Button look="quiet" name="act" value="unschedule">
              {t('deciding:list.unschedule')}
            </Button>
          ) : null}
          <Button look="quiet" name="act" value="discard">
            {t('deciding:list.discard')}
          </Button>
        </form>
      </section>
    </>
  );
}

function LetterList({ data, slug }: { data: ReleaseListData; slug: string }): JSX.Element {
  const view = useView();
  const { t } = view;
  const base = decidingPaths.list(slug, data.list.id);
  return (
    <Part title={t('deciding:list.letters')} text={t('deciding:list.lettersText')} id="letters">
      <form method="post" action={base} class="actions">
        <HiddenKey value={`${data.idempotencyKey}.test`} />
        <Button look="second" name="act" value="test">
          {t('deciding:list.test')}
        </Button>
        <span class="soft">{t('deciding:list.testText')}</span>
      </form>
      {data.letters.length === 0 ? <p class="soft">{t('deciding:list.noLetters')}</p> : null}
      {data.letters.map((one, index) => (
        <details key={one.submissionId} class="org-letter" open={index === 0}>
          <summary>
            <span class="code">{one.submissionId}</span> <bdi>{one.title}</bdi>{' '}
            <OutcomeWord outcome={one.outcome} />
          </summary>
          <ul class="bullets">
            {one.authors.map((author) => (
              <li key={author.position}>
                <bdi>{author.name}</bdi>{' '}
                <span class="soft">
                  {t(`deciding:list.why.${author.why}`, { position: author.position })}
                </span>
              </li>
            ))}
          </ul>
          {one.letters.map((letter) => (
            <div key={letter.to.address} class="org-mail">
              <p class="soft">
                {t('deciding:list.to', { name: letter.to.name })} <MailTo address={letter.to.address} />
              </p>
              <p class="org-mail-subject">{letter.subject}</p>
              <pre class="org-mail-text" tabIndex={0} aria-label={`${letter.subject} ${letter.to.name}`}>
                {letter.text}
              </pre>
            </div>
          ))}
        </details>
      ))}
      <Pager
        previous={data.previous && `${base}#letters`}
        next={data.next && `${base}?after=${encodeURIComponent(data.next)}#letters`}
      />
    </Part>
  );
}

export interface RecipientsData extends OrganiseData {
  releaseId: string;
  rows: readonly {
    submissionId: string;
    outcome: Outcome;
    position: number;
    name: string;
    why: 'author' | 'shared' | 'noAddress';
    mailId: string | null;
    state: string | null;
  }[];
  next?: string;
}

/** GET `/conferences/:slug/organise/decisions/recipients/:release`. */
export function recipientsPage(view: View, data: RecipientsData): string {
  const { t } = view;
  const slug = slugOf(view);
  const base = decidingPaths.recipients(slug, data.releaseId);
  return page(
    view,
    { title: t('deciding:recipients.title'), area: 'organiser', active: 'decisions' },
    <>
      <Head
        back={{ href: decidingPaths.lists(slug), label: t('deciding:recipients.back') }}
        title={t('deciding:recipients.title')}
        text={t('deciding:list.recipientsText')}
      />
      <ul class="org-rows section">
        {data.rows.map((row) => (
          <li key={`${row.submissionId} ${row.position}`}>
            <div>
              <bdi>{row.name}</bdi>
              <span class="under">
                <a class="code" href={organisePaths.submission(slug, row.submissionId)}>
                  {row.submissionId}
                </a>{' '}
                {t(`deciding:list.why.${row.why}`, { position: row.position })}
              </span>
            </div>
            <div class="org-rows-end">
              <OutcomeWord outcome={row.outcome} />
              {row.mailId && row.state ? (
                <a href={organisePaths.message(slug, row.mailId)}>{t(`mail:state.${row.state}`)}</a>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
      <Pager previous={undefined} next={data.next && `${base}?after=${encodeURIComponent(data.next)}`} />
    </>,
  );
}

import { Fragment, type JSX } from 'preact';
import type { Openings } from '../../conferences/who-sees-whom.js';
import { useView } from '../components/context.js';
import {
  Button,
  Choices,
  ErrorSummary,
  HiddenKey,
  LinkButton,
  ScaleChoice,
  TextArea,
  errorOf,
  type FieldErrors,
} from '../components/forms.js';
import { PaperFacts } from '../components/paper.js';
import {
  Callout,
  DeadlineLine,
  EmptyState,
  IsolatedList,
  Pieces,
  Prose,
  Tag,
  type DeadlineData,
  type Tone,
} from '../components/parts.js';
import { DataTable } from '../components/tables.js';
import { countWords } from '../../submissions/words.js';
import { page } from '../layout.js';
import type { OwnEntry } from '../record.access.js';
import {
  formatDay,
  formatInstant,
  formatNumber,
  formatTime,
  lastMinute,
  paths,
  timeLeft,
  type View,
} from '../view.js';
import { Proofs } from './proofs.js';

/** How far a review is. */
export type AssignmentState = 'open' | 'begun' | 'handed_in' | 'declined' | 'cancelled';

export interface AssignmentRow {
  /** Id of the assignment. */
  id: string;
  /** Code of the submission. */
  code: string;
  title: string;
  topics: readonly string[];
  conference: string;
  state: AssignmentState;
  /** Exclusive end of reviewing, with its zone; null where none is set. */
  due: DeadlineData | null;
}

/** A reviewer's assignments over all conferences. */
export interface ReviewsPageData {
  assignments: readonly AssignmentRow[];
  /** Invitations that wait for an answer. */
  invitations: readonly { id: string; conference: string }[];
  /** A conference of theirs asks for perspectives. */
  asksPerspective: boolean;
  /** Where they may bid, by the ids of their invitations, and how many abstracts have no bid. */
  bidding: readonly { id: string; conference: string; left: number }[];
}

const STATE_TONE: Record<AssignmentState, Tone> = {
  open: 'plain',
  begun: 'warn',
  handed_in: 'ok',
  declined: 'quiet',
  cancelled: 'quiet',
};

/** "Three abstracts wait for you": a reviewer's list. */
export function reviewsPage(view: View, data: ReviewsPageData): string {
  const { t } = view;
  const counted = data.assignments.filter((one) => one.state !== 'declined' && one.state !== 'cancelled');
  const done = counted.filter((one) => one.state === 'handed_in').length;
  const left = counted.length - done;
  const next = counted.filter((one) => one.state !== 'handed_in').find((one) => one.due)?.due;
  const title =
    counted.length === 0
      ? t('review:list.none')
      : left === 0
        ? t('review:list.done')
        : t('review:list.left', { count: left });
  return page(
    view,
    {
      title: t('review:list.title'),
      area: 'reviewer',
      active: 'reviews',
      scripts: ['keys'],
      aside: counted.length > 0 ? <Count done={done} total={counted.length} /> : null,
    },
    <>
      {next ? <DeadlineLine {...next} /> : null}
      <h1>{title}</h1>
      {data.bidding.length > 0 ? (
        <ul class="todos section">
          {data.bidding.map((one) => (
            <li key={one.id} class="todo">
              <span>
                {t('bids:invite', { conference: one.conference })}
                {one.left > 0
                  ? `. ${t('bids:inviteLeft', { count: one.left, n: formatNumber(view, one.left) })}`
                  : ''}
              </span>
              <a href={paths.bids(one.id)}>{t('bids:go')}</a>
            </li>
          ))}
        </ul>
      ) : null}
      {data.invitations.length > 0 ? (
        <ul class="todos section">
          {data.invitations.map((invitation) => (
            <li key={invitation.id} class="todo">
              <span>{t('review:list.invited', { conference: invitation.conference })}</span>
              <a href={paths.invitation(invitation.id)}>{t('review:list.answer')}</a>
            </li>
          ))}
        </ul>
      ) : null}
      {data.asksPerspective ? (
        <p class="soft">
          <a href={paths.perspectives}>{t('assignment:perspective.link')}</a>
        </p>
      ) : null}
      <div class="section">
        <DataTable
          caption={t('review:list.title')}
          rows={data.assignments}
          id={(row) => row.id}
          href={(row) =>
            row.state === 'declined' || row.state === 'cancelled' ? undefined : paths.review(row.id)
          }
          under={(row) => row.topics.join(' · ')}
          empty={<EmptyState title={t('review:list.emptyTitle')} text={t('review:list.empty')} />}
          columns={[
            { key: 'code', head: t('review:list.code'), cell: (row) => <span class="code">{row.code}</span> },
            {
              key: 'title',
              head: t('review:list.abstract'),
              main: true,
              cell: (row) => <span dir="auto">{row.title}</span>,
            },
            { key: 'conference', head: t('review:list.conference'), cell: (row) => row.conference },
            {
              key: 'due',
              head: t('review:list.due'),
              cell: (row) => (row.due ? formatDay(view, lastMinute(row.due.end), row.due.zone) : '–'),
            },
            {
              key: 'state',
              head: t('review:list.state'),
              cell: (row) => <Tag tone={STATE_TONE[row.state]}>{t(`review:state.${row.state}`)}</Tag>,
            },
          ]}
        />
      </div>
    </>,
  );
}

function Count({ done, total }: { done: number; total: number }): JSX.Element {
  const { t } = useView();
  return <Pieces value={done} max={total} label={t('review:progress', { done, total })} />;
}

/** What a reviewer types; scores by criterion id, as `scores[<id>]` in the form. */
export interface ReviewValues {
  scores: Readonly<Record<string, number | string | null>>;
  overall: number | string | null;
  confidence: number | string | null;
  commentsToAuthors: string;
  commentsToOrganisers: string;
  privateNote: string;
}

/** One abstract beside its review form. */
export interface ReviewPageData {
  /** Id of the assignment. */
  id: string;
  code: string;
  title: string;
  abstract: string;
  /** Language tag of the text, where known. */
  lang?: string;
  topics: readonly string[];
  words: number;
  /** Authors where this reviewer may know them now; otherwise null. */
  authors: readonly { name: string; affiliation?: string }[] | null;
  /** The others who have handed in, likewise. */
  panel: readonly { name: string; affiliation?: string }[] | null;
  opens: Openings;
  /** The copy of the paper for reviewers, where there is one. */
  paper: { pages: number; size: number } | null;
  /** Words for 1 to 5 of each criterion come from the organisers. */
  criteria: readonly { id: string; title: string; anchors: readonly string[]; weight: number }[];
  /** Words for 1 to 5 of the two scales that every review has. */
  overallWords: readonly string[];
  confidenceWords: readonly string[];
  /** Whether the panel can be read: the review is in, and there is a discussion, or was. */
  panelLink: 'open' | 'closed' | null;
  /** Until when the review is taken as a late one, once it is due. */
  lateUntil: Date | null;
  values: ReviewValues;
  errors?: FieldErrors;
  state: AssignmentState;
  /** False once reviewing has ended or the review may no longer change. */
  canChange: boolean;
  canDecline: boolean;
  due: DeadlineData | null;
  /** How the reviewer stands in this conference. */
  done: number;
  total: number;
  /** Address for saves in the background. */
  autosave?: string;
  savedAt: Date | null;
  /** Of the record, about this review, newest first. */
  entries: readonly OwnEntry[];
  /** Zone in which `savedAt` is shown before the browser knows better. */
  zone: string;
  idempotencyKey: string;
  version?: number;
}

/** Reading on the left, judging on the right. Buttons send `act`: `hand-in` or `save`. */
export function reviewPage(view: View, data: ReviewPageData): string {
  const { t } = view;
  return page(
    view,
    {
      title: data.title,
      area: 'reviewer',
      active: 'reviews',
      scripts: ['autosave', 'keys', 'words'],
      width: 'full',
      aside: <Count done={data.done} total={data.total} />,
    },
    <div class="panes">
      <article class="pane-text">
        <div class="pane-inner">
          <p class="eyebrow">
            <span class="code">{data.code}</span>, {[...data.topics].join(', ')}.{' '}
            {data.authors ? '' : t(`review:form.hidden.${data.opens.authors}`)}
          </p>
          <h1 dir="auto" lang={data.lang}>
            {data.title}
          </h1>
          {data.authors ? <People people={data.authors} /> : null}
          <Prose text={data.abstract} lang={data.lang} />
          {data.paper ? (
            <p>
              <a href={paths.reviewPaper(data.id)}>{t('review:form.paper')}</a> <PaperFacts {...data.paper} />
            </p>
          ) : null}
          {data.panel && data.panel.length > 0 ? (
            <section class="section">
              <h2>{t('review:form.panel')}</h2>
              <People people={data.panel} />
            </section>
          ) : null}
          <p class="soft pane-foot">
            {t('review:form.words', { count: data.words })}{' '}
            {data.canDecline ? <a href={paths.reviewDecline(data.id)}>{t('review:form.conflict')}</a> : null}
          </p>
        </div>
      </article>
      <div class="pane-form">
        {data.panelLink ? (
          <div class="panel-link">
            <Callout title={data.panelLink === 'open' ? t('panel:linkOpen') : undefined}>
              {data.panelLink === 'open' ? <p>{t('panel:linkText')}</p> : null}
              <p>
                <a href={paths.reviewPanel(data.id)}>{t('panel:link')}</a>
              </p>
            </Callout>
          </div>
        ) : null}
        {data.canChange ? <ReviewForm data={data} /> : <HandedIn data={data} />}
        <Proofs entries={data.entries} zone={data.zone} />
      </div>
    </div>,
  );
}

function People({ people }: { people: readonly { name: string; affiliation?: string }[] }): JSX.Element {
  return (
    <p class="soft">
      {people.map((person, index) => (
        <Fragment key={index}>
          {index > 0 ? ' · ' : ''}
          <IsolatedList items={[person.name, person.affiliation]} />
        </Fragment>
      ))}
    </p>
  );
}

/** For the reviewer alone, in the form or below what can no longer be changed. */
function PrivateNote({ data }: { data: ReviewPageData }): JSX.Element {
  const { t } = useView();
  return (
    <TextArea
      name="privateNote"
      label={t('panel:note.label')}
      hint={t('panel:note.hint')}
      optional
      rows={3}
      value={data.values.privateNote}
      error={errorOf(data.errors, 'privateNote')}
      dir="auto"
    />
  );
}

function ReviewForm({ data }: { data: ReviewPageData }): JSX.Element {
  const view = useView();
  const { t } = view;
  const { values, errors } = data;
  const left = data.due ? timeLeft(view, data.lateUntil ?? data.due.end) : null;
  const weighted = data.criteria.some(({ weight }) => weight !== data.criteria[0]!.weight);
  return (
    <form
      method="post"
      action={paths.review(data.id)}
      noValidate
      data-keys
      data-autosave={data.autosave ?? ''}
      data-saved={t('common:save.saved', { time: '{time}' })}
      data-pending={t('common:save.pending')}
      data-failed={t('common:save.failed')}
      data-changed={t('common:save.changed')}
      data-local={t('common:save.local')}
    >
      <HiddenKey value={data.idempotencyKey} version={data.version} />
      <h2 class="out-of-sight">{t('review:form.title')}</h2>
      <div class="restore" data-restore hidden>
        <p>{t('common:save.restore')}</p>
        <p class="row">
          <button type="button" class="button second" data-restore-do>
            {t('common:save.restoreDo')}
          </button>
          <button type="button" class="button quiet" data-restore-drop>
            {t('common:save.restoreDrop')}
          </button>
        </p>
      </div>
      <ErrorSummary errors={errors} />
      {data.criteria.map((criterion) => (
        <ScaleChoice
          key={criterion.id}
          name={`scores[${criterion.id}]`}
          label={criterion.title}
          hint={weighted ? t('panel:weight', { count: criterion.weight }) : undefined}
          words={criterion.anchors}
          value={values.scores[criterion.id]}
          error={errorOf(errors, `scores[${criterion.id}]`)}
        />
      ))}
      <ScaleChoice
        name="overall"
        label={t('review:form.overall')}
        words={data.overallWords}
        value={values.overall}
        error={errorOf(errors, 'overall')}
      />
      <ScaleChoice
        name="confidence"
        label={t('review:form.confidence')}
        words={data.confidenceWords}
        value={values.confidence}
        error={errorOf(errors, 'confidence')}
      />
      <TextArea
        name="commentsToAuthors"
        label={t('review:form.toAuthors')}
        hint={t(`review:form.toAuthorsHint.${data.opens.reviewers}`)}
        rows={7}
        tally={countWords(values.commentsToAuthors)}
        value={values.commentsToAuthors}
        error={errorOf(errors, 'commentsToAuthors')}
        dir="auto"
      />
      <TextArea
        name="commentsToOrganisers"
        label={t('review:form.toOrganisers')}
        optional
        rows={3}
        tally={countWords(values.commentsToOrganisers)}
        value={values.commentsToOrganisers}
        error={errorOf(errors, 'commentsToOrganisers')}
        dir="auto"
      />
      <PrivateNote data={data} />
      <div class="actions">
        <button type="submit" class="button main" name="act" value="hand-in" data-keys-send>
          {t(data.state === 'handed_in' ? 'review:form.change' : 'review:form.handIn')}
        </button>
        {data.state === 'handed_in' ? null : (
          <Button name="act" value="save" look="second">
            {t('review:form.save')}
          </Button>
        )}
        <span class="save-state">
          <span data-save-state role="status">
            {data.savedAt ? t('common:save.saved', { time: formatTime(view, data.savedAt, data.zone) }) : ''}
          </span>{' '}
          <span class="keys-hint">{t('review:form.keys')}</span>
        </span>
      </div>
      <p class="soft after-actions">
        {data.opens.authors === 'review' || data.opens.panel === 'review'
          ? t('names:toReviewers.final')
          : data.lateUntil
            ? t('panel:late', { until: formatInstant(view, data.lateUntil, data.zone) })
            : left
              ? t('review:form.until', { left })
              : t('review:form.untilStart')}
      </p>
    </form>
  );
}

function Score(props: {
  title: string;
  words: readonly string[];
  value: number | string | null | undefined;
}): JSX.Element {
  const n = Number(props.value ?? 0);
  return (
    <div>
      <dt>{props.title}</dt>
      <dd>{n > 0 ? `${n}, ${props.words[n - 1] ?? ''}` : '–'}</dd>
    </div>
  );
}

function HandedIn({ data }: { data: ReviewPageData }): JSX.Element {
  const view = useView();
  const { t } = view;
  const { values } = data;
  return (
    <>
      <Callout tone={data.state === 'handed_in' ? 'ok' : 'plain'} title={t(`review:closed.${data.state}`)}>
        <p>{t('review:closed.text')}</p>
      </Callout>
      <dl class="pairs facts section">
        {data.criteria.map((criterion) => (
          <Score
            key={criterion.id}
            title={criterion.title}
            words={criterion.anchors}
            value={values.scores[criterion.id]}
          />
        ))}
        <Score title={t('review:form.overall')} words={data.overallWords} value={values.overall} />
        <Score title={t('review:form.confidence')} words={data.confidenceWords} value={values.confidence} />
      </dl>
      {values.commentsToAuthors ? (
        <section class="section">
          <h2>{t('review:form.toAuthors')}</h2>
          <Prose text={values.commentsToAuthors} />
        </section>
      ) : null}
      {values.commentsToOrganisers ? (
        <section class="section">
          <h2>{t('review:form.toOrganisers')}</h2>
          <Prose text={values.commentsToOrganisers} />
        </section>
      ) : null}
      <form class="section" method="post" action={paths.review(data.id)} noValidate>
        <HiddenKey value={data.idempotencyKey} />
        <ErrorSummary errors={data.errors} />
        <PrivateNote data={data} />
        <div class="actions">
          <Button look="second" name="act" value="note">
            {t('panel:note.save')}
          </Button>
        </div>
      </form>
      <div class="actions">
        <LinkButton look="second" href={paths.reviews}>
          {t('review:closed.back')}
        </LinkButton>
      </div>
    </>
  );
}

/** Reasons for which a reviewer gives an abstract back; `conflict` also records a conflict. */
export const DECLINE_REASONS = ['conflict', 'knows', 'time', 'expertise', 'other'] as const;

export interface DeclinePageData {
  /** Id of the assignment. */
  id: string;
  code: string;
  title: string;
  values: { reason: string; note: string };
  errors?: FieldErrors;
  idempotencyKey: string;
  version?: number;
}

/** Giving an abstract back. Posts `reason` (one of `DECLINE_REASONS`) and `note`. */
export function declinePage(view: View, data: DeclinePageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('review:decline.title'), area: 'reviewer', active: 'reviews', width: 'narrow' },
    <>
      <p class="eyebrow code">{data.code}</p>
      <h1>{t('review:decline.title')}</h1>
      <p class="lead" dir="auto">
        {data.title}
      </p>
      <form method="post" action={paths.reviewDecline(data.id)} noValidate>
        <HiddenKey value={data.idempotencyKey} version={data.version} />
        <ErrorSummary errors={data.errors} />
        <Choices
          type="radio"
          look="list"
          name="reason"
          label={t('review:decline.reason')}
          value={data.values.reason}
          error={errorOf(data.errors, 'reason')}
          options={DECLINE_REASONS.map((value) => ({
            value,
            label: t(`review:decline.reasons.${value}.label`),
            hint: t(`review:decline.reasons.${value}.hint`),
          }))}
        />
        <TextArea
          name="note"
          label={t('review:decline.note')}
          hint={t('review:decline.noteHint')}
          optional
          rows={3}
          value={data.values.note}
          error={errorOf(data.errors, 'note')}
        />
        <div class="section">
          <Callout title={t('review:decline.happens')}>
            <p>{t('review:decline.text')}</p>
          </Callout>
        </div>
        <div class="actions">
          <Button>{t('review:decline.do')}</Button>
          <LinkButton look="quiet" href={paths.review(data.id)}>
            {t('review:decline.keep')}
          </LinkButton>
        </div>
      </form>
    </>,
  );
}

import type { JSX } from 'preact';
import type { PaperView } from '../../submissions/paper.view.js';
import { countryName } from '../components/country.js';
import { useView } from '../components/context.js';
import {
  Button,
  ErrorSummary,
  HiddenKey,
  LinkButton,
  TextArea,
  errorOf,
  type FieldErrors,
} from '../components/forms.js';
import { PaperFacts, PaperWish } from '../components/paper.js';
import {
  Callout,
  DeadlineLine,
  Facts,
  Instant,
  Isolated,
  IsolatedList,
  Prose,
  StateWord,
  Tag,
  type DeadlineData,
  type Tone,
} from '../components/parts.js';
import { page } from '../layout.js';
import type { OwnEntry } from '../record.access.js';
import { formatCalendarDay, formatInstant, formatNumber, paths, zoneWords, type View } from '../view.js';
import { Proofs } from './proofs.js';

/** A state as this viewer may know it; `held` is a submission that waits for a confirmed address. */
export type SubmissionState =
  | 'draft'
  | 'held'
  | 'submitted'
  | 'under_review'
  | 'accepted'
  | 'conditionally_accepted'
  | 'waitlisted'
  | 'rejected'
  | 'confirmed'
  | 'published'
  | 'withdrawn';

export interface SubmissionAuthor {
  name: string;
  nativeName?: string;
  affiliation?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
  email?: string;
  orcid?: string;
  corresponding: boolean;
  presenting: boolean;
  /** Goes by another name; there is no address to show. */
  protected: boolean;
  /** The viewer. */
  you: boolean;
  /** ORCID has confirmed the iD as theirs; told of the viewer's own line alone. */
  orcidConfirmed: boolean;
}

export interface SubmissionVersion {
  /** 1 for the first text. */
  number: number;
  at: Date;
  /** Name of who wrote it, or null where the viewer may not know. */
  by: string | null;
  words: number;
  /** Fingerprint (SHA-256, hexadecimal) of the stored text. */
  hash: string;
}

export interface SubmissionDecision {
  outcome: 'accepted' | 'conditionally_accepted' | 'waitlisted' | 'rejected';
  releasedAt: Date;
  /** The chair's words to the authors; may be empty. */
  message: string;
  /** What a conditional acceptance asks for; may be empty. */
  conditions: string;
  /** Comments to the authors, in an order that tells nothing; the view numbers them. */
  comments: readonly { text: string }[];
  /** Who has reviewed it, with what each has signed, where authors may know; otherwise null. */
  reviewers: readonly { name: string; affiliation: string | null; comment: string }[] | null;
  /** The chair's summary of the reviews, where it is meant for authors. */
  summary: string | null;
}

/** One submission as its authors see it. */
export interface SubmissionPageData {
  /** Code, as `PSC-7KQF`. */
  id: string;
  title: string;
  abstract: string;
  /** Language tag of the text, where known. */
  lang?: string;
  state: SubmissionState;
  topics: readonly string[];
  authors: readonly SubmissionAuthor[];
  /** Newest first. */
  versions: readonly SubmissionVersion[];
  /** What was received and when; null for a draft. */
  receipt: { at: Date; words: number; hash: string; signed: string | null } | null;
  /** Of the record, about this submission, newest first. */
  entries: readonly OwnEntry[];
  /** Zone of the conference, in which times are shown. */
  zone: string;
  deadline: DeadlineData;
  /** Day on which decisions may be expected, already in words. */
  decisionsOn: string | null;
  /** Until when the address has to be confirmed (`held`). */
  held: { until: Date; address: string } | null;
  decision: SubmissionDecision | null;
  /** Whether authors were asked to respond to the reviewers, and may still. */
  response: 'open' | 'over' | null;
  /** What its call asks for beside the abstract, and what is there, newest first; `hidden`: authors are, from reviewers. */
  paper: {
    asked: { required: boolean; limitMb: number } | null;
    versions: readonly PaperView[];
    hidden: boolean;
  };
  errors?: FieldErrors;
  can: { edit: boolean; submit: boolean; withdraw: boolean; restore: boolean; confirm: boolean };
  /** What follows an acceptance: days as `YYYY-MM-DD`; null for what is not accepted. */
  after: {
    confirmOn: string | null;
    confirmLate: boolean;
    editFields: readonly string[];
    editOn: string | null;
  } | null;
  idempotencyKey: string;
  version: number;
}

const TONE: Partial<Record<SubmissionState, Tone>> = {
  accepted: 'ok',
  confirmed: 'ok',
  published: 'ok',
  held: 'warn',
  conditionally_accepted: 'warn',
  rejected: 'plain',
};

/** An author's page of one submission: how it stands, what happens next, what is stored. */
export function submissionPage(view: View, data: SubmissionPageData): string {
  const { t } = view;
  return page(
    view,
    { title: data.title || t('submission:untitled'), area: 'public', active: 'call' },
    <>
      <p class="eyebrow">
        <span class="code">{data.id}</span> <StateWord state={data.state} />
      </p>
      <h1 dir="auto">{data.title || t('submission:untitled')}</h1>
      <div class="form-split submission">
        <div>
          <Standing data={data} />
          {data.response ? (
            <div class="section">
              <Callout
                tone={data.response === 'open' ? 'warn' : 'plain'}
                title={data.response === 'open' ? t('panel:author.open') : undefined}
              >
                {data.response === 'open' ? <p>{t('panel:author.openText')}</p> : null}
                <p>
                  <a href={paths.submissionResponse(data.id)}>
                    {t(data.response === 'open' ? 'panel:author.read' : 'panel:author.over')}
                  </a>
                </p>
              </Callout>
            </div>
          ) : null}
          {data.decision ? <Decision decision={data.decision} zone={data.zone} /> : null}
          <section class="section" aria-labelledby="text">
            <h2 id="text">{t('submission:text')}</h2>
            {data.abstract ? (
              <Prose text={data.abstract} lang={data.lang} />
            ) : (
              <p class="soft">{t('submission:noText')}</p>
            )}
            <p class="soft topics-line">{data.topics.join(' · ')}</p>
          </section>
          <Paper data={data} />
          <Authors authors={data.authors} />
          <History data={data} />
          <Proofs entries={data.entries} zone={data.zone} />
        </div>
        <Receipt data={data} />
      </div>
    </>,
  );
}

/** Which sentence about what comes next is true: it depends on what is still possible. */
function nextContext(data: SubmissionPageData): string | undefined {
  const day = data.decisionsOn ? 'day' : undefined;
  switch (data.state) {
    case 'draft':
      return data.can.submit ? undefined : 'late';
    case 'submitted':
      return data.can.edit ? day : ['closed', day].filter(Boolean).join('_');
    case 'under_review':
      return day;
    case 'accepted':
      return data.can.confirm ? 'confirm' : undefined;
    case 'rejected':
      return data.decision && data.decision.comments.length > 0 ? 'comments' : undefined;
    default:
      return undefined;
  }
}

function Standing({ data }: { data: SubmissionPageData }): JSX.Element {
  const view = useView();
  const { t } = view;
  const { can } = data;
  const values = {
    day: data.decisionsOn,
    address: data.held?.address,
    until: data.held ? formatInstant(view, data.held.until, data.zone) : '',
    zone: zoneWords(view, data.zone),
    context: nextContext(data),
  };
  const acts = (
    <>
      {can.confirm ? (
        <Button name="act" value="confirm">
          {t('submission:do.confirm')}
        </Button>
      ) : null}
      {can.edit ? (
        <LinkButton href={paths.submissionEdit(data.id)} look={can.submit ? 'main' : 'second'}>
          {t(can.submit ? 'submission:do.continue' : 'submission:do.edit')}
        </LinkButton>
      ) : null}
      {can.restore ? <Button look="second">{t('submission:do.restore')}</Button> : null}
      {can.withdraw ? (
        <LinkButton href={paths.submissionWithdraw(data.id)} look="quiet">
          {t('submission:do.withdraw')}
        </LinkButton>
      ) : null}
    </>
  );
  return (
    <div class="section first">
      <Callout tone={TONE[data.state] ?? 'plain'} title={t(`submission:state.${data.state}`)}>
        <p>{t(`submission:next.${data.state}`, values)}</p>
        {can.edit && !data.after ? <DeadlineLine {...data.deadline} /> : null}
        <AfterDecision data={data} />
      </Callout>
      {can.restore || can.confirm ? (
        <form
          class="actions"
          method="post"
          action={can.restore ? paths.submissionRestore(data.id) : paths.submission(data.id)}
        >
          <HiddenKey value={data.idempotencyKey} version={data.version} />
          {acts}
        </form>
      ) : can.edit || can.withdraw ? (
        <div class="actions">{acts}</div>
      ) : null}
    </div>
  );
}

/** What is asked of authors once it is accepted, and what they may still change. */
function AfterDecision({ data }: { data: SubmissionPageData }): JSX.Element | null {
  const view = useView();
  const { t } = view;
  if (!data.after) return null;
  const { confirmOn, confirmLate, editFields, editOn } = data.after;
  const day = (on: string): string => formatCalendarDay(view, on, { year: true });
  const fields = editFields.map((field) => t(`deciding:settings.editField.${field}`)).join(', ');
  return (
    <>
      {confirmOn && data.can.confirm ? (
        <p>{t(`deciding:author.${confirmLate ? 'confirmLate' : 'confirmBy'}`, { day: day(confirmOn) })}</p>
      ) : null}
      {fields ? (
        <p>
          {editOn
            ? t('deciding:author.editUntil', { day: day(editOn), fields })
            : t('deciding:author.editFields', { fields })}
        </p>
      ) : null}
    </>
  );
}

function Decision({ decision, zone }: { decision: SubmissionDecision; zone: string }): JSX.Element {
  const { t } = useView();
  return (
    <section class="section" aria-labelledby="decision">
      <h2 id="decision">{t('submission:decision.title')}</h2>
      <p class="soft">
        {t('submission:decision.released')} <Instant at={decision.releasedAt} zone={zone} own />
      </p>
      {decision.conditions ? (
        <>
          <h3>{t('deciding:author.conditions')}</h3>
          <Prose text={decision.conditions} />
        </>
      ) : null}
      {decision.message ? <Prose text={decision.message} /> : null}
      {decision.summary ? (
        <article class="comment">
          <h3>{t('panel:author.metaTitle')}</h3>
          <Prose text={decision.summary} />
        </article>
      ) : null}
      {decision.reviewers
        ? decision.reviewers.map((reviewer, i) => (
            <article key={i} class="comment">
              <h3>
                <IsolatedList items={[reviewer.name, reviewer.affiliation ?? '']} />
              </h3>
              {reviewer.comment ? (
                <Prose text={reviewer.comment} />
              ) : (
                <p class="soft">{t('submission:decision.noComment')}</p>
              )}
            </article>
          ))
        : decision.comments.map((comment, i) => (
            <article key={i} class="comment">
              <h3>{t('submission:decision.reviewer', { n: i + 1 })}</h3>
              <Prose text={comment.text} />
            </article>
          ))}
    </section>
  );
}

/** The paper beside the abstract: what is there, what was found in it, and a form to add or replace it. */
function Paper({ data }: { data: SubmissionPageData }): JSX.Element | null {
  const { t } = useView();
  const { asked, versions, hidden } = data.paper;
  const latest = versions[0];
  const error = errorOf(data.errors, 'paper');
  if (!asked && !latest) return null;
  return (
    <section class="section" aria-labelledby="paper">
      <h2 id="paper">{t('submission:paper.title')}</h2>
      {latest && hidden ? <PaperWarnings paper={latest} /> : null}
      {versions.length > 0 ? (
        <ol class="history" reversed>
          {versions.map((paper) => (
            <li key={paper.version}>
              <p>
                <a href={paths.paperVersion(data.id, paper.version)}>
                  {t('submission:paper.version', { n: paper.version })}
                </a>{' '}
                <PaperFacts pages={paper.pages} size={paper.size} />
              </p>
              <p class="soft">
                <Instant at={new Date(paper.uploadedAt)} zone={data.zone} own />
              </p>
              <p class="soft hash">{paper.sha256}</p>
            </li>
          ))}
        </ol>
      ) : null}
      {asked && data.can.edit ? (
        <form
          class="section"
          method="post"
          action={paths.submissionPaper(data.id)}
          encType="multipart/form-data"
        >
          <p>
            <PaperWish asked={asked} /> {t('submission:paper.copy')}
          </p>
          <div class={error ? 'field bad' : 'field'}>
            <label for="field-paper">{t(`submission:paper.${latest ? 'replace' : 'add'}`)}</label>
            {error ? (
              <p class="problem" id="field-paper-problem">
                {error.message}
              </p>
            ) : null}
            <input
              type="file"
              id="field-paper"
              name="paper"
              accept="application/pdf,.pdf"
              required
              {...(error && { 'aria-invalid': 'true', 'aria-describedby': 'field-paper-problem' })}
            />
          </div>
          <div class="actions">
            <Button look="second">{t('submission:paper.do')}</Button>
          </div>
        </form>
      ) : null}
    </section>
  );
}

function PaperWarnings({ paper }: { paper: PaperView }): JSX.Element | null {
  const { t } = useView();
  const first = paper.warnings.filter(({ where }) => where === 'firstPage');
  const later = paper.warnings.filter(({ where }) => where === 'laterPages');
  const inside = paper.warnings.filter(({ where }) => where === 'metadata');
  const unread = paper.pagesRead < paper.pages;
  if (paper.warnings.length === 0 && !unread) return null;
  const says =
    first.length > 0 ? 'names' : later.length > 0 ? 'namesLater' : inside.length > 0 ? 'cleaned' : 'unread';
  return (
    <Callout tone={first.length + later.length > 0 ? 'warn' : 'plain'} title={t(`submission:paper.${says}`)}>
      {first.length + later.length > 0 ? (
        <>
          {first.length > 0 ? (
            <ul class="bullets">
              {first.map(({ kind }) => (
                <li key={kind}>{t(`submission:paper.kind.${kind}`)}</li>
              ))}
            </ul>
          ) : null}
          {later.length > 0 ? (
            <>
              {first.length > 0 ? <p>{t('submission:paper.alsoLater')}</p> : null}
              <ul class="bullets">
                {later.map(({ kind }) => (
                  <li key={kind}>{t(`submission:paper.kind.${kind}`)}</li>
                ))}
              </ul>
            </>
          ) : null}
          <p>{t('submission:paper.mend')}</p>
        </>
      ) : null}
      {inside.length > 0 ? <p>{t('submission:paper.metadata')}</p> : null}
      {unread ? (
        <p>
          {paper.pagesRead === 0
            ? t('submission:paper.look')
            : t('submission:paper.lookFrom', { page: paper.pagesRead + 1 })}
        </p>
      ) : null}
    </Callout>
  );
}

function Authors({ authors }: { authors: readonly SubmissionAuthor[] }): JSX.Element {
  const view = useView();
  const { t } = view;
  return (
    <section class="section" aria-labelledby="authors">
      <h2 id="authors">{t('submission:authors')}</h2>
      <ol class="author-list">
        {authors.map((author, i) => (
          <li key={i}>
            <p class="author-name">
              <bdi>{author.name}</bdi>
              {author.nativeName ? (
                <span class="soft">
                  {' '}
                  <Isolated>{author.nativeName}</Isolated>
                </span>
              ) : null}{' '}
              {author.you ? <Tag>{t('submission:you')}</Tag> : null}{' '}
              {author.corresponding ? <Tag>{t('submit:author.isCorresponding')}</Tag> : null}{' '}
              {author.presenting ? <Tag>{t('submit:author.isPresenting')}</Tag> : null}{' '}
              {author.protected ? <Tag>{t('protection:form.isProtected')}</Tag> : null}
            </p>
            <p class="soft">
              <IsolatedList
                between=" · "
                items={[
                  author.affiliation,
                  author.country ? countryName(view, author.country) : '',
                  author.email,
                  author.orcid,
                ]}
              />{' '}
              {author.orcidConfirmed ? <Tag tone="ok">{t('ways:orcid.verified')}</Tag> : null}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function History({ data }: { data: SubmissionPageData }): JSX.Element | null {
  const view = useView();
  const { t } = view;
  if (data.versions.length === 0) return null;
  return (
    <section class="section" aria-labelledby="history">
      <h2 id="history">{t('submission:history.title')}</h2>
      <ol class="history" reversed>
        {data.versions.map((version) => (
          <li key={version.number}>
            <p>
              <b>{t('submission:history.version', { n: version.number })}</b>{' '}
              <span class="soft">
                <Instant at={version.at} zone={data.zone} own />
              </span>
            </p>
            <p class="soft">
              {[
                version.by ? t('submission:history.by', { name: version.by }) : '',
                t('submission:words', { count: version.words }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
            <p class="soft hash">{version.hash}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Receipt({ data }: { data: SubmissionPageData }): JSX.Element {
  const view = useView();
  const { t } = view;
  return (
    <aside class="aside receipt" aria-labelledby="receipt">
      <h2 id="receipt">{t(data.receipt ? 'submission:receipt.title' : 'submission:receipt.none')}</h2>
      {data.receipt ? (
        <>
          <Facts
            items={[
              { term: t('submission:receipt.code'), value: <span class="code">{data.id}</span> },
              { term: t('submission:receipt.at'), value: <Instant at={data.receipt.at} zone="UTC" /> },
              { term: t('submission:receipt.words'), value: formatNumber(view, data.receipt.words) },
              { term: t('submission:receipt.hash'), value: <span class="hash">{data.receipt.hash}</span> },
            ]}
          />
          <p class="soft">{t('submission:receipt.means')}</p>
          {data.receipt.signed ? (
            <>
              <p class="soft">{t('submission:receipt.signed')}</p>
              <pre class="sealed-text" tabIndex={0} aria-label={t('submission:receipt.block')}>
                {data.receipt.signed}
              </pre>
              <p>
                <a href={paths.recordReceipt}>{t('submission:receipt.check')}</a>
              </p>
            </>
          ) : null}
        </>
      ) : (
        <p class="soft">{t('submission:receipt.draft')}</p>
      )}
    </aside>
  );
}

/** The question before a submission is withdrawn. Posts `reason` to the same address. */
export interface WithdrawPageData {
  id: string;
  title: string;
  state: SubmissionState;
  /** Whether reviewers have been asked and will be told. */
  reviewersTold: boolean;
  /** Until when it can be taken back, where it can. */
  undoUntil: Date | null;
  zone: string;
  values: { reason: string };
  errors?: FieldErrors;
  idempotencyKey: string;
  version: number;
}

export function withdrawPage(view: View, data: WithdrawPageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('submission:withdraw.title'), area: 'public', active: 'call', width: 'narrow' },
    <>
      <p class="eyebrow code">{data.id}</p>
      <h1>{t('submission:withdraw.title')}</h1>
      <p class="lead" dir="auto">
        {data.title || t('submission:untitled')}
      </p>
      <form method="post" action={paths.submissionWithdraw(data.id)}>
        <HiddenKey value={data.idempotencyKey} version={data.version} />
        <ErrorSummary errors={data.errors} />
        <div class="section">
          <Callout tone="warn" title={t('submission:withdraw.happens')}>
            <ul class="bullets">
              {data.state === 'draft' ? null : <li>{t('submission:withdraw.authors')}</li>}
              {data.reviewersTold ? <li>{t('submission:withdraw.reviewers')}</li> : null}
              {data.state === 'published' ? <li>{t('submission:withdraw.tombstone')}</li> : null}
              <li>
                {data.undoUntil
                  ? t('submission:withdraw.undo', {
                      until: formatInstant(view, data.undoUntil, data.zone),
                      zone: zoneWords(view, data.zone),
                    })
                  : t('submission:withdraw.final')}
              </li>
            </ul>
          </Callout>
        </div>
        <TextArea
          name="reason"
          label={t('submission:withdraw.reason')}
          hint={t('submission:withdraw.reasonHint')}
          optional
          rows={3}
          value={data.values.reason}
          error={errorOf(data.errors, 'reason')}
        />
        <div class="actions">
          <Button look="danger">{t('submission:withdraw.do')}</Button>
          <LinkButton look="quiet" href={paths.submission(data.id)}>
            {t('submission:withdraw.keep')}
          </LinkButton>
        </div>
      </form>
    </>,
  );
}

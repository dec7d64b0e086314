import type { JSX } from 'preact';
import type { PairFit } from '../../reviews/pairing.service.js';
import { HIGHEST_AFFINITY } from '../../reviews/solver/problem.js';
import type { PaperView } from '../../submissions/paper.view.js';
import { useView } from '../components/context.js';
import { Button, Choices, ErrorSummary, HiddenKey, TextArea, TextField } from '../components/forms.js';
import {
  Callout,
  Facts,
  Instant,
  Isolated,
  IsolatedList,
  Prose,
  StateWord,
  Tag,
  Timeline,
  VerifiedOrcid,
} from '../components/parts.js';
import { MailTo } from '../components/mail-to.js';
import { PaperFacts } from '../components/paper.js';
import { page } from '../layout.js';
import { formatInstant, formatNumber, formatShare, paths, type View } from '../view.js';
import { MAIL_STATE_TONES, type MailState } from './organise-mail.view.js';
import { conflictPaths } from './organise-conflicts.view.js';
import {
  ActForm,
  bound,
  countOf,
  figure,
  Head,
  LoadBar,
  organisePaths,
  OUTCOMES,
  OutcomeWord,
  Part,
  ScoreGiven,
  ScoreStrip,
  slugOf,
  wordOr,
  When,
  type FormState,
  type OrganiseData,
  type Outcome,
} from './organise-parts.js';

export interface AuthorDetail {
  name: string;
  nativeName: string | null;
  /** Language of the name in its own script, where known, for the right fonts and voice. */
  nativeLang?: string;
  affiliation: string | null;
  /** Name of the country in the reader's language. */
  country: string | null;
  address: string | null;
  orcid: string | null;
  /** ORCID has confirmed the iD as theirs. */
  orcidConfirmed: boolean;
  corresponding: boolean;
  presenting: boolean;
}

export interface AssignmentDetail {
  id: string;
  reviewer: string;
  affiliation: string | null;
  /** `untouched`, `begun` and `handedIn` are under way; the others have ended. */
  progress: 'untouched' | 'begun' | 'handedIn' | 'declined' | 'removed';
  since: Date;
  /** Automatic proposals leave it as it is. */
  locked: boolean;
  version: number;
  /** A conflict of interest that has arisen since, as a key of `organise:conflict.*`. */
  conflict: string | null;
  /** Why it ended, in the reviewer's or organiser's words. */
  reason: string | null;
}

export interface CandidateDetail {
  reviewerId: string;
  name: string;
  affiliation: string | null;
  load: number;
  maxLoad: number;
  /** Titles of the topics that reviewer and submission share. */
  sharedTopics: readonly string[];
  /** Why this person may not review it, as keys of `organise:conflict.*`: the reasons of `CONFLICT_REASONS`, `declined`, `full`. */
  conflicts: readonly string[];
  /** Conflicts were inferred, and an organiser has set them aside. */
  setAside: boolean;
  /** How well they fit, without their bid. */
  fit: PairFit;
}

export interface ReviewDetail {
  assignmentId: string;
  reviewer: string;
  handedInAt: Date;
  /** It came after the due date. */
  late: boolean;
  /** The overall score before it was changed in the discussion, and when it was. */
  revised: { before: number; at: Date } | null;
  /** In the order of the criteria. `word` is the anchor of the score. */
  scores: readonly { title: string; score: number | null; word?: string }[];
  overall: number;
  overallWord?: string;
  confidence: number;
  commentsToAuthors: string;
  commentsToOrganisers: string;
}

export interface SubmissionDetailData extends OrganiseData, FormState {
  id: string;
  title: string;
  abstract: string;
  lang?: string;
  wordCount: number;
  wordLimit: number;
  status: string;
  topics: readonly string[];
  submittedAt: Date | null;
  withdrawn: { at: Date; reason: string | null } | null;
  version: number;
  authors: readonly AuthorDetail[];
  /** Oldest first. `changed` says what differs from the one before, as keys of `organise:submission.changed.*`. */
  /** Newest first. */
  papers: readonly PaperView[];
  history: readonly {
    version: number;
    status: string;
    at: Date;
    by: string | null;
    wordCount: number;
    changed: readonly string[];
  }[];
  assignments: readonly AssignmentDetail[];
  /** Best first; empty when nobody can be assigned (no reviewers, or not in a state for it). */
  candidates: readonly CandidateDetail[];
  reviewsWanted: number;
  reviews: readonly ReviewDetail[];
  mean: number | null;
  /** Mean of the weighted criteria, with the weights in words; null without scores. */
  criteriaMean: { mean: number; weights: string } | null;
  spread: number | null;
  disagree: boolean;
  /** What the viewer may do; the decision form is there for the chair only. */
  may: { assign: boolean; decide: boolean };
  pending: {
    outcome: Outcome;
    reason: string;
    textToAuthors: string;
    conditions: string;
    rank: number | null;
    by: string;
    at: Date;
    version: number;
  } | null;
  /** The decision the authors know. */
  released: { outcome: Outcome; textToAuthors: string; at: Date } | null;
  mails: readonly { id: string; subject: string; to: string; state: MailState; at: Date }[];
  record: readonly { action: string; at: Date; by: string | null; reason: string | null }[];
}

/** GET `/conferences/:slug/organise/submissions/:id`: everything about one submission. */
export function submissionPage(view: View, data: SubmissionDetailData): string {
  const { t } = view;
  const slug = slugOf(view);
  return page(
    view,
    { title: `${data.id} ${data.title}`, area: 'organiser', active: 'submissions' },
    <article>
      <Head
        back={{ href: organisePaths.submissions(slug), label: t('organise:submission.back') }}
        title={<Isolated lang={data.lang}>{data.title || t('organise:untitled')}</Isolated>}
        text={
          <>
            <span class="code">{data.id}</span>
            {data.topics.length > 0 ? ` · ${data.topics.join(' · ')}` : null}
          </>
        }
      />
      {/* On a phone the facts come after the text; how it stands comes before. */}
      <p class="org-tags org-narrow">
        <States data={data} />
      </p>
      <ErrorSummary errors={data.errors} />
      <div class="org-split">
        <div class="org-main">
          <Prose text={data.abstract} />
          {data.papers.map((paper) => (
            <p key={paper.version}>
              <a href={paths.paperVersion(data.id, paper.version)}>
                {t('organise:submission.paper', { n: paper.version })}
              </a>{' '}
              <PaperFacts pages={paper.pages} size={paper.size} />
            </p>
          ))}
          <p class="soft org-words">
            {t('organise:submission.words', {
              n: formatNumber(view, data.wordCount),
              limit: formatNumber(view, data.wordLimit),
            })}
          </p>
          <Part title={t('organise:submission.authors')}>
            <ol class="org-authors">
              {data.authors.map((author, i) => (
                <Author key={i} author={author} />
              ))}
            </ol>
          </Part>
          <Reviews data={data} />
          <Panel data={data} slug={slug} />
          <Decision data={data} slug={slug} />
          <Mails data={data} slug={slug} />
        </div>
        <aside class="org-side" aria-label={t('organise:submission.facts')}>
          <div class="card">
            <p class="org-tags">
              <States data={data} />
            </p>
            <Facts
              items={[
                {
                  term: t('organise:submission.arrived'),
                  value: data.submittedAt ? (
                    <Instant at={data.submittedAt} zone={data.zone} />
                  ) : (
                    t('organise:submission.notYet')
                  ),
                },
                ...(data.withdrawn
                  ? [
                      {
                        term: t('organise:submission.withdrawn'),
                        value: (
                          <>
                            <Instant at={data.withdrawn.at} zone={data.zone} />
                            {data.withdrawn.reason ? (
                              <span class="org-quote">{data.withdrawn.reason}</span>
                            ) : null}
                          </>
                        ),
                      },
                    ]
                  : []),
                {
                  term: t('organise:submission.reviews'),
                  value: t('organise:ofTotal', { n: data.reviews.length, total: data.reviewsWanted }),
                },
                ...(data.mean === null
                  ? []
                  : [
                      {
                        term: t('organise:mean'),
                        value: (
                          <>
                            <b class="num">{figure(view, data.mean)}</b>
                            {data.spread === null ? null : (
                              <span class="soft">
                                {' '}
                                {t('organise:submission.spread', { n: figure(view, data.spread) })}
                              </span>
                            )}
                          </>
                        ),
                      },
                    ]),
              ]}
            />
          </div>
          <h2>{t('organise:submission.history')}</h2>
          <Timeline
            items={data.history.map((entry, i) => ({
              title: t('organise:submission.versionIs', {
                n: entry.version,
                state: t(`common:state.${entry.status}`),
              }),
              text: (
                <>
                  {formatInstant(view, entry.at, data.zone, { year: false })}
                  {entry.by ? `, ${entry.by}` : ''}
                  {entry.changed.length > 0
                    ? `. ${entry.changed.map((what) => t(`organise:submission.changed.${what}`)).join(', ')}`
                    : ''}
                </>
              ),
              state: i === data.history.length - 1 ? 'now' : 'past',
            }))}
          />
          {data.record.length > 0 ? (
            <details class="org-record">
              <summary>{countOf(view, 'organise:submission.record', data.record.length)}</summary>
              <ul>
                {data.record.map((entry, i) => (
                  <li key={i}>
                    <b>{wordOr(view, `organise:record.action.${entry.action}`, entry.action)}</b>
                    <span class="soft">
                      {formatInstant(view, entry.at, data.zone, { year: false })}
                      {entry.by ? `, ${entry.by}` : ''}
                      {entry.reason ? `: ${entry.reason}` : ''}
                    </span>
                  </li>
                ))}
              </ul>
            </details>
          ) : null}
        </aside>
      </div>
    </article>,
  );
}

/** How it stands: its state, and what the organisers alone know. */
function States({ data }: { data: SubmissionDetailData }): JSX.Element {
  const { t } = useView();
  return (
    <>
      <StateWord state={data.status} />
      {data.disagree ? <Tag tone="warn">{t('organise:disagree')}</Tag> : null}
      {data.pending ? <OutcomeWord outcome={data.pending.outcome} pending /> : null}
    </>
  );
}

function Author({ author }: { author: AuthorDetail }): JSX.Element {
  const { t } = useView();
  return (
    <li>
      <p>
        <b>
          <bdi>{author.name}</bdi>
        </b>
        {author.nativeName ? (
          <>
            {' '}
            <Isolated lang={author.nativeLang}>{author.nativeName}</Isolated>
          </>
        ) : null}{' '}
        <span class="org-tags inline">
          {author.corresponding ? <Tag>{t('organise:submission.corresponding')}</Tag> : null}
          {author.presenting ? <Tag>{t('organise:submission.presenting')}</Tag> : null}
        </span>
      </p>
      <p class="soft">
        {author.affiliation || author.country ? (
          <IsolatedList items={[author.affiliation, author.country]} />
        ) : (
          t('organise:submission.independent')
        )}
      </p>
      {author.address || author.orcid ? (
        <p class="org-contacts">
          {author.address ? <MailTo address={author.address} /> : null}
          {author.orcid && author.orcidConfirmed ? (
            <span>
              <VerifiedOrcid orcid={author.orcid} />
            </span>
          ) : author.orcid ? (
            <a href={`https://orcid.org/${author.orcid}`}>ORCID {author.orcid}</a>
          ) : null}
        </p>
      ) : null}
    </li>
  );
}

function Reviews({ data }: { data: SubmissionDetailData }): JSX.Element {
  const view = useView();
  const { t } = view;
  if (data.reviews.length === 0)
    return (
      <Part title={t('organise:submission.reviews')}>
        <p class="soft">{t('organise:submission.noReviews')}</p>
      </Part>
    );
  const overall = data.reviews.map((review) => review.overall);
  return (
    <Part title={t('organise:submission.reviews')}>
      <p class="org-strip-line">
        <ScoreStrip
          scores={overall}
          mean={data.mean}
          label={t('organise:submission.stripLabel', {
            scores: overall.join(', '),
            mean: figure(view, data.mean),
          })}
        />
        <span class="soft">{t('organise:submission.strip')}</span>
      </p>
      {data.criteriaMean ? (
        <p class="soft">
          {t('panel:mean.criteria')} <b class="num">{figure(view, data.criteriaMean.mean)}</b>.{' '}
          {t('panel:mean.explain', { weights: data.criteriaMean.weights })}
        </p>
      ) : null}
      <p>
        <a href={organisePaths.panel(slugOf(view), data.id)}>{t('panel:mean.panel')}</a>
      </p>
      {data.reviews.map((review) => (
        <section key={review.assignmentId} class="card org-review" id={`review-${review.assignmentId}`}>
          <h3>
            <bdi>{review.reviewer}</bdi>
          </h3>
          <p class="soft">
            {t('organise:submission.handedIn', {
              at: formatInstant(view, review.handedInAt, data.zone, { year: false }),
            })}
            {'. '}
            {t('organise:submission.confidence', { n: review.confidence })}
            {review.late ? (
              <>
                {' '}
                <Tag tone="quiet">{t('panel:lateTag')}</Tag>
              </>
            ) : null}
            {review.revised ? (
              <>
                {' '}
                <Tag tone="warn">
                  {t('panel:revised', { before: review.revised.before, now: review.overall })}
                </Tag>
              </>
            ) : null}
          </p>
          <div class="org-scores">
            <ScoreGiven
              strong
              title={t('organise:submission.overall')}
              score={review.overall}
              word={review.overallWord}
            />
            {review.scores.map((score) => (
              <ScoreGiven key={score.title} title={score.title} score={score.score} word={score.word} />
            ))}
          </div>
          {review.commentsToAuthors ? (
            <div class="org-comment">
              <h4>{t('organise:submission.toAuthors')}</h4>
              <Comment text={review.commentsToAuthors} />
            </div>
          ) : null}
          {review.commentsToOrganisers ? (
            <div class="org-comment inside">
              <h4>{t('organise:submission.toOrganisers')}</h4>
              <Comment text={review.commentsToOrganisers} />
            </div>
          ) : null}
        </section>
      ))}
    </Part>
  );
}

function Comment({ text }: { text: string }): JSX.Element {
  return (
    <div class="org-text" dir="auto">
      {text
        .split(/\n\s*\n/)
        .filter((part) => part.trim() !== '')
        .map((part, i) => (
          <p key={i}>{part.trim()}</p>
        ))}
    </div>
  );
}

const PROGRESS_TONES = {
  untouched: 'quiet',
  begun: 'plain',
  handedIn: 'ok',
  declined: 'warn',
  removed: 'quiet',
} as const;

/** Whether automatic proposals must leave an assignment as it is. */
function LockForm({
  assignment,
  data,
  slug,
}: {
  assignment: AssignmentDetail;
  data: SubmissionDetailData;
  slug: string;
}): JSX.Element {
  const { t } = useView();
  const { locked } = assignment;
  return (
    <>
      {locked ? <span class="soft">{t('assignment:lockedText')}</span> : null}
      <ActForm
        action={organisePaths.lockAssignment(slug, assignment.id)}
        idempotencyKey={`${data.idempotencyKey}.lock.${assignment.id}`}
        version={assignment.version}
        fields={{ locked: String(!locked) }}
        label={t(locked ? 'assignment:unlockName' : 'assignment:lockName', { name: assignment.reviewer })}
      >
        {t(locked ? 'assignment:unlock' : 'assignment:lock')}
      </ActForm>
    </>
  );
}

function Panel({ data, slug }: { data: SubmissionDetailData; slug: string }): JSX.Element {
  const view = useView();
  const { t } = view;
  const active = data.assignments.filter((a) => a.progress !== 'declined' && a.progress !== 'removed');
  return (
    <Part
      title={t('organise:submission.panel')}
      text={t('organise:submission.panelText', { n: active.length, total: data.reviewsWanted })}
    >
      {data.assignments.length > 0 ? (
        <ul class="org-rows">
          {data.assignments.map((assignment) => (
            <li key={assignment.id}>
              <div>
                <b>
                  <bdi>{assignment.reviewer}</bdi>
                </b>
                {assignment.affiliation ? <span class="under">{assignment.affiliation}</span> : null}
                {assignment.reason ? <span class="org-quote">{assignment.reason}</span> : null}
                {assignment.conflict ? (
                  <span class="org-conflict">
                    {t('organise:submission.conflict', {
                      reason: wordOr(view, `organise:conflict.${assignment.conflict}`, assignment.conflict),
                    })}
                  </span>
                ) : null}
              </div>
              <div class="org-rows-end">
                <Tag tone={PROGRESS_TONES[assignment.progress]}>
                  {t(`organise:progress.${assignment.progress}`)}
                </Tag>
                <span class="soft">
                  {t('organise:submission.since', {
                    at: formatInstant(view, assignment.since, data.zone, { year: false }),
                  })}
                </span>
                {data.may.assign && assignment.progress === 'untouched' ? (
                  <LockForm assignment={assignment} data={data} slug={slug} />
                ) : null}
                {data.may.assign &&
                active.includes(assignment) &&
                (assignment.progress !== 'handedIn' || assignment.conflict) ? (
                  <ActForm
                    action={organisePaths.unassign(slug, assignment.id)}
                    idempotencyKey={`${data.idempotencyKey}.remove.${assignment.id}`}
                    version={assignment.version}
                    label={t('organise:submission.unassignName', { name: assignment.reviewer })}
                  >
                    {t('organise:submission.unassign')}
                  </ActForm>
                ) : null}
              </div>
            </li>
          ))}
        </ul>
      ) : null}
      <p>
        <a href={conflictPaths.submission(slug, data.id)}>{t('organise:submission.conflictsLink')}</a>
      </p>
      {data.may.assign && data.candidates.length > 0 ? (
        <details class="org-candidates" open={active.length < data.reviewsWanted}>
          <summary>{t('organise:submission.candidates')}</summary>
          <p class="hint">{t('organise:submission.candidatesText')}</p>
          <ul class="org-rows">
            {data.candidates.map((candidate) => (
              <li key={candidate.reviewerId}>
                <div>
                  <b>
                    <bdi>{candidate.name}</bdi>
                  </b>
                  {candidate.affiliation ? <span class="under">{candidate.affiliation}</span> : null}
                  <span class="under">
                    {candidate.sharedTopics.length > 0
                      ? t('organise:submission.shares', { topics: candidate.sharedTopics.join(', ') })
                      : t('organise:submission.sharesNone')}
                  </span>
                  <span class="under">
                    {t('organise:submission.fit', {
                      n: formatShare(view, candidate.fit.fit / HIGHEST_AFFINITY),
                      words: formatShare(view, candidate.fit.words),
                    })}
                    {candidate.setAside ? `. ${t('organise:submission.setAside')}` : ''}
                  </span>
                  {candidate.conflicts.map((conflict) => (
                    <span key={conflict} class="org-conflict">
                      {t('organise:submission.conflict', {
                        reason: wordOr(view, `organise:conflict.${conflict}`, conflict),
                      })}
                    </span>
                  ))}
                </div>
                <div class="org-rows-end">
                  <LoadBar
                    load={candidate.load}
                    max={candidate.maxLoad}
                    text={t('organise:ofTotal', { n: candidate.load, total: candidate.maxLoad })}
                    label={t('organise:loadLabel', { n: candidate.load, total: candidate.maxLoad })}
                  />
                  {candidate.conflicts.length > 0 ? (
                    <span class="soft">{t('organise:submission.notPossible')}</span>
                  ) : (
                    <ActForm
                      action={organisePaths.assign(slug, data.id)}
                      idempotencyKey={`${data.idempotencyKey}.assign.${candidate.reviewerId}`}
                      fields={{ reviewer: candidate.reviewerId }}
                      label={t('organise:submission.assignName', { name: candidate.name })}
                    >
                      {t('organise:submission.assign')}
                    </ActForm>
                  )}
                </div>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </Part>
  );
}

function Decision({ data, slug }: { data: SubmissionDetailData; slug: string }): JSX.Element {
  const view = useView();
  const { t } = view;
  const { pending, released } = data;
  return (
    <Part title={t('organise:submission.decision')} id="decision">
      {released ? (
        <p class="org-released">
          <OutcomeWord outcome={released.outcome} />{' '}
          <span class="soft">
            {t('organise:submission.releasedAt', { at: formatInstant(view, released.at, data.zone) })}
          </span>
        </p>
      ) : null}
      {data.may.decide ? (
        <>
          <Callout>
            <p>{t(released ? 'organise:submission.correctText' : 'organise:submission.decideText')}</p>
          </Callout>
          <form method="post" action={organisePaths.decide(slug, data.id)}>
            <HiddenKey value={`${data.idempotencyKey}.decision`} version={pending?.version} />
            <Choices
              {...bound(data, 'outcome', pending?.outcome ?? '')}
              type="radio"
              label={t('organise:submission.outcome')}
              options={OUTCOMES.map((outcome) => ({ value: outcome, label: t(`common:state.${outcome}`) }))}
            />
            <TextArea
              {...bound(data, 'reason', pending?.reason)}
              label={t('organise:submission.reason')}
              hint={t('organise:submission.reasonHint')}
              rows={3}
              optional
            />
            <TextArea
              {...bound(data, 'textToAuthors', pending?.textToAuthors)}
              label={t('organise:submission.text')}
              hint={t('organise:submission.textHint')}
              rows={6}
              optional
            />
            <TextArea
              {...bound(data, 'conditions', pending?.conditions)}
              label={t('deciding:form.conditions')}
              hint={t('deciding:form.conditionsHint')}
              rows={3}
              optional
            />
            <TextField
              {...bound(data, 'rank', pending?.rank ?? null)}
              label={t('deciding:form.rank')}
              hint={t('deciding:form.rankHint')}
              inputmode="numeric"
              short
              optional
            />
            <div class="actions">
              <Button>{t('organise:submission.saveDecision')}</Button>
              {pending ? (
                <span class="soft">
                  {t('organise:submission.savedBy', {
                    name: pending.by,
                    at: formatInstant(view, pending.at, data.zone, { year: false }),
                  })}
                </span>
              ) : null}
            </div>
          </form>
        </>
      ) : released ? null : (
        <p class="soft">{t('organise:submission.chairOnly')}</p>
      )}
    </Part>
  );
}

function Mails({ data, slug }: { data: SubmissionDetailData; slug: string }): JSX.Element {
  const { t } = useView();
  return (
    <Part title={t('organise:submission.mails')}>
      {data.mails.length === 0 ? (
        <p class="soft">{t('organise:submission.noMails')}</p>
      ) : (
        <ul class="org-rows">
          {data.mails.map((mail) => (
            <li key={mail.id}>
              <div>
                <a href={organisePaths.message(slug, mail.id)}>{mail.subject}</a>
                <span class="under">{mail.to}</span>
              </div>
              <div class="org-rows-end">
                <Tag tone={MAIL_STATE_TONES[mail.state]}>{t(`organise:mail.state.${mail.state}`)}</Tag>
                <span class="soft">
                  <When at={mail.at} zone={data.zone} />
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

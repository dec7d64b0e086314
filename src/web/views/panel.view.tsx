import type { ComponentChildren, JSX } from 'preact';
import type { PanelTalk, TalkPost, TalkReview } from '../../reviews/discussion.view.js';
import type { ResponseStanding } from '../../reviews/author-response.view.js';
import { useView } from '../components/context.js';
import {
  Button,
  Checkbox,
  ErrorSummary,
  HiddenKey,
  LinkButton,
  TextArea,
  errorOf,
} from '../components/forms.js';
import { Callout, EmptyState, Instant, Prose, Tag } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';
import {
  ActForm,
  bound,
  Head,
  organisePaths,
  Part,
  ScoreStrip,
  slugOf,
  type FormState,
} from './organise-parts.js';

/** A scale on which a panel has scored: overall, or a criterion. */
export interface PanelScale {
  /** `overall`, or the criterion's id. */
  id: string;
  title: string;
  /** Of a criterion; null for the overall score. */
  weight: number | null;
  /** Words of 1 to 5. */
  words: readonly string[];
}

export interface PanelData extends FormState {
  talk: PanelTalk;
  scales: readonly PanelScale[];
  response: ResponseStanding | null;
  /** Zone of the conference. */
  zone: string;
}

/** The panel as one of its reviewers sees it. `notYet`: their own review is not in, and there is nothing to see. */
export interface ReviewerPanelData extends Omit<PanelData, 'talk'> {
  talk: PanelTalk | null;
  assignmentId: string;
  code: string;
  title: string;
  /** Post that is being changed. */
  editing: string | null;
}

/** GET `/me/reviews/:id/panel`; posts `text` there, and for a change `post` and `version`. */
export function reviewerPanelPage(view: View, data: ReviewerPanelData): string {
  const { t } = view;
  const { talk } = data;
  const own = talk?.posts.find((post) => post.own && post.id === data.editing);
  return page(
    view,
    {
      title: t('panel:title'),
      area: 'reviewer',
      active: 'reviews',
      styles: ['organise'],
      scripts: ['keys'],
    },
    <>
      <p class="org-back">
        <a href={paths.review(data.assignmentId)}>
          <span aria-hidden="true">← </span>
          {t('panel:toReview')}
        </a>
      </p>
      <p class="eyebrow code">{data.code}</p>
      <h1 dir="auto">{data.title}</h1>
      {talk === null ? (
        <EmptyState
          title={t('panel:notYet')}
          text={t('panel:notYetText')}
          action={{ href: paths.review(data.assignmentId), label: t('panel:write') }}
        />
      ) : (
        <>
          <p class="soft panel-lead">
            {talk.letter && talk.reviews.some((one) => one.name === null)
              ? t('panel:you', { letter: talk.letter })
              : null}
          </p>
          <Response response={data.response} zone={data.zone} />
          {talk.state === 'none' ? (
            <EmptyState title={t('panel:none')} text={t(talk.enabled ? 'panel:noneText' : 'panel:offText')} />
          ) : (
            <>
              <Talk
                data={{ ...data, talk }}
                edit={(post) => `${paths.reviewPanel(data.assignmentId)}?post=${post.id}#f-text`}
              />
              {talk.state === 'open' ? (
                <form
                  class="section"
                  method="post"
                  action={paths.reviewPanel(data.assignmentId)}
                  noValidate
                  data-keys
                >
                  <HiddenKey value={data.idempotencyKey} version={own?.version} />
                  {own ? <input type="hidden" name="post" value={own.id} /> : null}
                  <ErrorSummary errors={data.errors} />
                  <TextArea
                    {...bound(data, 'text', own?.text ?? '')}
                    label={t(own ? 'panel:editLabel' : 'panel:writeLabel')}
                    hint={t('panel:writeHint')}
                    rows={5}
                    dir="auto"
                  />
                  <div class="actions">
                    <Button>{t(own ? 'panel:editDo' : 'panel:writeDo')}</Button>
                    {own ? (
                      <LinkButton look="quiet" href={paths.reviewPanel(data.assignmentId)}>
                        {t('panel:keep')}
                      </LinkButton>
                    ) : (
                      <LinkButton look="second" href={paths.review(data.assignmentId)}>
                        {t('panel:changeReview')}
                      </LinkButton>
                    )}
                  </div>
                </form>
              ) : (
                <Callout>
                  <p>{t('panel:closedText')}</p>
                </Callout>
              )}
            </>
          )}
        </>
      )}
    </>,
  );
}

export interface OrganiserPanelData extends PanelData {
  code: string;
  title: string;
  meta: { text: string; forAuthors: boolean; version: number };
  may: { organise: boolean; summarise: boolean };
}

/**
 * GET `/conferences/:slug/organise/submissions/:id/panel`. Posts to `…/panel/open`, `…/panel/close`, and `text`, `forAuthors` and
 * `version` to `…/meta-review`.
 */
export function organiserPanelPage(view: View, data: OrganiserPanelData): string {
  const { t } = view;
  const slug = slugOf(view);
  const { talk, meta } = data;
  return page(
    view,
    { title: `${data.code} ${t('panel:title')}`, area: 'organiser', active: 'submissions' },
    <>
      <Head
        back={{ href: organisePaths.submission(slug, data.code), label: `${data.code} ${data.title}` }}
        title={t('panel:title')}
        text={t(`panel:organiser.${talk.state === 'none' && !talk.enabled ? 'off' : talk.state}`)}
      >
        {data.may.organise && talk.enabled ? (
          talk.state === 'open' ? (
            <ActForm
              action={organisePaths.panel(slug, data.code, 'close')}
              idempotencyKey={`${data.idempotencyKey}.close`}
              label={t('panel:close')}
            >
              {t('panel:close')}
            </ActForm>
          ) : (
            <ActForm
              action={organisePaths.panel(slug, data.code, 'open')}
              idempotencyKey={`${data.idempotencyKey}.open`}
              label={t('panel:open')}
            >
              {t('panel:open')}
            </ActForm>
          )
        ) : null}
      </Head>
      {!talk.enabled && talk.state === 'none' && data.may.organise ? (
        <p>
          <a href={organisePaths.reviewing(slug)}>{t('panel:switchOn')}</a>
        </p>
      ) : null}
      <Response response={data.response} zone={data.zone} />
      {talk.state === 'none' ? null : <Talk data={data} />}
      <Part title={t('panel:meta.title')} text={t('panel:meta.text')} id="meta-review">
        {data.may.summarise ? (
          <form class="org-form" method="post" action={organisePaths.metaReview(slug, data.code)} noValidate>
            <HiddenKey value={`${data.idempotencyKey}.meta`} version={meta.version} />
            <ErrorSummary errors={data.errors} />
            <TextArea {...bound(data, 'text', meta.text)} label={t('panel:meta.label')} rows={8} dir="auto" />
            <Checkbox
              name="forAuthors"
              label={t('panel:meta.forAuthors')}
              hint={t('panel:meta.forAuthorsHint')}
              checked={data.values ? data.values['forAuthors'] === 'true' : meta.forAuthors}
            />
            <div class="actions">
              <Button>{t('panel:meta.save')}</Button>
            </div>
          </form>
        ) : meta.text ? (
          <>
            <Prose text={meta.text} />
            <p class="soft">{t(meta.forAuthors ? 'panel:meta.shown' : 'panel:meta.inside')}</p>
          </>
        ) : (
          <p class="soft">{t('panel:meta.none')}</p>
        )}
      </Part>
    </>,
  );
}

/** What is called a voice: the name where the viewer may know it, and the letter. */
function Voice({ of }: { of: { letter: string; name: string | null; own: boolean } }): JSX.Element {
  const { t } = useView();
  return (
    <>
      {of.name ? <bdi>{of.name}</bdi> : t('panel:reviewer', { letter: of.letter })}
      {of.own ? <> {t('panel:own')}</> : null}
    </>
  );
}

function Talk({ data, edit }: { data: PanelData; edit?: (post: TalkPost) => string }): JSX.Element {
  const { t } = useView();
  const { talk, scales, zone } = data;
  return (
    <>
      {talk.apart.length > 0 ? (
        <div class="section">
          <Callout tone="warn" title={t('panel:apart.title')}>
            <ul>
              {talk.apart.map((one) => (
                <li key={one.on}>
                  {t('panel:apart.on', {
                    scale: one.title ?? t('panel:overall'),
                    lowest: one.lowest,
                    highest: one.highest,
                  })}
                </li>
              ))}
            </ul>
            <p>{t('panel:apart.ask')}</p>
          </Callout>
        </div>
      ) : null}
      <Part title={t('panel:reviews')} text={t('panel:reviewsText')}>
        <dl class="panel-scales">
          {scales.map((scale) => (
            <Scale key={scale.id} scale={scale} reviews={talk.reviews} />
          ))}
        </dl>
        {talk.reviews.map((review) => (
          <article key={review.letter} class="comment">
            <h3>
              <Voice of={review} />
            </h3>
            <p class="soft">
              {t('panel:confidence', { n: review.confidence })}
              {review.revisedAt ? (
                <>
                  {' '}
                  <Tag tone="warn">
                    {t('panel:revised', { before: review.overallBefore, now: review.overall })}
                  </Tag>{' '}
                  <Instant at={review.revisedAt} zone={zone} />
                </>
              ) : null}
            </p>
            {review.commentsToAuthors ? (
              <Prose text={review.commentsToAuthors} />
            ) : (
              <p class="soft">{t('panel:noComment')}</p>
            )}
          </article>
        ))}
      </Part>
      <Part title={t('panel:said')}>
        {talk.posts.length === 0 ? <p class="soft">{t('panel:saidNone')}</p> : null}
        {talk.posts.map((post) => (
          <article key={post.id} class="comment" id={`post-${post.id}`}>
            <h3>
              <Voice of={post} />
            </h3>
            <p class="soft">
              <Instant at={post.postedAt} zone={zone} own />
              {post.editedAt ? <> {t('panel:edited')}</> : null}
              {post.own && edit && talk.state === 'open' ? (
                <>
                  {' · '}
                  <a href={edit(post)}>{t('panel:edit')}</a>
                </>
              ) : null}
            </p>
            <Prose text={post.text} />
            {post.edits.length > 0 ? (
              <details>
                <summary>{t('panel:before', { count: post.edits.length })}</summary>
                {post.edits.map((before, index) => (
                  <div key={index} class="soft">
                    <p>
                      {t('panel:until')} <Instant at={before.until} zone={zone} />
                    </p>
                    <Prose text={before.text} />
                  </div>
                ))}
              </details>
            ) : null}
          </article>
        ))}
      </Part>
    </>
  );
}

/** One scale: where each stands on it, drawn and in words. */
function Scale({ scale, reviews }: { scale: PanelScale; reviews: readonly TalkReview[] }): JSX.Element {
  const { t } = useView();
  const given = reviews.flatMap((review) => {
    const score = scale.id === 'overall' ? review.overall : review.scores[scale.id];
    return score === null || score === undefined ? [] : [{ review, score }];
  });
  const words = given.map(({ review, score }) =>
    [review.name ?? review.letter, score, scale.words[score - 1]].filter(Boolean).join(' '),
  );
  return (
    <div>
      <dt>
        {scale.title}
        {scale.weight === null ? null : <small>{t('panel:weight', { count: scale.weight })}</small>}
      </dt>
      <dd>
        <ScoreStrip
          scores={given.map(({ score }) => score)}
          label={t('panel:strip', { scale: scale.title, scores: words.join(', ') })}
        />
        <span>{words.join(' · ')}</span>
      </dd>
    </div>
  );
}

/** What the authors have answered, where they were asked. */
function Response(props: { response: ResponseStanding | null; zone: string }): JSX.Element | null {
  const { t } = useView();
  const { response, zone } = props;
  if (!response) return null;
  const said: ComponentChildren = response.answeredAt ? (
    <>
      <Prose text={response.text} />
      <p class="soft">
        <Instant at={response.answeredAt} zone={zone} />
      </p>
    </>
  ) : (
    <p class="soft">{t(response.open ? 'panel:response.waits' : 'panel:response.none')}</p>
  );
  return <Part title={t('panel:response.title')}>{said}</Part>;
}

export interface AuthorResponseData extends FormState {
  standing: ResponseStanding;
  zone: string;
  /** Words of the overall score. */
  overallWords: readonly string[];
  version: number;
  /** The server's count of what is in the field. */
  wordCount: number;
}

/** GET `/submissions/:id/response`; posts `text` and `version` there. */
export function authorResponsePage(view: View, data: AuthorResponseData): string {
  const { t } = view;
  const { standing } = data;
  return page(
    view,
    { title: t('panel:author.title'), area: 'public', active: 'call', scripts: ['words'] },
    <>
      <p>
        <a href={paths.submission(standing.submission)}>
          <span aria-hidden="true">← </span>
          {t('panel:author.back')}
        </a>
      </p>
      <p class="eyebrow code">{standing.submission}</p>
      <h1>{t('panel:author.title')}</h1>
      <p class="lead" dir="auto">
        {standing.title}
      </p>
      <p class="panel-lead">
        {t(standing.open ? 'panel:author.text' : 'panel:author.closed')}{' '}
        {standing.open ? (
          <>
            {t('panel:author.until')}{' '}
            <Instant at={new Date(standing.closesAt.getTime() - 60_000)} zone={data.zone} own />
          </>
        ) : null}
      </p>
      <section class="section" aria-labelledby="comments">
        <h2 id="comments">{t('panel:author.comments')}</h2>
        {standing.reviews.map((review, index) => (
          <article key={index} class="comment">
            <h3>{t('panel:author.reviewer', { n: index + 1 })}</h3>
            {review.overall === undefined ? null : (
              <dl class="pairs facts">
                <div>
                  <dt>{t('panel:overall')}</dt>
                  <dd>{[review.overall, data.overallWords[review.overall - 1]].filter(Boolean).join(' ')}</dd>
                </div>
                {standing.criteria.map(({ id, title, anchors }) => {
                  const score = review.scores?.[id];
                  return score === undefined ? null : (
                    <div key={id}>
                      <dt>{title}</dt>
                      <dd>{[score, anchors[score - 1]].filter(Boolean).join(' ')}</dd>
                    </div>
                  );
                })}
              </dl>
            )}
            {review.comment ? <Prose text={review.comment} /> : <p class="soft">{t('panel:noComment')}</p>}
          </article>
        ))}
      </section>
      {standing.open ? (
        <form class="section" method="post" action={paths.submissionResponse(standing.submission)} noValidate>
          <HiddenKey value={data.idempotencyKey} version={data.version} />
          <ErrorSummary errors={data.errors} />
          <TextArea
            {...bound(data, 'text', standing.text)}
            error={errorOf(data.errors, 'text')}
            label={t('panel:author.label')}
            hint={t('panel:author.hint')}
            rows={10}
            words={{ count: data.wordCount, limit: standing.wordLimit }}
            dir="auto"
          />
          <div class="actions">
            <Button>{t('panel:author.save')}</Button>
          </div>
        </form>
      ) : (
        <section class="section" aria-labelledby="answer">
          <h2 id="answer">{t('panel:author.label')}</h2>
          {standing.text ? <Prose text={standing.text} /> : <p class="soft">{t('panel:response.none')}</p>}
        </section>
      )}
    </>,
  );
}

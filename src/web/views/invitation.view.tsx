import type { Openings } from '../../conferences/who-sees-whom.js';
import {
  Button,
  Choices,
  ErrorSummary,
  HiddenKey,
  LinkButton,
  TextArea,
  TextField,
  errorOf,
  type FieldErrors,
} from '../components/forms.js';
import { ownLanguageName } from '../components/country.js';
import { NamesToReviewers } from '../components/names.js';
import { Callout, DeadlineLine, Facts, type DeadlineData } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';

/** An invitation to review, as the invited see it. */
export interface InvitationPageData {
  id: string;
  conference: string;
  organiserName: string;
  /** As the organisers wrote it. */
  invited: { name: string; email: string; affiliation: string };
  state: 'open' | 'accepted' | 'declined' | 'expired';
  /** The organisers' words; may be empty. */
  message: string;
  opens: Openings;
  wordLimit: number;
  reviewsDue: DeadlineData | null;
  topics: readonly { id: string; title: string }[];
  /** Form values: `topics[]` (ids), `maxLoad`, and for declining `reason`. */
  values: {
    topics: readonly string[];
    languages: readonly string[];
    expertise: string;
    ror: string;
    maxLoad: string;
    reason: string;
  };
  /** Language tags that abstracts may have; one alone is no question. */
  languages: readonly string[];
  errors?: FieldErrors;
  idempotencyKey: string;
  version?: number;
  /** Whoever holds the mailed link need not be signed in; it goes back with the form. */
  secret?: string;
}

/** Yes or no to reviewing. Posts to `paths.invitationAccept` or `paths.invitationDecline`. */
export function invitationPage(view: View, data: InvitationPageData): string {
  const { t } = view;
  if (data.state !== 'open') return answeredPage(view, data);
  const hidden = (
    <>
      <HiddenKey value={data.idempotencyKey} version={data.version} />
      {data.secret ? <input type="hidden" name="secret" value={data.secret} /> : null}
    </>
  );
  return page(
    view,
    { title: t('invitation:title'), area: 'public', width: 'narrow' },
    <>
      <p class="eyebrow">{data.organiserName}</p>
      <h1>{t('invitation:heading', { conference: data.conference })}</h1>
      <p class="lead">{t('invitation:lead', { name: data.invited.name })}</p>
      {data.message ? <p class="section first">{data.message}</p> : null}
      <div class="section first">
        <Facts
          items={[
            {
              term: t('invitation:facts.what'),
              value: t('invitation:facts.abstracts', { count: data.wordLimit }),
            },
            ...(data.reviewsDue
              ? [{ term: t('invitation:facts.when'), value: <DeadlineLine {...data.reviewsDue} /> }]
              : []),
            { term: t('invitation:facts.address'), value: data.invited.email },
          ]}
        />
      </div>
      <section class="section" aria-labelledby="names">
        <h2 id="names">{t('names:toReviewers.title')}</h2>
        <NamesToReviewers opens={data.opens} />
      </section>
      <form method="post" action={paths.invitationAccept(data.id)} noValidate>
        {hidden}
        <ErrorSummary errors={data.errors} />
        <Choices
          type="checkbox"
          name="topics[]"
          label={t('invitation:topics')}
          hint={t('invitation:topicsHint')}
          value={data.values.topics}
          options={data.topics.map((topic) => ({ value: topic.id, label: topic.title }))}
          error={errorOf(data.errors, 'topics')}
        />
        {data.languages.length > 1 ? (
          <Choices
            type="checkbox"
            name="languages[]"
            label={t('invitation:languages')}
            hint={t('invitation:languagesHint')}
            value={data.values.languages}
            options={data.languages.map((tag) => ({ value: tag, label: ownLanguageName(tag) }))}
            error={errorOf(data.errors, 'languages')}
          />
        ) : null}
        <TextArea
          name="expertise"
          label={t('invitation:expertise')}
          hint={t('invitation:expertiseHint')}
          optional
          rows={4}
          value={data.values.expertise}
          error={errorOf(data.errors, 'expertise')}
          dir="auto"
        />
        <TextField
          name="ror"
          label={t('invitation:ror')}
          hint={t('invitation:rorHint')}
          optional
          spellcheck={false}
          value={data.values.ror}
          error={errorOf(data.errors, 'ror')}
        />
        <TextField
          name="maxLoad"
          type="number"
          short
          min={1}
          max={100}
          label={t('invitation:maxLoad')}
          hint={t('invitation:maxLoadHint')}
          value={data.values.maxLoad}
          error={errorOf(data.errors, 'maxLoad')}
        />
        <div class="actions">
          <Button>{t('invitation:accept')}</Button>
        </div>
      </form>
      <details
        class="section"
        open={data.values.reason !== '' || errorOf(data.errors, 'reason') !== undefined}
      >
        <summary>{t('invitation:cannot')}</summary>
        <form method="post" action={paths.invitationDecline(data.id)} noValidate>
          {hidden}
          <TextArea
            name="reason"
            label={t('invitation:reason')}
            hint={t('invitation:reasonHint')}
            optional
            rows={3}
            value={data.values.reason}
            error={errorOf(data.errors, 'reason')}
          />
          <div class="actions">
            <Button look="second">{t('invitation:decline')}</Button>
          </div>
        </form>
      </details>
    </>,
  );
}

function answeredPage(view: View, data: InvitationPageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('invitation:title'), area: 'public', width: 'narrow' },
    <>
      <p class="eyebrow">{data.conference}</p>
      <h1>{t(`invitation:answered.${data.state}.title`)}</h1>
      <div class="section first">
        <Callout tone={data.state === 'accepted' ? 'ok' : 'plain'}>
          <p>{t(`invitation:answered.${data.state}.text`)}</p>
        </Callout>
      </div>
      {data.state === 'accepted' ? (
        <div class="actions">
          <LinkButton href={paths.reviews}>{t('invitation:toReviews')}</LinkButton>
        </div>
      ) : null}
    </>,
  );
}

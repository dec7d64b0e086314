import { CountrySelect, countryName } from '../components/country.js';
import {
  Button,
  Choices,
  ErrorSummary,
  HiddenKey,
  TextArea,
  TextField,
  errorOf,
  type FieldErrors,
} from '../components/forms.js';
import { Callout, Facts, Instant, Prose, Tag, type Tone } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';

/** What a partner can offer; the words are in `partner:contribution`. */
export const CONTRIBUTION_WORDS = [
  'funding',
  'expertise',
  'venue',
  'media',
  'participants',
  'other',
] as const;

/** A letter as typed; the form sends the same names. */
export interface LetterValues {
  organisation: string;
  /** ISO 3166-1 alpha-2, or empty. */
  country: string;
  website: string;
  contactName: string;
  email: string;
  /** One of `CONTRIBUTION_WORDS`, or empty. */
  contribution: string;
  letter: string;
}

export interface PartnerPageData {
  slug: string;
  organiserName: string;
  /** False before and after letters are taken. */
  open: boolean;
  values: LetterValues;
  wordCount: number;
  wordLimit: number;
  errors?: FieldErrors;
  idempotencyKey: string;
  guest: boolean;
  /** Partners that agreed to be named. */
  partners: readonly { name: string; website?: string }[];
}

/** The letter of interest of an organisation. */
export function partnerPage(view: View, data: PartnerPageData): string {
  const { t } = view;
  const { values, errors } = data;
  return page(
    view,
    {
      title: t('partner:title'),
      area: 'public',
      active: 'partners',
      scripts: ['words', 'autosave', 'address'],
      width: 'narrow',
    },
    <>
      <h1>{t('partner:title')}</h1>
      <p class="lead">{t('partner:lead', { organiser: data.organiserName })}</p>
      {data.open ? (
        <form
          method="post"
          action={paths.partner(data.slug)}
          noValidate
          data-autosave=""
          data-pending={t('common:save.pending')}
          data-local={t('common:save.local')}
        >
          <HiddenKey value={data.idempotencyKey} />
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
          <TextField
            name="organisation"
            label={t('partner:organisation')}
            value={values.organisation}
            autocomplete="organization"
            required
            error={errorOf(errors, 'organisation')}
          />
          <div class="fields-2 wide">
            <CountrySelect
              name="country"
              value={values.country}
              optional
              error={errorOf(errors, 'country')}
            />
            <TextField
              name="website"
              type="url"
              inputmode="url"
              label={t('partner:website')}
              value={values.website}
              optional
              spellcheck={false}
              error={errorOf(errors, 'website')}
            />
            <TextField
              name="contactName"
              label={t('partner:contactName')}
              value={values.contactName}
              autocomplete="name"
              required
              error={errorOf(errors, 'contactName')}
            />
            <TextField
              name="email"
              type="email"
              inputmode="email"
              label={t('partner:email')}
              value={values.email}
              autocomplete="email"
              spellcheck={false}
              required
              error={errorOf(errors, 'email')}
            />
          </div>
          <Choices
            type="radio"
            name="contribution"
            label={t('partner:contributions')}
            value={values.contribution}
            options={CONTRIBUTION_WORDS.map((value) => ({
              value,
              label: t(`partner:contribution.${value}`),
            }))}
            error={errorOf(errors, 'contribution')}
          />
          <TextArea
            name="letter"
            label={t('partner:letter')}
            hint={t('partner:letterHint', { count: data.wordLimit })}
            rows={14}
            value={values.letter}
            words={{ count: data.wordCount, limit: data.wordLimit }}
            required
            dir="auto"
            error={errorOf(errors, 'letter')}
          />
          <div class="actions">
            <Button>{t('partner:send')}</Button>
            <span class="save-state" data-save-state role="status" />
          </div>
          {data.guest ? <p class="soft after-actions">{t('partner:guest')}</p> : null}
        </form>
      ) : (
        <div class="section first">
          <Callout title={t('partner:closedTitle')}>
            <p>{t('partner:closed')}</p>
          </Callout>
        </div>
      )}
      {data.partners.length > 0 ? (
        <section class="section" aria-labelledby="partners">
          <h2 id="partners">{t('partner:list')}</h2>
          <ul class="topics">
            {data.partners.map((one) => (
              <li key={one.name}>
                {one.website ? (
                  <a href={one.website} rel="noopener nofollow">
                    {one.name}
                  </a>
                ) : (
                  one.name
                )}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>,
  );
}

export type LetterState = 'held' | 'received' | 'considered' | 'welcomed' | 'declined' | 'withdrawn';

const LETTER_TONE: Record<LetterState, Tone> = {
  held: 'warn',
  received: 'plain',
  considered: 'plain',
  welcomed: 'ok',
  declined: 'quiet',
  withdrawn: 'quiet',
};

/** A letter as those who sent it see it. */
export interface LetterPageData {
  id: string;
  organisation: string;
  country: string | null;
  website: string | null;
  contactName: string;
  email: string;
  contribution: string;
  letter: string;
  words: number;
  state: LetterState;
  sentAt: Date;
  zone: string;
  /** The organisers' answer; may be empty. */
  answer: string;
  can: { withdraw: boolean };
  idempotencyKey: string;
  version: number;
}

/** How a letter stands. */
export function letterPage(view: View, data: LetterPageData): string {
  const { t } = view;
  return page(
    view,
    { title: data.organisation, area: 'public', active: 'partners', width: 'narrow' },
    <>
      <p class="eyebrow">
        <span class="code">{data.id}</span>{' '}
        <Tag tone={LETTER_TONE[data.state]}>{t(`partner:state.${data.state}.word`)}</Tag>
      </p>
      <h1>{data.organisation}</h1>
      <div class="section first">
        <Callout tone={LETTER_TONE[data.state]} title={t(`partner:state.${data.state}.title`)}>
          <p>{t(`partner:state.${data.state}.text`, { address: data.email })}</p>
          {data.answer ? <Prose text={data.answer} /> : null}
        </Callout>
      </div>
      <section class="section" aria-labelledby="letter">
        <h2 id="letter">{t('partner:letter')}</h2>
        <Prose text={data.letter} />
      </section>
      <div class="section">
        <Facts
          items={[
            { term: t('partner:sentAt'), value: <Instant at={data.sentAt} zone={data.zone} own /> },
            { term: t('partner:wordsTerm'), value: t('submission:words', { count: data.words }) },
            { term: t('partner:contactName'), value: data.contactName },
            { term: t('partner:email'), value: data.email },
            ...(data.country
              ? [{ term: t('common:country.label'), value: countryName(view, data.country) }]
              : []),
            ...(data.website ? [{ term: t('partner:website'), value: data.website }] : []),
            {
              term: t('partner:contributions'),
              value: t(`partner:contribution.${data.contribution}`),
            },
          ]}
        />
      </div>
      {data.can.withdraw ? (
        <form class="actions" method="post" action={paths.letterWithdraw(data.id)}>
          <HiddenKey value={data.idempotencyKey} version={data.version} />
          <Button look="danger">{t('partner:withdraw')}</Button>
        </form>
      ) : null}
    </>,
  );
}

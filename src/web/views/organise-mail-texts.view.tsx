import type { JSX } from 'preact';
import {
  Button,
  Choices,
  errorOf,
  ErrorSummary,
  HiddenKey,
  Select,
  TextArea,
  TextField,
} from '../components/forms.js';
import { Callout, Tag, type Tone } from '../components/parts.js';
import { DataTable } from '../components/tables.js';
import { page } from '../layout.js';
import { formatInstant, type View } from '../view.js';
import {
  ActForm,
  Head,
  organisePaths,
  Part,
  slugOf,
  wordOr,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';

/** How a text stands: a conference's own or the program's, older than the English one, or not there. */
export type TextStanding = 'own' | 'builtIn' | 'older' | 'missing';

const TONES: Record<TextStanding, Tone> = { own: 'ok', builtIn: 'quiet', older: 'warn', missing: 'bad' };

export interface MailTextsData extends OrganiseData, FormState {
  /** In use, English first. */
  languages: readonly string[];
  names: Readonly<Record<string, string>>;
  offered: readonly string[];
  rows: readonly { kind: string; languages: readonly { locale: string; standing: TextStanding }[] }[];
  may: boolean;
}

const kindName = (view: View, kind: string): string => wordOr(view, `mail:${kind}.name`, kind);

/** GET `/conferences/:slug/organise/mail-texts`; the form posts to `.../languages`. */
export function mailTextsPage(view: View, data: MailTextsData): string {
  const { t } = view;
  const slug = slugOf(view);
  return page(
    view,
    { title: t('mailing:texts.link'), area: 'organiser', active: 'mail' },
    <>
      <Head
        back={{ href: organisePaths.mail(slug), label: t('mailing:texts.mail') }}
        title={t('mailing:texts.title')}
        text={t('mailing:texts.lead')}
      />
      <ErrorSummary errors={data.errors} />
      {data.may ? (
        <form method="post" action={`${organisePaths.mailTexts(slug)}/languages`}>
          <HiddenKey value={`${data.idempotencyKey}.languages`} />
          <Choices
            type="checkbox"
            name="languages[]"
            label={t('mailing:texts.languages')}
            hint={`${t('mailing:texts.languagesText')} ${t('mailing:texts.english')}`}
            value={data.languages}
            options={data.offered
              .filter((locale) => locale !== 'en')
              .map((value) => ({ value, label: data.names[value]! }))}
            error={errorOf(data.errors, 'languages')}
          />
          <div class="actions">
            <Button look="second">{t('mailing:texts.saveLanguages')}</Button>
          </div>
        </form>
      ) : null}
      <div class="org-gap">
        <DataTable
          caption={t('mailing:texts.title')}
          rows={data.rows}
          id={(row) => row.kind}
          href={(row) => organisePaths.mailText(slug, row.kind, 'en')}
          empty={null}
          columns={[
            {
              key: 'kind',
              head: t('mailing:texts.kind'),
              main: true,
              cell: (row) => kindName(view, row.kind),
            },
            ...data.languages.map((locale) => ({
              key: locale,
              head: data.names[locale]!,
              cell: (row: MailTextsData['rows'][number]) => {
                const { standing } = row.languages.find((one) => one.locale === locale)!;
                return (
                  <a
                    href={organisePaths.mailText(slug, row.kind, locale)}
                    aria-label={`${t('mailing:texts.heading', { kind: kindName(view, row.kind), language: data.names[locale] })}: ${t(`mailing:texts.standing.${standing}`)}`}
                  >
                    <Tag tone={TONES[standing]}>{t(`mailing:texts.standing.${standing}`)}</Tag>
                  </a>
                );
              },
            })),
          ]}
        />
      </div>
    </>,
  );
}

export interface MailTextData extends OrganiseData, FormState {
  kind: string;
  locale: string;
  /** Its own name. */
  language: string;
  isFrame: boolean;
  wording: { subject: string; text: string };
  standing: TextStanding;
  /** The English text, beside a translation. */
  english: { subject: string; text: string } | null;
  version: number;
  variables: readonly { name: string; meaning: string }[];
  /** Submissions to try it with. */
  real: readonly { value: string; label: string }[];
  chosen: string;
  /** Null where it cannot be filled. */
  preview: { subject: string; text: string } | null;
  history: readonly {
    version: number;
    builtIn: boolean;
    subject: string | null;
    text: string | null;
    by: string | null;
    at: Date;
  }[];
  isOwn: boolean;
  may: boolean;
}

/** GET and POST `/conferences/:slug/organise/mail-texts/:kind/:locale`; `act` tells a preview from saving. */
export function mailTextPage(view: View, data: MailTextData): string {
  const { t } = view;
  const slug = slugOf(view);
  const here = organisePaths.mailText(slug, data.kind, data.locale);
  const title = t('mailing:texts.heading', { kind: kindName(view, data.kind), language: data.language });
  return page(
    view,
    { title, area: 'organiser', active: 'mail', scripts: ['mail-text'] },
    <>
      <Head back={{ href: organisePaths.mailTexts(slug), label: t('mailing:texts.back') }} title={title} />
      <ErrorSummary errors={data.errors} />
      <div class="org-split wide">
        <div class="org-main">
          <Callout tone={TONES[data.standing]}>
            <p>{t(`mailing:texts.${data.standing}`)}</p>
          </Callout>
          <form class="org-gap" method="post" action={here} data-keys>
            <HiddenKey value={`${data.idempotencyKey}.save`} version={data.version} />
            {data.isFrame ? null : (
              <TextField
                name="subject"
                label={t('mailing:texts.subject')}
                value={data.wording.subject}
                lang={data.locale}
                dir="auto"
                disabled={!data.may}
                error={errorOf(data.errors, 'subject')}
              />
            )}
            <TextArea
              name="text"
              label={t('mailing:texts.text')}
              {...(data.isFrame && { hint: t('mailing:texts.frameHint', { word: '{{ body }}' }) })}
              value={data.wording.text}
              rows={16}
              lang={data.locale}
              dir="auto"
              disabled={!data.may}
              error={errorOf(data.errors, 'text')}
            />
            {data.real.length > 0 ? (
              <Select
                name="with"
                label={t('mailing:texts.previewWith')}
                value={data.chosen}
                options={[{ value: '', label: t('mailing:texts.sample') }, ...data.real]}
              />
            ) : null}
            {data.may ? (
              <div class="actions">
                <Button>{t('mailing:texts.save')}</Button>
                <button class="button second" type="submit" name="act" value="preview">
                  {t('mailing:texts.preview')}
                </button>
              </div>
            ) : null}
          </form>
          {data.may && data.isOwn ? (
            <div class="org-gap">
              <ActForm
                action={`${here}/reset`}
                idempotencyKey={`${data.idempotencyKey}.reset`}
                version={data.version}
              >
                {t('mailing:texts.reset')}
              </ActForm>
            </div>
          ) : null}
          <Preview view={view} data={data} here={here} />
          {data.english ? (
            <Part title={t('mailing:texts.englishTitle')}>
              <p lang="en">
                <b>{data.english.subject}</b>
              </p>
              <pre class="org-mail-text" lang="en" tabIndex={0} aria-label={t('mailing:texts.englishTitle')}>
                {data.english.text}
              </pre>
            </Part>
          ) : null}
        </div>
        <aside class="org-side" aria-label={t('mailing:texts.variables')}>
          <h2>{t('mailing:texts.variables')}</h2>
          <p class="hint">{t('mailing:texts.variablesText')}</p>
          <ul class="org-words">
            {data.variables.map(({ name, meaning }) => (
              <li key={name}>
                <code>{`{{ ${name} }}`}</code> <span class="soft">{meaning}</span>
                <button
                  type="button"
                  class="button quiet"
                  hidden
                  data-insert={`{{ ${name} }}`}
                  aria-label={t('mailing:texts.insert', { word: name })}
                >
                  +
                </button>
              </li>
            ))}
          </ul>
          {data.history.length > 0 ? <History view={view} data={data} /> : null}
        </aside>
      </div>
    </>,
  );
}

function Preview({ view, data, here }: { view: View; data: MailTextData; here: string }): JSX.Element | null {
  const { t } = view;
  if (!data.preview) return null;
  return (
    <Part title={t('mailing:texts.previewTitle')} text={t('mailing:texts.previewText')}>
      <div class="org-mail">
        {data.isFrame ? null : (
          <p lang={data.locale} dir="auto">
            <b>{data.preview.subject}</b>
          </p>
        )}
        <pre
          class="org-mail-text"
          lang={data.locale}
          dir="auto"
          tabIndex={0}
          aria-label={t('mailing:texts.previewTitle')}
        >
          {data.preview.text}
        </pre>
      </div>
      <p>
        <a href={`${here}/mail${data.chosen ? `?with=${encodeURIComponent(data.chosen)}` : ''}`}>
          {t('mailing:texts.asHtml')}
        </a>
      </p>
    </Part>
  );
}

function History({ view, data }: { view: View; data: MailTextData }): JSX.Element {
  const { t } = view;
  return (
    <>
      <h2>{t('mailing:texts.history')}</h2>
      {data.history.map((one) => (
        <details key={one.version}>
          <summary>
            {t('mailing:texts.version', { n: one.version })}{' '}
            <span class="soft">
              {t('mailing:texts.by', { name: one.by ?? '', at: formatInstant(view, one.at, data.zone) })}
            </span>
          </summary>
          {one.builtIn ? (
            <p>{t('mailing:texts.versionBack')}</p>
          ) : (
            <>
              {one.subject ? (
                <p>
                  <b>{one.subject}</b>
                </p>
              ) : null}
              <pre
                class="org-mail-text"
                lang={data.locale}
                tabIndex={0}
                aria-label={t('mailing:texts.version', { n: one.version })}
              >
                {one.text}
              </pre>
            </>
          )}
        </details>
      ))}
    </>
  );
}

import type { RetentionDays } from '../../rights/retention-rules.js';
import { INSTALLATION_DAYS, RETENTION_KEYS } from '../../rights/retention-rules.js';
import { Button, ErrorSummary, HiddenKey, TextField } from '../components/forms.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';
import { bound, Head, organisePaths, Part, slugOf, type FormState } from './organise-parts.js';

export interface PrivacyData {
  organiserName: string;
  contactAddress: string;
  days: RetentionDays;
}

/** GET `/conferences/:slug/privacy`: what the conference keeps, why, who sees it and for how long. */
export function privacyPage(view: View, data: PrivacyData): string {
  const { t } = view;
  return page(
    view,
    { title: t('rights:privacy.title'), area: 'public', width: 'narrow' },
    <>
      <h1>{t('rights:privacy.title')}</h1>
      <p class="lead">{t('rights:privacy.lead', { organiser: data.organiserName })}</p>
      {(['what', 'who', 'never'] as const).map((part) => (
        <section key={part} class="section" aria-labelledby={part}>
          <h2 id={part}>{t(`rights:privacy.${part}.title`)}</h2>
          <p>{t(`rights:privacy.${part}.text`)}</p>
        </section>
      ))}
      <section class="section" aria-labelledby="how-long">
        <h2 id="how-long">{t('rights:privacy.howLong')}</h2>
        <ul class="holdings">
          <li>{t('rights:keeping.unconfirmed')}</li>
          {RETENTION_KEYS.map((key) => (
            <li key={key}>{t(`rights:keeping.told.${key}`, { count: data.days[key] })}</li>
          ))}
          <li>{t('rights:keeping.links', { count: INSTALLATION_DAYS.links })}</li>
          <li>{t('rights:keeping.sessions', { count: INSTALLATION_DAYS.sessions })}</li>
          <li>{t('rights:keeping.record')}</li>
        </ul>
      </section>
      <section class="section" aria-labelledby="yours">
        <h2 id="yours">{t('rights:privacy.yours.title')}</h2>
        <p>{t('rights:privacy.yours.text')}</p>
        <p>
          <a href={paths.data}>{t('rights:data.title')}</a>
        </p>
        {data.contactAddress ? (
          <p>
            {t('rights:privacy.contact')} <a href={`mailto:${data.contactAddress}`}>{data.contactAddress}</a>
          </p>
        ) : null}
      </section>
    </>,
  );
}

export interface KeepingData extends FormState {
  days: RetentionDays;
  version: number;
  mayEdit: boolean;
}

/** GET `/conferences/:slug/organise/keeping`; the form posts there: a number of days each. */
export function keepingPage(view: View, data: KeepingData): string {
  const { t } = view;
  const slug = slugOf(view);
  return page(
    view,
    { title: t('common:organise.keeping'), area: 'organiser', active: 'keeping' },
    <>
      <Head title={t('rights:keeping.title')} text={t('rights:keeping.lead')} />
      <Part title={t('rights:keeping.set')} text={t('rights:keeping.setText')}>
        <form class="org-form" method="post" action={organisePaths.keeping(slug)} noValidate>
          <HiddenKey value={data.idempotencyKey} version={data.version} />
          <ErrorSummary errors={data.errors} />
          {RETENTION_KEYS.map((key) => (
            <TextField
              key={key}
              {...bound(data, key, data.days[key])}
              type="number"
              min={1}
              max={3650}
              short
              label={t(`rights:keeping.label.${key}`)}
              hint={t(`rights:keeping.hint.${key}`)}
              disabled={!data.mayEdit}
              required
            />
          ))}
          {data.mayEdit ? (
            <div class="actions">
              <Button>{t('rights:keeping.save')}</Button>
            </div>
          ) : null}
        </form>
      </Part>
      <Part title={t('rights:keeping.always')}>
        <ul class="holdings">
          <li>{t('rights:keeping.unconfirmed')}</li>
          <li>{t('rights:keeping.links', { count: INSTALLATION_DAYS.links })}</li>
          <li>{t('rights:keeping.sessions', { count: INSTALLATION_DAYS.sessions })}</li>
          <li>{t('rights:keeping.record')}</li>
        </ul>
        <p>
          <a href={paths.privacy(slug)}>{t('rights:keeping.public')}</a>
        </p>
      </Part>
    </>,
  );
}

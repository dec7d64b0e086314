import type { JSX } from 'preact';
import { CountrySelect, countryName, ownLanguageName } from '../components/country.js';
import { useView } from '../components/context.js';
import {
  Button,
  Choices,
  ErrorSummary,
  HiddenKey,
  LinkButton,
  Select,
  TextArea,
  TextField,
  errorOf,
  type FieldErrors,
} from '../components/forms.js';
import { Callout, Facts, Instant, Tag, type Tone } from '../components/parts.js';
import { isStandIn } from '../../people/stand-in.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';

/** A registration as typed. */
export interface RegistrationValues {
  name: string;
  email: string;
  /** Filled in where the attendee's identity is to be protected. */
  publicName: string;
  affiliation: string;
  /** ISO 3166-1 alpha-2, or empty. */
  country: string;
  attendance: string;
  /** Language tag of the interpretation, or empty for none. */
  interpretation: string;
  accessNeeds: string;
}

export interface RegisterPageData {
  slug: string;
  conference: string;
  /** False before and after registration. */
  open: boolean;
  /** Days and place, already in words. */
  when: string;
  floorLanguage: string;
  interpretation: readonly string[];
  /** False when no seats are left in the room. */
  seatsLeft: boolean;
  values: RegistrationValues;
  errors?: FieldErrors;
  idempotencyKey: string;
  /** Set when an existing registration is changed. */
  changing?: { id: string; version: number };
  guest: boolean;
}

/** Attending without a paper. */
export function registerPage(view: View, data: RegisterPageData): string {
  const { t } = view;
  const title = t(data.changing ? 'register:titleChange' : 'register:title');
  return page(
    view,
    { title, area: 'public', active: 'register', width: 'narrow', scripts: ['address'] },
    <>
      <p class="eyebrow">{data.when}</p>
      <h1>{title}</h1>
      {data.changing ? null : <p class="lead">{t('register:lead', { conference: data.conference })}</p>}
      {data.open ? (
        <RegisterForm data={data} />
      ) : (
        <div class="section first">
          <Callout title={t('register:closedTitle')}>
            <p>{t('register:closed')}</p>
          </Callout>
        </div>
      )}
    </>,
  );
}

function RegisterForm({ data }: { data: RegisterPageData }): JSX.Element {
  const { t } = useView();
  const { values, errors } = data;
  return (
    <form
      method="post"
      action={data.changing ? paths.registrationEdit(data.changing.id) : paths.register(data.slug)}
      noValidate
    >
      <HiddenKey value={data.idempotencyKey} version={data.changing?.version} />
      <ErrorSummary errors={errors} />
      <TextField
        name="name"
        label={t('register:name')}
        hint={t('register:nameHint')}
        value={values.name}
        autocomplete="name"
        required
        error={errorOf(errors, 'name')}
      />
      {data.changing ? null : (
        <TextField
          name="email"
          type="email"
          inputmode="email"
          label={t('register:email')}
          value={values.email}
          autocomplete="email"
          spellcheck={false}
          required
          error={errorOf(errors, 'email')}
        />
      )}
      {data.changing || isStandIn(values.email) ? null : (
        <details
          class="at-risk"
          open={values.publicName !== '' || errorOf(errors, 'publicName') !== undefined}
        >
          <summary>{t('protection:form.summary')}</summary>
          <p class="hint">{t('protection:form.registerText')}</p>
          <TextField
            name="publicName"
            label={t('protection:form.publicName')}
            hint={t('protection:form.publicNameHint')}
            value={values.publicName}
            autocomplete="off"
            optional
            error={errorOf(errors, 'publicName')}
          />
        </details>
      )}
      <div class="fields-2 wide">
        <TextField
          name="affiliation"
          label={t('register:affiliation')}
          value={values.affiliation}
          autocomplete="organization"
          optional
          error={errorOf(errors, 'affiliation')}
        />
        <CountrySelect name="country" value={values.country} optional error={errorOf(errors, 'country')} />
      </div>
      <Choices
        type="radio"
        look="list"
        name="attendance"
        label={t('register:mode')}
        value={values.attendance}
        error={errorOf(errors, 'attendance')}
        options={[
          {
            value: 'in_person',
            label: t('register:modes.in_person'),
            hint: t(data.seatsLeft ? 'register:modes.in_personHint' : 'register:modes.full'),
          },
          { value: 'online', label: t('register:modes.online'), hint: t('register:modes.onlineHint') },
        ]}
      />
      <Select
        name="interpretation"
        label={t('register:interpretation')}
        hint={t('register:interpretationHint')}
        value={values.interpretation}
        error={errorOf(errors, 'interpretation')}
        options={[
          { value: '', label: t('register:floor', { language: ownLanguageName(data.floorLanguage) }) },
          ...data.interpretation.map((tag) => ({ value: tag, label: ownLanguageName(tag) })),
        ]}
      />
      <TextArea
        name="accessNeeds"
        label={t('register:access')}
        hint={t('register:accessHint')}
        optional
        rows={3}
        value={values.accessNeeds}
        error={errorOf(errors, 'accessNeeds')}
      />
      <div class="actions">
        <Button>{t(data.changing ? 'register:save' : 'register:do')}</Button>
        {data.changing ? (
          <LinkButton look="quiet" href={paths.registration(data.changing.id)}>
            {t('register:leave')}
          </LinkButton>
        ) : null}
      </div>
      {data.guest && !data.changing ? <p class="soft after-actions">{t('register:guest')}</p> : null}
    </form>
  );
}

export type RegistrationState = 'held' | 'registered' | 'cancelled';

const TONE: Record<RegistrationState, Tone> = {
  held: 'warn',
  registered: 'ok',
  cancelled: 'quiet',
};

/** A registration as the attendee sees it. */
export interface RegistrationPageData {
  /** Code shown at the check-in. */
  id: string;
  conference: string;
  when: string;
  name: string;
  email: string;
  affiliation: string | null;
  country: string | null;
  attendance: 'in_person' | 'online';
  interpretation: string | null;
  accessNeeds: string | null;
  state: RegistrationState;
  registeredAt: Date;
  zone: string;
  can: { change: boolean; cancel: boolean };
  idempotencyKey: string;
  version: number;
}

/** How a registration stands, with change and cancel. */
export function registrationPage(view: View, data: RegistrationPageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('register:status.title'), area: 'public', active: 'register', width: 'narrow' },
    <>
      <p class="eyebrow">
        <span class="code">{data.id}</span>{' '}
        <Tag tone={TONE[data.state]}>{t(`register:state.${data.state}.word`)}</Tag>
      </p>
      <h1>{t(`register:state.${data.state}.title`)}</h1>
      <p class="lead">{t(`register:state.${data.state}.text`, { address: data.email })}</p>
      <div class="section">
        <Facts
          items={[
            { term: t('register:status.conference'), value: data.conference },
            { term: t('register:status.when'), value: data.when },
            { term: t('register:name'), value: <bdi>{data.name}</bdi> },
            ...(isStandIn(data.email) ? [] : [{ term: t('register:email'), value: data.email }]),
            ...(data.affiliation ? [{ term: t('register:affiliation'), value: data.affiliation }] : []),
            ...(data.country
              ? [{ term: t('common:country.label'), value: countryName(view, data.country) }]
              : []),
            { term: t('register:mode'), value: t(`register:modes.${data.attendance}`) },
            {
              term: t('register:interpretation'),
              value: data.interpretation ? (
                <span lang={data.interpretation}>{ownLanguageName(data.interpretation)}</span>
              ) : (
                t('register:status.none')
              ),
            },
            ...(data.accessNeeds ? [{ term: t('register:access'), value: data.accessNeeds }] : []),
            { term: t('register:status.at'), value: <Instant at={data.registeredAt} zone={data.zone} own /> },
          ]}
        />
      </div>
      {data.can.change || data.can.cancel ? (
        <div class="actions">
          {data.can.change ? (
            <LinkButton look="second" href={paths.registrationEdit(data.id)}>
              {t('register:status.change')}
            </LinkButton>
          ) : null}
        </div>
      ) : null}
      {data.can.cancel ? (
        <details class="section">
          <summary>{t('register:status.cannot')}</summary>
          <form class="callout warn cancel" method="post" action={paths.registrationCancel(data.id)}>
            <HiddenKey value={data.idempotencyKey} version={data.version} />
            <p>{t('register:status.cancelText')}</p>
            <p>
              <Button look="danger">{t('register:status.cancel')}</Button>
            </p>
          </form>
        </details>
      ) : null}
    </>,
  );
}

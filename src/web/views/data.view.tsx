import type { JSX } from 'preact';
import type { Effect, SoleRole } from '../../rights/rights-rules.js';
import type { NamedElsewhere } from '../../rights/rights.service.js';
import { useView } from '../components/context.js';
import { CountrySelect } from '../components/country.js';
import {
  Button,
  ErrorSummary,
  HiddenKey,
  LinkButton,
  TextField,
  errorOf,
  type FieldErrors,
} from '../components/forms.js';
import { Callout, Instant, Tag } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';
import { Holdings } from './holdings.js';

export interface ConsentRow {
  /** Conference's slug, or empty for the installation. */
  conference: string;
  conferenceName: string | null;
  purpose: string;
  text: string;
  givenAt: Date | null;
}

export interface DataPageData {
  values: Record<'name' | 'nativeName' | 'affiliation' | 'country' | 'orcid', string>;
  version: number;
  /** Names and ORCID are sealed; `values.name` is the one that others see. */
  isProtected: boolean;
  errors?: FieldErrors;
  named: readonly NamedElsewhere[];
  consents: readonly ConsentRow[];
  idempotencyKey: string;
}

/** GET `/me/data`; the form posts there. */
export function dataPage(view: View, data: DataPageData): string {
  const { t } = view;
  const { values, errors } = data;
  return page(
    view,
    { title: t('rights:data.title'), area: 'public', active: 'me' },
    <div class="me">
      <p class="eyebrow">
        <a href={paths.me}>{t('me:title')}</a>
      </p>
      <h1>{t('rights:data.title')}</h1>
      <p class="lead">{t('rights:data.lead')}</p>
      <section class="section first" aria-labelledby="export">
        <h2 id="export">{t('rights:data.export')}</h2>
        <p class="soft">{t('rights:data.exportText')}</p>
        <div class="actions">
          <LinkButton look="second" href={paths.dataExport}>
            {t('rights:data.exportDo')}
          </LinkButton>
        </div>
      </section>
      <section class="section" aria-labelledby="correct">
        <h2 id="correct">{t('rights:data.correct')}</h2>
        <p class="soft">
          {data.isProtected
            ? t('rights:data.correctProtected', { name: values.name })
            : t('rights:data.correctText')}
        </p>
        <form method="post" action={paths.data} noValidate>
          <HiddenKey value={data.idempotencyKey} version={data.version} />
          <ErrorSummary errors={errors} />
          {data.isProtected ? (
            <input type="hidden" name="name" value={values.name} />
          ) : (
            <>
              <TextField
                name="name"
                label={t('rights:person.name')}
                value={values.name}
                autocomplete="name"
                dir="auto"
                required
                error={errorOf(errors, 'name')}
              />
              <TextField
                name="nativeName"
                label={t('rights:person.nativeName')}
                value={values.nativeName}
                dir="auto"
                optional
                error={errorOf(errors, 'nativeName')}
              />
            </>
          )}
          <TextField
            name="affiliation"
            label={t('rights:person.affiliation')}
            value={values.affiliation}
            autocomplete="organization"
            dir="auto"
            optional
            error={errorOf(errors, 'affiliation')}
          />
          <CountrySelect name="country" value={values.country} error={errorOf(errors, 'country')} />
          {data.isProtected ? null : (
            <TextField
              name="orcid"
              label={t('rights:person.orcid')}
              value={values.orcid}
              spellcheck={false}
              optional
              error={errorOf(errors, 'orcid')}
            />
          )}
          <div class="actions">
            <Button look="second">{t('rights:data.correctDo')}</Button>
          </div>
        </form>
      </section>
      <Named data={data} />
      <Consents data={data} />
      <section class="section" aria-labelledby="erase">
        <h2 id="erase">{t('rights:erase.title')}</h2>
        <p class="soft">{t('rights:erase.text')}</p>
        <form method="post" action={paths.dataAskErase}>
          <HiddenKey value={`${data.idempotencyKey}.erase`} />
          <div class="actions">
            <Button look="danger">{t('rights:erase.ask')}</Button>
          </div>
        </form>
      </section>
    </div>,
  );
}

function Named({ data }: { data: DataPageData }): JSX.Element | null {
  const { t } = useView();
  if (data.named.length === 0 || data.isProtected) return null;
  return (
    <section class="section" aria-labelledby="named">
      <h2 id="named">{t('rights:named.title')}</h2>
      <p class="soft">{t('rights:named.text')}</p>
      <ul class="entries">
        {data.named.map((one) => (
          <li key={`${one.kind}${one.where}`} class="entry">
            <span>
              <bdi>{one.name}</bdi>
              {one.nativeName ? (
                <>
                  {' '}
                  (<bdi>{one.nativeName}</bdi>)
                </>
              ) : null}
              {one.affiliation ? (
                <>
                  , <bdi>{one.affiliation}</bdi>
                </>
              ) : null}
              <span class="under">{t(`rights:named.${one.kind}`, { where: one.where })}</span>
            </span>
            <form method="post" action={paths.data}>
              <HiddenKey value={`${data.idempotencyKey}.${one.where}`} version={data.version} />
              {(['name', 'nativeName', 'affiliation', 'country', 'orcid'] as const).map((name) => (
                <input key={name} type="hidden" name={name} value={one[name] || data.values[name]} />
              ))}
              <Button look="quiet" label={t('rights:named.takeOf', { where: one.where })}>
                {t('rights:named.take')}
              </Button>
            </form>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Consents({ data }: { data: DataPageData }): JSX.Element | null {
  const { t } = useView();
  if (data.consents.length === 0) return null;
  return (
    <section class="section" aria-labelledby="consents">
      <h2 id="consents">{t('rights:consent.title')}</h2>
      <p class="soft">{t('rights:consent.lead')}</p>
      <ul class="entries">
        {data.consents.map((one) => (
          <li key={`${one.conference}${one.purpose}`} class="entry">
            <span>
              {one.text} {one.givenAt ? <Tag tone="ok">{t('rights:consent.given')}</Tag> : null}
              <span class="under">
                {one.conferenceName}
                {one.givenAt ? (
                  <>
                    {' · '}
                    <Instant at={one.givenAt} zone="UTC" own />
                  </>
                ) : null}
              </span>
            </span>
            <form method="post" action={`${paths.data}/consents`}>
              <HiddenKey value={`${data.idempotencyKey}.${one.purpose}${one.conference}`} />
              <input type="hidden" name="conference" value={one.conference} />
              <input type="hidden" name="purpose" value={one.purpose} />
              <input type="hidden" name="act" value={one.givenAt ? 'withdraw' : 'give'} />
              <Button
                look="quiet"
                label={t(one.givenAt ? 'rights:consent.withdrawOf' : 'rights:consent.giveOf', {
                  text: one.text,
                })}
              >
                {t(one.givenAt ? 'rights:consent.withdraw' : 'rights:consent.give')}
              </Button>
            </form>
          </li>
        ))}
      </ul>
    </section>
  );
}

export interface ErasePageData {
  secret: string;
  effects: readonly Effect[];
  sole: readonly SoleRole[];
  hash: string;
}

/** GET `/me/data/erase/:secret`: what an erasure does, before it is done; the form posts there: `hash`. */
export function erasePage(view: View, data: ErasePageData): string {
  const { t } = view;
  const of = (fate: string): Effect[] => data.effects.filter((effect) => effect.fate === fate);
  return page(
    view,
    { title: t('rights:erase.title'), area: 'public', active: 'me', width: 'narrow' },
    <>
      <h1>{t('rights:erase.sure')}</h1>
      <p class="lead">{t('rights:erase.final')}</p>
      {(['deleted', 'emptied', 'kept'] as const).map((fate) => (
        <section key={fate} class="section" aria-labelledby={fate}>
          <h2 id={fate}>{t(`rights:erase.${fate}`)}</h2>
          <p class="soft">{t(`rights:erase.${fate}Text`)}</p>
          <Holdings effects={of(fate)} />
        </section>
      ))}
      <section class="section" aria-labelledby="beyond">
        <h2 id="beyond">{t('rights:erase.beyond')}</h2>
        <p>{t('rights:erase.beyondText')}</p>
      </section>
      {data.sole.length > 0 ? (
        <Callout tone="warn" title={t('rights:erase.soleTitle')}>
          <ul class="holdings">
            {data.sole.map(({ role, conference }) => (
              <li key={`${role}${conference}`}>
                {t(`me:role.${role}`)}
                {conference ? `, ${conference}` : ''}
              </li>
            ))}
          </ul>
          <p>{t('rights:erase.soleText')}</p>
        </Callout>
      ) : (
        <form method="post" action={paths.dataErase(data.secret)}>
          <input type="hidden" name="hash" value={data.hash} />
          <div class="actions">
            <Button look="danger">{t('rights:erase.do')}</Button>
            <LinkButton look="quiet" href={paths.data}>
              {t('rights:erase.leave')}
            </LinkButton>
          </div>
        </form>
      )}
    </>,
  );
}

/** After it; nobody is signed in any more. */
export function erasedPage(view: View): string {
  const { t } = view;
  return page(
    { ...view, viewer: null },
    { title: t('rights:erase.doneTitle'), area: 'public', width: 'narrow' },
    <>
      <h1>{t('rights:erase.doneTitle')}</h1>
      <p class="lead">{t('rights:erase.doneText')}</p>
      <p>
        <a href={paths.home}>{t('rights:erase.home')}</a>
      </p>
    </>,
  );
}

import type { JSX } from 'preact';
import { useView } from '../components/context.js';
import {
  Button,
  ErrorSummary,
  HiddenKey,
  TextField,
  errorOf,
  type FieldErrors,
} from '../components/forms.js';
import { Callout, Facts, Instant, Isolated } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';

/** A person's own protection. */
export interface ProtectionPageData {
  /** Null where they go by their own name. */
  own: {
    publicName: string;
    since: Date;
    identity: { name: string; nativeName: string | null; orcid: string | null } | null;
    addresses: readonly string[];
  } | null;
  /** When officers looked, and of which conference; the last one first. */
  looks: readonly { at: Date; conference: string }[];
  /** As typed, or as it stands. */
  publicName: string;
  errors?: FieldErrors;
  idempotencyKey: string;
  /** Zone in which times are shown before the browser knows better. */
  zone: string;
}

/** GET `/me/protection`; posts `publicName` there, and nothing to `/me/protection/end`. */
export function protectionPage(view: View, data: ProtectionPageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('protection:title'), area: 'public', active: 'me', width: 'narrow' },
    <>
      <p class="eyebrow">
        <a href={paths.me}>{t('me:title')}</a>
      </p>
      <h1>{data.own ? t('protection:isProtected') : t('protection:title')}</h1>
      <p class="lead">{t(data.own ? 'protection:leadProtected' : 'protection:lead')}</p>
      {data.own ? <Standing data={data} own={data.own} /> : null}
      <section class="section">
        <h2>{t(data.own ? 'protection:change' : 'protection:ask')}</h2>
        <form method="post" action={paths.protection} noValidate>
          <HiddenKey value={data.idempotencyKey} />
          <ErrorSummary errors={data.errors} />
          <TextField
            name="publicName"
            label={t('protection:publicName')}
            hint={t('protection:publicNameHint')}
            value={data.publicName}
            autocomplete="off"
            required
            error={errorOf(data.errors, 'publicName')}
          />
          <div class="actions">
            <Button look={data.own ? 'second' : 'main'}>
              {t(data.own ? 'protection:changeDo' : 'protection:do')}
            </Button>
          </div>
        </form>
      </section>
      <Words />
      {data.own ? (
        <details class="section">
          <summary>{t('protection:end')}</summary>
          <form class="callout warn cancel" method="post" action={paths.protectionEnd}>
            <HiddenKey value={`${data.idempotencyKey}.end`} />
            <p>{t('protection:endText')}</p>
            <p>
              <Button look="danger">{t('protection:endDo')}</Button>
            </p>
          </form>
        </details>
      ) : null}
    </>,
  );
}

function Standing(props: {
  data: ProtectionPageData;
  own: NonNullable<ProtectionPageData['own']>;
}): JSX.Element {
  const { t } = useView();
  const { own, data } = props;
  return (
    <>
      <div class="section first">
        <Facts
          items={[
            { term: t('protection:others'), value: <bdi>{own.publicName}</bdi> },
            ...(own.identity
              ? [
                  {
                    term: t('protection:name'),
                    value: <bdi>{own.identity.name || t('protection:noName')}</bdi>,
                  },
                ]
              : []),
            ...(own.identity?.nativeName
              ? [{ term: t('protection:nativeName'), value: <Isolated>{own.identity.nativeName}</Isolated> }]
              : []),
            ...(own.identity?.orcid ? [{ term: 'ORCID', value: own.identity.orcid }] : []),
            ...own.addresses.map((address) => ({
              term: t('protection:address'),
              value: <bdi>{address}</bdi>,
            })),
            { term: t('protection:since'), value: <Instant at={own.since} zone={data.zone} own /> },
          ]}
        />
        <p class="soft">{t(own.identity ? 'protection:ownOnly' : 'protection:gone')}</p>
      </div>
      <section class="section">
        <h2>{t('protection:looks', { count: data.looks.length })}</h2>
        {data.looks.length === 0 ? (
          <p class="soft">{t('protection:noLooks')}</p>
        ) : (
          <ul class="bullets">
            {data.looks.map((look, i) => (
              <li key={i}>
                <Instant at={look.at} zone={data.zone} own /> · {look.conference}
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

/** What protection does and what it cannot do, in the same words everywhere. */
function Words(): JSX.Element {
  const { t } = useView();
  return (
    <>
      <section class="section">
        <Callout tone="ok" title={t('protection:hides.title')}>
          <ul class="bullets">
            {['name', 'address', 'orcid', 'mail', 'officers', 'back'].map((key) => (
              <li key={key}>{t(`protection:hides.${key}`)}</li>
            ))}
          </ul>
        </Callout>
      </section>
      <section class="section">
        <Callout tone="warn" title={t('protection:cannot.title')}>
          <ul class="bullets">
            {['known', 'sent', 'text', 'affiliation', 'place', 'printed', 'linked'].map((key) => (
              <li key={key}>{t(`protection:cannot.${key}`)}</li>
            ))}
          </ul>
        </Callout>
      </section>
    </>
  );
}

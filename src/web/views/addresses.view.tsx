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
import { Callout, Tag } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';

/** A person's own addresses. */
export interface AddressesPageData {
  addresses: readonly { address: string; typed: string; primary: boolean; confirmed: boolean }[];
  /** Goes by another name; the addresses are shown as their owner wrote them all the same. */
  isProtected: boolean;
  form: { values: { email: string }; errors?: FieldErrors };
  idempotencyKey: string;
}

/** GET `/me/addresses`; the form posts there: `email`. */
export function addressesPage(view: View, data: AddressesPageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('rights:address.title'), area: 'public', active: 'me', scripts: ['address'] },
    <div class="me">
      <p class="eyebrow">
        <a href={paths.me}>{t('me:title')}</a>
      </p>
      <h1>{t('rights:address.title')}</h1>
      <p class="lead">{t('rights:address.lead')}</p>
      <ul class="entries section first">
        {data.addresses.map((one) => (
          <li key={one.address} class="entry">
            <span>
              <bdi>{one.typed}</bdi>{' '}
              {one.primary ? (
                <Tag>{t('rights:address.primary')}</Tag>
              ) : one.confirmed ? null : (
                <Tag tone="warn">{t('rights:address.unconfirmed')}</Tag>
              )}
            </span>
            {one.primary ? null : <Acts address={one.address} typed={one.typed} confirmed={one.confirmed} />}
          </li>
        ))}
      </ul>
      <section class="section" aria-labelledby="add-address">
        <h2 id="add-address">{t('rights:address.add')}</h2>
        <p class="soft">{t(data.isProtected ? 'rights:address.protected' : 'rights:address.how')}</p>
        {data.isProtected ? (
          <p>
            <a href={paths.protection}>{t('protection:me.see')}</a>
          </p>
        ) : (
          <form method="post" action={paths.addresses} noValidate>
            <HiddenKey value={data.idempotencyKey} />
            <ErrorSummary errors={data.form.errors} />
            <TextField
              name="email"
              type="email"
              label={t('rights:address.new')}
              value={data.form.values.email}
              autocomplete="email"
              spellcheck={false}
              required
              error={errorOf(data.form.errors, 'email')}
            />
            <div class="actions">
              <Button look="second">{t('rights:address.do')}</Button>
            </div>
          </form>
        )}
      </section>
    </div>,
  );
}

function Acts({
  address,
  typed,
  confirmed,
}: {
  address: string;
  typed: string;
  confirmed: boolean;
}): JSX.Element {
  const { t } = useView();
  return (
    <span class="actions">
      {confirmed ? (
        <form method="post" action={paths.addressPrimary}>
          <input type="hidden" name="email" value={address} />
          <Button look="quiet" label={t('rights:address.makePrimaryOf', { address: typed })}>
            {t('rights:address.makePrimary')}
          </Button>
        </form>
      ) : null}
      <form method="post" action={paths.addressRemove}>
        <input type="hidden" name="email" value={address} />
        <Button look="quiet" label={t('rights:address.removeOf', { address: typed })}>
          {t('rights:address.remove')}
        </Button>
      </form>
    </span>
  );
}

/** What a mailed link says before it is used. */
export interface ConfirmAddressData {
  secret: string;
  typed: string;
}

/** GET `/me/addresses/confirm/:secret`; its one button posts there. */
export function confirmAddressPage(view: View, data: ConfirmAddressData): string {
  const { t } = view;
  return page(
    view,
    { title: t('rights:address.confirmTitle'), area: 'public', active: 'me', width: 'narrow' },
    <>
      <h1>{t('rights:address.confirmTitle')}</h1>
      <p class="lead">
        <bdi>{data.typed}</bdi>
      </p>
      <p>{t('rights:address.confirmText', { name: view.viewer?.name || view.viewer?.address })}</p>
      <form method="post" action={paths.addressConfirm(data.secret)}>
        <div class="actions">
          <Button>{t('rights:address.confirmDo')}</Button>
        </div>
      </form>
    </>,
  );
}

/** Where a mailed link does not work. */
export function linkTroublePage(view: View, message: string): string {
  const { t } = view;
  return page(
    view,
    { title: t('rights:link.title'), area: 'public', active: 'me', width: 'narrow' },
    <>
      <h1>{t('rights:link.title')}</h1>
      <Callout tone="warn">
        <p>{message}</p>
      </Callout>
      <p>{t('rights:link.goOn')}</p>
      <p>
        <a href={paths.addresses}>{t('rights:address.title')}</a> ·{' '}
        <a href={paths.data}>{t('rights:data.title')}</a>
      </p>
    </>,
  );
}

import {
  Button,
  ErrorSummary,
  LinkButton,
  TextField,
  errorOf,
  type FieldErrors,
} from '../components/forms.js';
import { Facts } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';

/** What happened on the way to ORCID and back, and how to go on. */
export function orcidRefusedPage(view: View, data: { problem: string; linking: boolean }): string {
  const { t } = view;
  return page(
    view,
    { title: t('signin:orcid.refused'), area: 'public', width: 'narrow' },
    <>
      <h1>{t('signin:orcid.refused')}</h1>
      <p class="lead">{data.problem}</p>
      <p>{t('signin:orcid.kept')}</p>
      <div class="actions">
        <form method="post" action={data.linking ? paths.orcidLink : paths.orcidSignIn}>
          <Button>{t('signin:orcid.again')}</Button>
        </form>
        <LinkButton look="second" href={data.linking ? paths.ways : paths.signIn}>
          {t(data.linking ? 'signin:orcid.back' : 'signin:orcid.link')}
        </LinkButton>
      </div>
    </>,
  );
}

/** Asks for an address, for an iD that nobody is known by. Posts `email`. */
export function orcidAddressPage(
  view: View,
  data: { orcid: string; values: { email: string }; errors?: FieldErrors },
): string {
  const { t } = view;
  return page(
    view,
    { title: t('signin:orcid.address.title'), area: 'public', width: 'narrow' },
    <>
      <p class="eyebrow code">{data.orcid}</p>
      <h1>{t('signin:orcid.address.title')}</h1>
      <p class="lead">{t('signin:orcid.address.lead')}</p>
      <form method="post" action={paths.orcidAddress} noValidate>
        <ErrorSummary errors={data.errors} />
        <TextField
          name="email"
          type="email"
          label={t('signin:email')}
          hint={t('signin:emailHint')}
          value={data.values.email}
          autocomplete="email"
          inputmode="email"
          spellcheck={false}
          required
          error={errorOf(data.errors, 'email')}
        />
        <p class="soft">{t('signin:orcid.address.browser')}</p>
        <div class="actions">
          <Button>{t('signin:send')}</Button>
        </div>
      </form>
    </>,
  );
}

/** Asks whether the shown iD is to sign in to this account; nothing is linked by looking. */
export function orcidClaimPage(view: View, data: { orcid: string; address: string; next: string }): string {
  const { t } = view;
  return page(
    view,
    { title: t('signin:orcid.claim.title'), area: 'public', width: 'narrow' },
    <>
      <h1>{t('signin:orcid.claim.title')}</h1>
      <p class="lead">{t('signin:orcid.claim.lead')}</p>
      <Facts
        items={[
          { term: t('signin:orcid.claim.iD'), value: <span class="code">{data.orcid}</span> },
          { term: t('signin:orcid.claim.account'), value: <bdi>{data.address}</bdi> },
        ]}
      />
      <form class="actions" method="post" action={paths.orcidClaim}>
        <Button>{t('signin:orcid.claim.do')}</Button>
        <LinkButton look="quiet" href={data.next}>
          {t('signin:orcid.claim.not')}
        </LinkButton>
      </form>
    </>,
  );
}

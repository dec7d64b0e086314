import type { JSX } from 'preact';
import { useView } from '../components/context.js';
import {
  Button,
  ErrorSummary,
  LinkButton,
  TextField,
  errorOf,
  type FieldErrors,
} from '../components/forms.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';

export interface SignInPageData {
  values: { email: string };
  /** Local path to go on to afterwards. */
  next: string;
  errors?: FieldErrors;
  /** Why the reader was sent here, e.g. a page that needs to know who they are. */
  needed: boolean;
  /** The one address at which passkeys work. */
  origin: string;
  /** Whether signing in by ORCID is offered. */
  orcid: boolean;
}

/** Asks for an address. Posts `email` and `next`. */
export function signInPage(view: View, data: SignInPageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('signin:title'), area: 'public', width: 'narrow', scripts: ['passkey'] },
    <>
      <h1>{t('signin:title')}</h1>
      <p class="lead">{t(data.needed ? 'signin:needed' : 'signin:lead')}</p>
      <form method="post" action={paths.signIn} noValidate>
        <ErrorSummary errors={data.errors} />
        <input type="hidden" name="next" value={data.next} />
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
        <div class="actions">
          <Button>{t('signin:send')}</Button>
        </div>
      </form>
      <PasskeyForm next={data.next} origin={data.origin} look="second" />
      {data.orcid ? (
        <form class="section" method="post" action={paths.orcidSignIn}>
          <input type="hidden" name="next" value={data.next} />
          <div class="actions">
            <Button look="second">{t('signin:orcid.do')}</Button>
          </div>
        </form>
      ) : null}
      <p class="soft section">{t('signin:why')}</p>
    </>,
  );
}

/** Hidden until `passkey.js` has found a browser that can; posts `next` and, filled by the script, `answer`. */
export function PasskeyForm(props: { next: string; origin: string; look: 'main' | 'second' }): JSX.Element {
  const { t } = useView();
  return (
    <form
      class="section"
      method="post"
      action={paths.passkeySignIn}
      hidden
      data-passkey="sign-in"
      data-options={paths.passkeySignInOptions}
      data-origin={props.origin}
    >
      <input type="hidden" name="next" value={props.next} />
      <input type="hidden" name="answer" value="" />
      <p class="problem" role="alert" hidden data-passkey-problem>
        {t('signin:passkey.notDone')}
      </p>
      <div class="actions">
        <Button look={props.look}>{t('signin:passkey.do')}</Button>
      </div>
    </form>
  );
}

export interface PasskeyPageData {
  next: string;
  /** The one address at which passkeys work. */
  origin: string;
}

/** Asks for a passkey where a mailed link is not enough, or once more where one was refused. */
export function passkeyPage(view: View, data: PasskeyPageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('signin:passkey.title'), area: 'public', width: 'narrow', scripts: ['passkey'] },
    <>
      <h1>{t('signin:passkey.title')}</h1>
      <p class="lead">{t('signin:passkey.lead')}</p>
      <PasskeyForm {...data} look="main" />
      <p data-passkey-without>
        {t('signin:passkey.without')} <bdi>{data.origin}</bdi>.
      </p>
      <p class="soft section">{t('signin:passkey.lost')}</p>
      <div class="actions">
        <LinkButton look="quiet" href={`${paths.signIn}?next=${encodeURIComponent(data.next)}`}>
          {t('signin:passkey.link')}
        </LinkButton>
      </div>
    </>,
  );
}

export interface SignInSentPageData {
  /** The address as typed; empty where this browser asked for no link lately. */
  email: string;
  /** How long the link works, in minutes. */
  minutes: number;
  /** Where to ask again. */
  next: string;
}

/** The same for everybody, known or not: nothing can be learned about an address here. */
export function signInSentPage(view: View, data: SignInSentPageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('signin:sent.title'), area: 'public', width: 'narrow' },
    <>
      <h1>{t('signin:sent.title')}</h1>
      <p class="lead">
        {data.email ? (
          <>
            {t('signin:sent.before')} <bdi>{data.email}</bdi>.
          </>
        ) : (
          t('signin:sent.somewhere')
        )}{' '}
        {t('signin:sent.minutes', { count: data.minutes })}
      </p>
      <ul class="bullets section first">
        <li>{t('signin:sent.spam')}</li>
        <li>{t('signin:sent.device')}</li>
      </ul>
      <div class="actions">
        <LinkButton look="second" href={`${paths.signIn}?next=${encodeURIComponent(data.next)}`}>
          {t('signin:sent.again')}
        </LinkButton>
      </div>
    </>,
  );
}

export interface SignInConfirmPageData {
  /** From `SignIn.look`: only an open link can be used. */
  state: 'open' | 'used' | 'expired' | 'unknown';
  /** The secret of the link, for the form's address. */
  secret: string;
}

/** Mail scanners follow links; people click buttons. The link is used by the button only. */
export function signInConfirmPage(view: View, data: SignInConfirmPageData): string {
  const { t } = view;
  const open = data.state === 'open';
  const title = t(`signin:confirm.${data.state}.title`);
  return page(
    view,
    { title, area: 'public', width: 'narrow' },
    <>
      <h1>{title}</h1>
      <p class="lead">{t(`signin:confirm.${data.state}.text`)}</p>
      {open ? (
        <form class="actions" method="post" action={paths.signInLink(data.secret)}>
          <Button>{t('signin:confirm.do')}</Button>
        </form>
      ) : (
        <div class="actions">
          <LinkButton href={paths.signIn}>{t('signin:sent.again')}</LinkButton>
        </div>
      )}
      {open ? <p class="soft section">{t('signin:confirm.shared')}</p> : null}
    </>,
  );
}

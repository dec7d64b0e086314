import type { JSX } from 'preact';
import { useView } from '../components/context.js';
import { Button, ErrorSummary, TextField, errorOf, type FieldErrors } from '../components/forms.js';
import { Callout, Instant, Tag, VerifiedOrcid } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';
import { PasskeyForm } from './sign-in.view.js';

/** How a person signs in, and where they are signed in. */
export interface WaysPageData {
  address: string;
  /** Whether the person holds a granted role, so that a passkey, once there, must be used. */
  organises: boolean;
  /** Null where signing in by ORCID is not offered; `kept` from who is protected. */
  orcid: { linked: { orcid: string; linkedAt: Date } | null; kept: boolean } | null;
  passkeys: readonly { id: string; name: string; createdAt: Date; lastUsedAt: Date | null }[];
  sessions: readonly {
    id: string;
    /** Family of the browser and its system, or null where it does not say. */
    browser: { browser: string; system: string } | null;
    createdAt: Date;
    lastSeenAt: Date;
    current: boolean;
  }[];
  /** Whether the reader has shown just now who they are, so that ways may be added and removed. */
  fresh: boolean;
  /** The form for a new passkey. */
  form: { values: { name: string }; errors?: FieldErrors };
  /** The one address at which passkeys work. */
  origin: string;
  /** Zone in which times are shown before the browser knows better. */
  zone: string;
}

export function waysPage(view: View, data: WaysPageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('ways:title'), area: 'public', active: 'me', scripts: ['passkey'] },
    <div class="me">
      <p class="eyebrow">
        <a href={paths.me}>{t('me:title')}</a>
      </p>
      <h1>{t('ways:title')}</h1>
      <p class="lead">{t('ways:lead')}</p>
      {data.organises ? (
        <div class="section first">
          <Callout>
            <p>{t(data.passkeys.length > 0 ? 'ways:organiser.with' : 'ways:organiser.without')}</p>
          </Callout>
        </div>
      ) : null}
      {data.fresh ? null : <Prove data={data} />}
      <Passkeys data={data} />
      {data.orcid ? <Orcid {...data.orcid} zone={data.zone} /> : null}
      <Sessions data={data} />
    </div>,
  );
}

/** Signing in once more shows who it is; where a passkey has to be used, a link is not enough. */
function Prove({ data }: { data: WaysPageData }): JSX.Element {
  const { t } = useView();
  const has = data.passkeys.length > 0;
  return (
    <section class="section first" aria-labelledby="prove">
      <h2 id="prove">{t('ways:prove.title')}</h2>
      <p class="soft">{t('ways:prove.why')}</p>
      {has ? <PasskeyForm next={paths.ways} origin={data.origin} look="second" /> : null}
      {has && data.organises ? (
        <p>{t('ways:prove.lost')}</p>
      ) : (
        <form method="post" action={paths.signIn}>
          <input type="hidden" name="email" value={data.address} />
          <input type="hidden" name="next" value={paths.ways} />
          <div class="actions">
            <Button look="second">{t('ways:prove.link')}</Button>
          </div>
        </form>
      )}
    </section>
  );
}

function Passkeys({ data }: { data: WaysPageData }): JSX.Element {
  const { t } = useView();
  return (
    <section class="section" aria-labelledby="passkeys">
      <h2 id="passkeys">{t('ways:passkey.title')}</h2>
      <p class="soft">{t('ways:passkey.what')}</p>
      {data.passkeys.length === 0 ? (
        <p>{t('ways:passkey.none')}</p>
      ) : (
        <ul class="entries">
          {data.passkeys.map((passkey) => (
            <li key={passkey.id} class="entry">
              <span>
                <bdi>{passkey.name}</bdi>
                <span class="under">
                  {t('ways:passkey.made')} <Instant at={passkey.createdAt} zone={data.zone} own />
                </span>
                <span class="under">
                  {passkey.lastUsedAt ? (
                    <>
                      {t('ways:passkey.used')} <Instant at={passkey.lastUsedAt} zone={data.zone} own />
                    </>
                  ) : (
                    t('ways:passkey.unused')
                  )}
                </span>
              </span>
              {data.fresh ? (
                <form method="post" action={paths.passkeyRemove(passkey.id)}>
                  <Button look="quiet" label={t('ways:passkey.removeOf', { name: passkey.name })}>
                    {t('ways:passkey.remove')}
                  </Button>
                </form>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {data.fresh ? <AddPasskey data={data} /> : null}
    </section>
  );
}

/** Hidden until `passkey.js` has found a browser that can; posts `name` and, filled by the script, `answer`. */
function AddPasskey({ data }: { data: WaysPageData }): JSX.Element {
  const { t } = useView();
  const { values, errors } = data.form;
  return (
    <>
      <form
        method="post"
        action={paths.passkeys}
        noValidate
        hidden
        data-passkey="add"
        data-options={paths.passkeyAddOptions}
        data-origin={data.origin}
      >
        <ErrorSummary errors={errors} />
        <input type="hidden" name="answer" value="" />
        <TextField
          name="name"
          label={t('ways:passkey.name')}
          hint={t('ways:passkey.nameHint')}
          value={values.name}
          required
          error={errorOf(errors, 'name')}
        />
        <p class="problem" role="alert" hidden data-passkey-problem>
          {t('ways:passkey.notDone')}
        </p>
        <div class="actions">
          <Button look="second">{t('ways:passkey.add')}</Button>
        </div>
      </form>
      <p data-passkey-without>
        {t('ways:passkey.without')} <bdi>{data.origin}</bdi>.
      </p>
    </>
  );
}

function Orcid({ linked, kept, zone }: NonNullable<WaysPageData['orcid']> & { zone: string }): JSX.Element {
  const { t } = useView();
  return (
    <section class="section" aria-labelledby="orcid">
      <h2 id="orcid">{t('ways:orcid.title')}</h2>
      <p class="soft">{t('ways:orcid.what')}</p>
      {linked ? (
        <ul class="entries">
          <li class="entry">
            <span>
              <VerifiedOrcid orcid={linked.orcid} />
              <span class="under">
                {t('ways:orcid.since')} <Instant at={linked.linkedAt} zone={zone} own />
              </span>
            </span>
            <form method="post" action={paths.orcidUnlink}>
              <Button look="quiet">{t('ways:orcid.unlink')}</Button>
            </form>
          </li>
        </ul>
      ) : kept ? (
        <Callout>
          <p>
            {t('ways:orcid.kept')} <a href={paths.protection}>{t('ways:orcid.keptMore')}</a>
          </p>
        </Callout>
      ) : (
        <form method="post" action={paths.orcidLink}>
          <div class="actions">
            <Button look="second">{t('ways:orcid.link')}</Button>
          </div>
        </form>
      )}
    </section>
  );
}

function Sessions({ data }: { data: WaysPageData }): JSX.Element {
  const { t } = useView();
  const others = data.sessions.filter((session) => !session.current);
  return (
    <section class="section" aria-labelledby="sessions">
      <h2 id="sessions">{t('ways:session.title')}</h2>
      <p class="soft">
        {t('ways:session.address')} <bdi>{data.address}</bdi>
      </p>
      <ul class="entries">
        {data.sessions.map((session) => (
          <li key={session.id} class="entry">
            <span>
              {session.browser ? t('ways:session.on', session.browser) : t('ways:session.unknown')}{' '}
              {session.current ? <Tag>{t('ways:session.current')}</Tag> : null}
              <span class="under">
                {t('ways:session.made')} <Instant at={session.createdAt} zone={data.zone} own />
              </span>
              <span class="under">
                {t('ways:session.seen')} <Instant at={session.lastSeenAt} zone={data.zone} own />
              </span>
            </span>
            {session.current ? (
              <form method="post" action={paths.signOut}>
                <Button look="second">{t('ways:session.signOut')}</Button>
              </form>
            ) : (
              <form method="post" action={`${paths.sessions}/${session.id}/end`}>
                <Button look="quiet">{t('ways:session.end')}</Button>
              </form>
            )}
          </li>
        ))}
      </ul>
      {others.length > 0 ? (
        <form class="actions" method="post" action={paths.sessionsEndOthers}>
          <Button look="second">{t('ways:session.endOthers')}</Button>
        </form>
      ) : null}
    </section>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import { useView } from '../components/context.js';
import {
  Button,
  ErrorSummary,
  HiddenKey,
  LinkButton,
  Select,
  TextField,
  errorOf,
  type FieldErrors,
} from '../components/forms.js';
import {
  Callout,
  EmptyState,
  Pieces,
  StateWord,
  Tag,
  VerifiedOrcid,
  type DeadlineData,
} from '../components/parts.js';
import { page } from '../layout.js';
import { formatDay, lastMinute, paths, type View } from '../view.js';
import type { LetterState } from './partner.view.js';
import type { RegistrationState } from './register.view.js';
import type { SubmissionState } from './submission.view.js';

/** Everything a person has here. */
export interface MePageData {
  name: string;
  address: string;
  /** The linked iD, or null. */
  orcid: string | null;
  submissions: readonly {
    id: string;
    title: string;
    conference: string;
    state: SubmissionState;
    /** The call's deadline while it is open and this is a draft. */
    due: DeadlineData | null;
  }[];
  reviews: readonly { conference: string; done: number; total: number; due: DeadlineData | null }[];
  registrations: readonly { id: string; conference: string; state: RegistrationState }[];
  letters: readonly { id: string; organisation: string; conference: string; state: LetterState }[];
  /** Whether the person runs the installation. */
  operates: boolean;
  /** Conferences the person organises. */
  /** `part` is the page that is theirs, where it is not the overview. */
  organises: readonly { slug: string; name: string; part?: string }[];
  /** The viewer goes by another name than their own. */
  isProtected: boolean;
  tokens: readonly {
    id: string;
    name: string;
    /** Role and conference in words, or null for everything the person may do. */
    scope: string | null;
    lastUsedAt: Date | null;
    expiresAt: Date;
  }[];
  /** A token just made, shown once. */
  newToken?: string;
  /** Roles a token may be made for, with their words; empty hides the form. */
  tokenRoles: readonly { value: string; label: string }[];
  tokenForm?: {
    values: { name: string; role: string; conference: string; days: string };
    errors?: FieldErrors;
  };
  /** Zone in which times are shown before the browser knows better. */
  zone: string;
  idempotencyKey: string;
}

/** My page: what needs me and what I have sent. */
export function mePage(view: View, data: MePageData): string {
  const { t } = view;
  const drafts = data.submissions.filter((one) => one.state === 'draft');
  const open = data.reviews.filter((one) => one.done < one.total);
  const nothing =
    data.submissions.length +
      data.reviews.length +
      data.registrations.length +
      data.letters.length +
      data.organises.length ===
    0;
  const waiting = drafts.length + open.length;
  return page(
    view,
    { title: t('me:title'), area: 'public', active: 'me' },
    <div class="me">
      <p class="eyebrow">
        <bdi>{data.name || data.address}</bdi>
      </p>
      <h1>{waiting > 0 ? t('me:waiting', { count: waiting }) : t('me:nothingWaits')}</h1>
      {data.newToken ? <NewToken token={data.newToken} /> : null}
      {waiting > 0 ? (
        <ul class="todos section first">
          {drafts.map((draft) => (
            <li key={draft.id} class="todo">
              <span>
                {t('me:draft')} <b dir="auto">{draft.title || t('submission:untitled')}</b>
                {draft.due ? <Due due={draft.due} /> : null}
              </span>
              <a href={paths.submissionEdit(draft.id)}>{t('me:goOn')}</a>
            </li>
          ))}
          {open.map((one) => (
            <li key={one.conference} class="todo">
              <span>
                <b>{t('me:toReview', { count: one.total - one.done })}</b> · {one.conference}
                {one.due ? <Due due={one.due} /> : null}
              </span>
              <a href={paths.reviews}>{t('me:review')}</a>
            </li>
          ))}
        </ul>
      ) : null}
      {nothing ? (
        <div class="section">
          <EmptyState
            title={t('me:emptyTitle')}
            text={t('me:empty')}
            action={{ href: paths.home, label: t('me:toConferences') }}
          />
        </div>
      ) : null}
      <Listing title={t('me:organises')} items={data.organises}>
        {(one) => (
          <li key={one.slug} class="entry">
            <a href={paths.organise(one.slug, one.part)}>{one.name}</a>
          </li>
        )}
      </Listing>
      {data.operates ? (
        <p class="section">
          <a href={paths.installationMail}>{t('mailing:installation.title')}</a>
        </p>
      ) : null}
      <Listing title={t('me:submissions')} items={data.submissions}>
        {(one) => (
          <li key={one.id} class="entry">
            <span>
              <a href={paths.submission(one.id)} dir="auto">
                {one.title || t('submission:untitled')}
              </a>
              <span class="under">
                <span class="code">{one.id}</span> · {one.conference}
              </span>
            </span>
            <StateWord state={one.state} />
          </li>
        )}
      </Listing>
      <Listing title={t('me:reviews')} items={data.reviews}>
        {(one) => (
          <li key={one.conference} class="entry">
            <a href={paths.reviews}>{one.conference}</a>
            <Pieces
              value={one.done}
              max={one.total}
              label={t('review:progress', { done: one.done, total: one.total })}
            />
          </li>
        )}
      </Listing>
      <Listing title={t('me:registrations')} items={data.registrations}>
        {(one) => (
          <li key={one.id} class="entry">
            <span>
              <a href={paths.registration(one.id)}>{one.conference}</a>
              <span class="under code">{one.id}</span>
            </span>
            <Tag>{t(`register:state.${one.state}.word`)}</Tag>
          </li>
        )}
      </Listing>
      <Listing title={t('me:letters')} items={data.letters}>
        {(one) => (
          <li key={one.id} class="entry">
            <span>
              <a href={paths.letter(one.id)}>{one.organisation}</a>
              <span class="under">{one.conference}</span>
            </span>
            <Tag>{t(`partner:state.${one.state}.word`)}</Tag>
          </li>
        )}
      </Listing>
      <SigningIn address={data.address} orcid={data.orcid} />
      <OwnProtection isProtected={data.isProtected} />
      <Tokens data={data} />
    </div>,
  );
}

function Due({ due }: { due: DeadlineData }): JSX.Element {
  const view = useView();
  return (
    <span class="under">{view.t('me:due', { day: formatDay(view, lastMinute(due.end), due.zone) })}</span>
  );
}

function Listing<T>(props: {
  title: string;
  items: readonly T[];
  children: (item: T) => ComponentChildren;
}): JSX.Element | null {
  if (props.items.length === 0) return null;
  return (
    <section class="section">
      <h2>{props.title}</h2>
      <ul class="entries">{props.items.map(props.children)}</ul>
    </section>
  );
}

function NewToken({ token }: { token: string }): JSX.Element {
  const { t } = useView();
  return (
    <div class="section first">
      <Callout tone="warn" title={t('me:token.new')}>
        <p>{t('me:token.once')}</p>
        <p class="hash token">{token}</p>
      </Callout>
    </div>
  );
}

function OwnProtection({ isProtected }: { isProtected: boolean }): JSX.Element {
  const { t } = useView();
  return (
    <section class="section" aria-labelledby="own-protection">
      <h2 id="own-protection">{t('protection:me.title')}</h2>
      <p class="soft">{t(isProtected ? 'protection:me.on' : 'protection:me.text')}</p>
      <div class="actions">
        <LinkButton look="second" href={paths.protection}>
          {t(isProtected ? 'protection:me.see' : 'protection:me.open')}
        </LinkButton>
      </div>
    </section>
  );
}

function SigningIn({ address, orcid }: Pick<MePageData, 'address' | 'orcid'>): JSX.Element {
  const { t } = useView();
  return (
    <section class="section" aria-labelledby="signing-in">
      <h2 id="signing-in">{t('me:session.title')}</h2>
      <p class="soft">
        {t('me:session.address')} <bdi>{address}</bdi>
      </p>
      {orcid ? (
        <p>
          <VerifiedOrcid orcid={orcid} />
        </p>
      ) : null}
      <div class="actions">
        <LinkButton look="second" href={paths.ways}>
          {t('me:session.ways')}
        </LinkButton>
        <LinkButton look="second" href={paths.addresses}>
          {t('me:session.addresses')}
        </LinkButton>
        <LinkButton look="second" href={paths.language}>
          {t('mailing:language.title')}
        </LinkButton>
        <LinkButton look="second" href={paths.data}>
          {t('me:session.data')}
        </LinkButton>
        <form method="post" action={paths.signOut}>
          <Button look="quiet">{t('me:session.signOut')}</Button>
        </form>
      </div>
    </section>
  );
}

function Tokens({ data }: { data: MePageData }): JSX.Element | null {
  const view = useView();
  const { t } = view;
  if (data.tokens.length === 0 && data.tokenRoles.length === 0) return null;
  const form = data.tokenForm ?? { values: { name: '', role: '', conference: '', days: '90' } };
  const { values, errors } = form;
  return (
    <section class="section" aria-labelledby="tokens">
      <h2 id="tokens">{t('me:token.title')}</h2>
      <p class="soft">{t('me:token.what')}</p>
      <ul class="entries">
        {data.tokens.map((token) => (
          <li key={token.id} class="entry">
            <span>
              {token.name}
              <span class="under">
                {[
                  token.scope ?? t('me:token.all'),
                  token.lastUsedAt
                    ? t('me:token.used', { day: formatDay(view, token.lastUsedAt, data.zone) })
                    : t('me:token.unused'),
                  t('me:token.until', { day: formatDay(view, token.expiresAt, data.zone) }),
                ].join(' · ')}
              </span>
            </span>
            <form method="post" action={`${paths.tokens}/${token.id}/revoke`}>
              <Button look="quiet">{t('me:token.revoke')}</Button>
            </form>
          </li>
        ))}
      </ul>
      {data.tokenRoles.length > 0 ? (
        <details open={errors !== undefined}>
          <summary>{t('me:token.make')}</summary>
          <form method="post" action={paths.tokens} noValidate>
            <HiddenKey value={data.idempotencyKey} />
            <ErrorSummary errors={errors} />
            <div class="fields-2 wide">
              <TextField
                name="name"
                label={t('me:token.name')}
                hint={t('me:token.nameHint')}
                value={values.name}
                error={errorOf(errors, 'name')}
              />
              <Select
                name="role"
                label={t('me:token.role')}
                hint={t('me:token.roleHint')}
                value={values.role}
                options={data.tokenRoles}
                error={errorOf(errors, 'role')}
              />
              <TextField
                name="conference"
                label={t('me:token.conference')}
                hint={t('me:token.conferenceHint')}
                value={values.conference}
                optional
                spellcheck={false}
                error={errorOf(errors, 'conference')}
              />
              <TextField
                name="days"
                type="number"
                min={1}
                max={365}
                label={t('me:token.days')}
                hint={t('me:token.daysHint')}
                value={values.days}
                error={errorOf(errors, 'days')}
              />
            </div>
            <div class="actions">
              <Button look="second">{t('me:token.do')}</Button>
            </div>
          </form>
        </details>
      ) : null}
    </section>
  );
}

import type { JSX } from 'preact';
import { Columns } from '../components/columns.js';
import { useView } from '../components/context.js';
import { Button, ErrorSummary, HiddenKey } from '../components/forms.js';
import { Callout, EmptyState, Facts, Instant, Tag, Timeline, type Tone } from '../components/parts.js';
import { DataTable, Pager, SearchField, TableBar } from '../components/tables.js';
import { page } from '../layout.js';
import { formatCalendarDay, formatInstant, formatNumber, type View } from '../view.js';
import { Standing, type MailStanding } from './mail-standing.js';
import {
  ActForm,
  CountBars,
  countOf,
  Head,
  organisePaths,
  Part,
  slugOf,
  When,
  withQuery,
  wordOr,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';

/** States of a message, in the order of its way. */
export const MAIL_STATES = [
  'held',
  'ready',
  'claimed',
  'sending',
  'deferred',
  'handed_over',
  'uncertain',
  'refused',
  'bounced',
  'superseded',
  'cancelled',
] as const;
export type MailState = (typeof MAIL_STATES)[number];

export const MAIL_STATE_TONES: Record<MailState, Tone> = {
  held: 'quiet',
  ready: 'plain',
  claimed: 'plain',
  sending: 'plain',
  deferred: 'warn',
  handed_over: 'ok',
  uncertain: 'warn',
  refused: 'bad',
  bounced: 'bad',
  superseded: 'quiet',
  cancelled: 'quiet',
};

/** States that a person has to look at. */
const LOUD: readonly MailState[] = ['uncertain', 'refused', 'bounced'];

export interface MailRow {
  id: string;
  /** Kind of mail, words in `organise:mail.kind.<kind>`. */
  kind: string;
  subject: string;
  to: string;
  state: MailState;
  at: Date;
  attempts: number;
}

export interface MailData extends OrganiseData {
  filters: { state?: string; kind?: string; q?: string };
  standing: MailStanding;
  /** The last days on which anything was written, oldest first. */
  days: readonly { day: string; went: number; waits: number; trouble: number }[];
  /** Kinds that occur. */
  kinds: readonly string[];
  /** Refused mails that were not sent again yet. */
  retryable: number;
  /** Key of the forms, for who may hold mail and send it again. */
  key: string | null;
  /** Every state that occurs. */
  counts: readonly { state: MailState; count: number }[];
  rows: readonly MailRow[];
  matching: number;
  total: number;
  previous?: string;
  next?: string;
}

/** GET `/conferences/:slug/organise/mail?state=&q=`. */
export function mailPage(view: View, data: MailData): string {
  const { t } = view;
  const slug = slugOf(view);
  const base = organisePaths.mail(slug);
  const { filters } = data;
  const troubled = data.counts.reduce((sum, { state, count }) => sum + (LOUD.includes(state) ? count : 0), 0);
  const title =
    data.total === 0
      ? t('organise:mail.none')
      : troubled > 0
        ? countOf(view, 'organise:mail.troubled', troubled)
        : countOf(view, 'organise:mail.fine', data.total);
  const refused = data.retryable;
  const ordered = MAIL_STATES.flatMap((state) => data.counts.filter((entry) => entry.state === state));
  return page(
    view,
    { title: t('common:organise.mail'), area: 'organiser', active: 'mail' },
    <>
      <Head title={title} text={t('organise:mail.explain')}>
        <a href={organisePaths.mailTexts(slug)}>{t('mailing:texts.link')}</a>
      </Head>
      <Standing
        standing={data.standing}
        zone={data.zone}
        actions={
          data.key === null
            ? null
            : { hold: `${base}/hold`, release: `${base}/release`, key: data.key, everywhere: false }
        }
      />
      {data.total === 0 ? (
        <EmptyState title={t('organise:mail.emptyTitle')} text={t('organise:mail.emptyText')} />
      ) : (
        <>
          <CountBars
            title={t('organise:mail.states')}
            text={t('organise:mail.statesText')}
            rows={ordered.map(({ state, count }) => ({
              key: state,
              label: t(`organise:mail.state.${state}`),
              count,
              href: withQuery(base, filters, { state: filters.state === state ? undefined : state }),
              current: filters.state === state,
              loud: LOUD.includes(state),
            }))}
          />
          <Days view={view} days={data.days} />
          {data.key !== null && refused > 0 ? (
            <Part title={t('mailing:retry.title')} text={countOf(view, 'mailing:retry.text', refused)}>
              <ActForm action={`${base}/retry`} idempotencyKey={`${data.key}.retry`} look="second">
                {t('mailing:retry.button')}
              </ActForm>
            </Part>
          ) : null}
          <TableBar shown={data.matching} total={data.total}>
            <SearchField
              action={base}
              label={t('organise:mail.search')}
              value={filters.q}
              keep={{
                ...(filters.state && { state: filters.state }),
                ...(filters.kind && { kind: filters.kind }),
              }}
            />
            <KindFilter base={base} filters={filters} kinds={data.kinds} />
            {filters.state ? (
              <a class="tag" href={withQuery(base, filters, { state: undefined })}>
                {t(`organise:mail.state.${filters.state}`)} <span aria-hidden="true">×</span>
                <span class="out-of-sight">{t('common:table.removeFilter')}</span>
              </a>
            ) : null}
          </TableBar>
          <DataTable
            caption={t('common:organise.mail')}
            rows={data.rows}
            id={(row) => row.id}
            href={(row) => organisePaths.message(slug, row.id)}
            under={(row) => wordOr(view, `organise:mail.kind.${row.kind}`, row.kind)}
            empty={
              <EmptyState
                title={t('organise:noneTitle')}
                text={t('organise:mail.noneText')}
                action={{ href: base, label: t('organise:noneAll') }}
              />
            }
            columns={[
              {
                key: 'subject',
                head: t('organise:mail.subject'),
                main: true,
                cell: (row) => <bdi>{row.subject}</bdi>,
              },
              {
                key: 'to',
                head: t('organise:mail.to'),
                cell: (row) => <span class="org-address">{row.to}</span>,
              },
              {
                key: 'at',
                head: t('organise:mail.at'),
                cell: (row) => <When at={row.at} zone={data.zone} />,
              },
              {
                key: 'state',
                head: t('organise:state'),
                cell: (row) => (
                  <Tag tone={MAIL_STATE_TONES[row.state]}>{t(`organise:mail.state.${row.state}`)}</Tag>
                ),
              },
            ]}
          />
          <Pager
            previous={data.previous && withQuery(base, { ...filters, before: data.previous })}
            next={data.next && withQuery(base, { ...filters, after: data.next })}
          />
        </>
      )}
    </>,
  );
}

/** How many mails a day, and what became of them. */
function Days({ view, days }: { view: View; days: MailData['days'] }): JSX.Element | null {
  const { t } = view;
  if (days.length < 2) return null;
  const total = days.reduce((sum, { went, waits, trouble }) => sum + went + waits + trouble, 0);
  return (
    <Columns
      title={t('mailing:overTime.title')}
      text={t('mailing:overTime.text', {
        n: formatNumber(view, total),
        trouble: formatNumber(
          view,
          days.reduce((sum, { trouble }) => sum + trouble, 0),
        ),
      })}
      columns={days.map(({ day, went, waits, trouble }) => ({
        label: formatCalendarDay(view, day),
        values: [went, waits, trouble],
      }))}
      parts={[
        { label: t('mailing:overTime.went'), tone: 'first' },
        { label: t('mailing:overTime.waits'), tone: 'rest' },
        { label: t('mailing:overTime.trouble'), tone: 'second' },
      ]}
    />
  );
}

/** Mail of one kind; works by a button, without a script. */
function KindFilter(props: {
  base: string;
  filters: MailData['filters'];
  kinds: readonly string[];
}): JSX.Element | null {
  const view = useView();
  const { t } = view;
  const { filters } = props;
  if (props.kinds.length < 2) return null;
  return (
    <form class="org-kind" method="get" action={props.base}>
      {filters.state ? <input type="hidden" name="state" value={filters.state} /> : null}
      {filters.q ? <input type="hidden" name="q" value={filters.q} /> : null}
      <label for="kind-filter" class="out-of-sight">
        {t('mailing:kindFilter')}
      </label>
      <select id="kind-filter" name="kind">
        <option value="">{t('mailing:allKinds')}</option>
        {props.kinds.map((kind) => (
          <option key={kind} value={kind} selected={kind === filters.kind}>
            {kindWord(view, kind)}
          </option>
        ))}
      </select>
      <Button look="quiet">{t('mailing:filter')}</Button>
    </form>
  );
}

/** What a kind of mail is called. */
export const kindWord = (view: View, kind: string): string => wordOr(view, `mail:${kind}.name`, kind);

export interface MessageData extends OrganiseData, FormState {
  id: string;
  kind: string;
  subject: string;
  to: { name: string; address: string };
  state: MailState;
  /** The mail server's last answer. */
  response: string | null;
  attempts: number;
  nextAttemptAt: Date | null;
  messageId: string;
  /** The text as sent, character by character (null where it holds a sign-in link), and its SHA-256. */
  text: string | null;
  bodyHash: string;
  /** What it is about, with a page to see it. */
  about: { label: string; href: string | null };
  /** Oldest first; `detail` is an answer of a server or a person's reason. */
  history: readonly { title: string; at: Date; detail: string | null }[];
  /** The message that this one repeats, and those that repeat it. */
  resendOf: string | null;
  resentAs: readonly string[];
  resendable: boolean;
  /** It goes to or names somebody protected, and nobody reads it here. */
  protected: boolean;
}

/** GET `/conferences/:slug/organise/mail/:id`; forms post to `.../resend` and, where it is uncertain, to `.../settle` (it has arrived). */
export function messagePage(view: View, data: MessageData): string {
  const { t } = view;
  const slug = slugOf(view);
  return page(
    view,
    { title: data.subject, area: 'organiser', active: 'mail' },
    <>
      <Head
        back={{ href: organisePaths.mail(slug), label: t('organise:mail.back') }}
        title={<bdi>{data.subject}</bdi>}
        text={
          <>
            {t('organise:mail.toLine')}{' '}
            <bdi>{data.to.name ? `${data.to.name}, ${data.to.address}` : data.to.address}</bdi>
          </>
        }
      />
      <ErrorSummary errors={data.errors} />
      <div class="org-split">
        <div class="org-main">
          {LOUD.includes(data.state) || data.state === 'deferred' ? (
            <Callout tone={MAIL_STATE_TONES[data.state]} title={t(`organise:mail.state.${data.state}`)}>
              <p>{t(`organise:mail.means.${data.state}`)}</p>
            </Callout>
          ) : null}
          <div class="org-mail org-gap">
            {data.text === null ? (
              <p class="soft">
                {t(data.protected ? 'protection:organiser.mailText' : 'organise:mail.secret')}
              </p>
            ) : (
              <pre class="org-mail-text" tabIndex={0} aria-label={t('organise:mail.text')}>
                {data.text}
              </pre>
            )}
          </div>
          {data.resendable ? (
            <Part
              title={t(
                data.state === 'uncertain' ? 'organise:mail.decideTitle' : 'organise:mail.resendTitle',
              )}
            >
              <Callout>
                <p>
                  {t(
                    data.state === 'refused' || data.state === 'bounced'
                      ? 'organise:mail.resendRefused'
                      : 'organise:mail.resendTwice',
                  )}
                </p>
              </Callout>
              <div class="actions">
                {data.state === 'uncertain' ? (
                  <form method="post" action={organisePaths.settle(slug, data.id)}>
                    <HiddenKey value={`${data.idempotencyKey}.settle`} />
                    <Button>{t('organise:mail.settle')}</Button>
                  </form>
                ) : null}
                <form method="post" action={organisePaths.resend(slug, data.id)}>
                  <HiddenKey value={`${data.idempotencyKey}.resend`} />
                  <Button look="second">{t('organise:mail.resend', { address: data.to.address })}</Button>
                </form>
              </div>
            </Part>
          ) : null}
        </div>
        <aside class="org-side" aria-label={t('organise:submission.facts')}>
          <div class="card">
            <p>
              <Tag tone={MAIL_STATE_TONES[data.state]}>{t(`organise:mail.state.${data.state}`)}</Tag>
            </p>
            <Facts
              items={[
                {
                  term: t('organise:mail.why'),
                  value: t(`organise:mail.whyKind.${data.kind}`, {
                    defaultValue: t('organise:mail.whyOther'),
                  }),
                },
                {
                  term: t('organise:mail.about'),
                  value: data.about.href ? (
                    <a href={data.about.href}>{data.about.label}</a>
                  ) : (
                    data.about.label
                  ),
                },
                { term: t('organise:mail.attempts'), value: String(data.attempts) },
                ...(data.nextAttemptAt
                  ? [
                      {
                        term: t('organise:mail.nextAttempt'),
                        value: <Instant at={data.nextAttemptAt} zone={data.zone} />,
                      },
                    ]
                  : []),
                ...(data.response
                  ? [{ term: t('organise:mail.response'), value: <span class="hash">{data.response}</span> }]
                  : []),
                { term: t('organise:mail.messageId'), value: <span class="hash">{data.messageId}</span> },
                { term: t('organise:mail.bodyHash'), value: <span class="hash">{data.bodyHash}</span> },
                ...(data.resendOf
                  ? [
                      {
                        term: t('organise:mail.resendOf'),
                        value: (
                          <a href={organisePaths.message(slug, data.resendOf)}>{t('organise:mail.first')}</a>
                        ),
                      },
                    ]
                  : []),
                ...(data.resentAs.length > 0
                  ? [
                      {
                        term: t('organise:mail.resentAs'),
                        value: data.resentAs.map((id, i) => (
                          <a key={id} class="org-line" href={organisePaths.message(slug, id)}>
                            {t('organise:mail.copy', { n: i + 1 })}
                          </a>
                        )),
                      },
                    ]
                  : []),
              ]}
            />
          </div>
          <h2>{t('organise:mail.history')}</h2>
          <Timeline
            items={data.history.map((entry, i) => ({
              title: entry.title,
              text: (
                <>
                  {formatInstant(view, entry.at, data.zone)}
                  {entry.detail ? `. ${entry.detail}` : ''}
                </>
              ),
              state: i === data.history.length - 1 ? 'now' : 'past',
            }))}
          />
        </aside>
      </div>
    </>,
  );
}

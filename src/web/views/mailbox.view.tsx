import type { JSX } from 'preact';
import { EmptyState, Facts, Instant } from '../components/parts.js';
import { SearchField } from '../components/tables.js';
import { page } from '../layout.js';
import { formatInstant, paths, type View } from '../view.js';

/** Addresses of the mailbox of the embedded default. */
export const mailboxPaths = {
  list: '/mailbox',
  message: (id: string) => `/mailbox/${encodeURIComponent(id)}`,
} as const;

export interface MailboxRow {
  id: string;
  at: Date;
  /** Display name, where the message has one, and address. */
  to: { name: string; address: string };
  subject: string;
  /** The first words of the text, or nothing. */
  start: string;
}

export interface MailboxData {
  /** tz database name in which times are shown. */
  zone: string;
  /** `?q=` searches addresses and subjects. */
  q?: string;
  /** Newest first. */
  rows: readonly MailboxRow[];
  total: number;
}

/** GET `/mailbox`: what the in-process mail server has taken, in place of real mailboxes. */
export function mailboxPage(view: View, data: MailboxData): string {
  const { t } = view;
  const title = t('mailbox:title', { count: data.total });
  return page(
    view,
    { title, area: 'public', styles: ['organise'] },
    <>
      <header class="org-head">
        <h1>{title}</h1>
        <p class="org-lead">{t('mailbox:explain')}</p>
      </header>
      {data.total === 0 ? (
        <div class="org-gap">
          <EmptyState
            title={t('mailbox:emptyTitle')}
            text={t('mailbox:emptyText')}
            action={{ href: paths.signIn, label: t('common:nav.signIn') }}
          />
        </div>
      ) : (
        <>
          <div class="table-bar">
            <SearchField action={mailboxPaths.list} label={t('mailbox:search')} value={data.q} />
            <a href={mailboxPaths.list}>{t('mailbox:refresh')}</a>
          </div>
          {data.rows.length === 0 ? (
            <EmptyState
              title={t('mailbox:noneTitle')}
              text={t('mailbox:noneText')}
              action={{ href: mailboxPaths.list, label: t('mailbox:all') }}
            />
          ) : (
            <ul class="org-inbox">
              {data.rows.map((row) => (
                <li key={row.id}>
                  <a class="org-inbox-subject" href={mailboxPaths.message(row.id)}>
                    <bdi>{row.subject}</bdi>
                  </a>
                  <span class="org-inbox-to">
                    <bdi>{row.to.name || row.to.address}</bdi>
                  </span>
                  {row.start ? <span class="org-inbox-start soft">{row.start}</span> : null}
                  <time class="soft num" dateTime={row.at.toISOString()}>
                    {formatInstant(view, row.at, data.zone, { year: false })}
                  </time>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </>,
  );
}

export interface MailboxMessageData {
  zone: string;
  id: string;
  at: Date;
  from: { name: string; address: string };
  to: { name: string; address: string };
  subject: string;
  text: string;
  messageId: string;
  /** Addresses found in the text, in order, each once: what a reader would click. */
  links: readonly string[];
}

/** The text with its web addresses as links; everything else stays as it was sent. */
function Linked({ text }: { text: string }): JSX.Element {
  return (
    <>
      {text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/).map((part, i) =>
        i % 2 === 1 ? (
          <a key={i} href={part}>
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  );
}

/** A sender or recipient as a mail shows them. */
const party = (who: { name: string; address: string }): string =>
  who.name ? `${who.name} <${who.address}>` : who.address;

/** GET `/mailbox/:id`: one message as it was sent. */
export function mailboxMessagePage(view: View, data: MailboxMessageData): string {
  const { t } = view;
  return page(
    view,
    { title: data.subject, area: 'public', width: 'narrow', styles: ['organise'] },
    <article>
      <header class="org-head">
        <p class="org-back">
          <a href={mailboxPaths.list}>
            <span aria-hidden="true">← </span>
            {t('mailbox:back')}
          </a>
        </p>
        <h1>
          <bdi>{data.subject}</bdi>
        </h1>
      </header>
      <Facts
        items={[
          { term: t('mailbox:from'), value: party(data.from) },
          { term: t('mailbox:to'), value: party(data.to) },
          { term: t('mailbox:at'), value: <Instant at={data.at} zone={data.zone} own /> },
        ]}
      />
      <div class="org-mail org-gap">
        <p class="org-mail-text">
          <Linked text={data.text} />
        </p>
      </div>
      {data.links.length > 0 ? (
        <section class="section">
          <h2>{t('mailbox:links')}</h2>
          <ul class="org-links-list">
            {data.links.map((link) => (
              <li key={link}>
                <a href={link}>{link}</a>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <p class="soft org-note">
        {t('mailbox:messageId')} <span class="hash">{data.messageId}</span>
      </p>
    </article>,
  );
}

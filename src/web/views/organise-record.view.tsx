import { EmptyState } from '../components/parts.js';
import { Pager, SearchField, TableBar } from '../components/tables.js';
import { page } from '../layout.js';
import { formatDate, formatNumber, formatTime, intlLocale, paths, type View } from '../view.js';
import {
  countOf,
  Head,
  organisePaths,
  slugOf,
  withQuery,
  wordOr,
  type OrganiseData,
} from './organise-parts.js';

export interface RecordEntry {
  id: string;
  at: Date;
  /** Name of who acted; null for the system, and `guest` for someone without an account. */
  by: string | null;
  byKind: 'person' | 'guest' | 'system';
  /** As recorded, e.g. `submission.submitted`; words in `organise:record.action.<action>`. */
  action: string;
  subject: { type: string; id: string; label: string | null; href: string | null };
  /** Ids, states, counts and hashes before and after, as far as they were recorded. */
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
  reason: string | null;
  /** Its number in the sealed log, once sealed. */
  sealed: number | null;
}

export interface RecordData extends OrganiseData {
  filters: { q?: string };
  /** Newest first. */
  entries: readonly RecordEntry[];
  matching: number;
  total: number;
  previous?: string;
  next?: string;
}

/** A recorded value as text: words and numbers as they are, anything deeper as JSON. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** "status: submitted → under_review", one for each value that was recorded. */
function changes(entry: RecordEntry): string[] {
  const keys = new Set([...Object.keys(entry.before ?? {}), ...Object.keys(entry.after ?? {})]);
  return [...keys].map((key) => {
    const after = valueText(entry.after?.[key]);
    return entry.before && key in entry.before
      ? `${key}: ${valueText(entry.before[key])} → ${after}`
      : `${key}: ${after}`;
  });
}

/** GET `/conferences/:slug/organise/record?q=`. */
export function recordPage(view: View, data: RecordData): string {
  const { t } = view;
  const slug = slugOf(view);
  const base = organisePaths.record(slug);
  const weekday = new Intl.DateTimeFormat(intlLocale(view), { weekday: 'long', timeZone: data.zone });
  const days = groupBy(data.entries, (entry) => formatDate(view, entry.at, data.zone));
  return page(
    view,
    { title: t('common:organise.record'), area: 'organiser', active: 'record' },
    <>
      <Head
        title={
          data.total === 0 ? t('organise:record.none') : countOf(view, 'organise:record.title', data.total)
        }
        text={t('organise:record.explain')}
      />
      {data.total === 0 ? (
        <EmptyState title={t('organise:record.emptyTitle')} text={t('organise:record.emptyText')} />
      ) : (
        <>
          <TableBar shown={data.matching} total={data.total}>
            <SearchField action={base} label={t('organise:record.search')} value={data.filters.q} />
          </TableBar>
          {data.entries.length === 0 ? (
            <EmptyState
              title={t('organise:noneTitle')}
              text={t('organise:record.noneText')}
              action={{ href: base, label: t('organise:noneAll') }}
            />
          ) : (
            [...days].map(([day, entries]) => (
              <section key={day} class="org-day">
                <h2>
                  {weekday.format(entries[0]!.at)}, {day}
                </h2>
                <ol class="org-entries">
                  {entries.map((entry) => (
                    <li key={entry.id}>
                      <time class="num soft" dateTime={entry.at.toISOString()}>
                        {formatTime(view, entry.at, data.zone)}
                      </time>
                      <div>
                        <p>
                          <b>{wordOr(view, `organise:record.action.${entry.action}`, entry.action)}</b>{' '}
                          {entry.subject.href ? (
                            <a href={entry.subject.href}>{entry.subject.label ?? entry.subject.id}</a>
                          ) : (
                            <span class={entry.subject.label ? undefined : 'hash'}>
                              {entry.subject.label ?? entry.subject.id}
                            </span>
                          )}
                        </p>
                        {changes(entry).length > 0 ? (
                          <ul class="org-changes">
                            {changes(entry).map((change) => (
                              <li key={change}>{change}</li>
                            ))}
                          </ul>
                        ) : null}
                        {entry.reason ? <p class="org-quote">{entry.reason}</p> : null}
                      </div>
                      <span class="org-by soft">
                        {entry.byKind === 'person' && entry.by ? (
                          <bdi>{entry.by}</bdi>
                        ) : (
                          t(`organise:record.by.${entry.byKind}`)
                        )}
                        <span>
                          {entry.sealed === null ? (
                            t('organise:record.unsealed')
                          ) : (
                            <>
                              {t('organise:record.sealed', { n: formatNumber(view, entry.sealed) })}{' '}
                              <a
                                href={paths.recordProof(entry.id)}
                                download={`proof-${entry.id}.json`}
                                aria-label={t('organise:record.proofOf', {
                                  n: formatNumber(view, entry.sealed),
                                })}
                              >
                                {t('organise:record.proof')}
                              </a>
                            </>
                          )}
                        </span>
                      </span>
                    </li>
                  ))}
                </ol>
              </section>
            ))
          )}
          <Pager
            previous={data.previous && withQuery(base, { ...data.filters, before: data.previous })}
            next={data.next && withQuery(base, { ...data.filters, after: data.next })}
          />
        </>
      )}
    </>,
  );
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

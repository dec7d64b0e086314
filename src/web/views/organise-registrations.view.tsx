import { ownLanguageName } from '../components/country.js';
import { EmptyState, Isolated, Tag } from '../components/parts.js';
import { DataTable, FilterChips, Pager, SearchField, TableBar } from '../components/tables.js';
import { MailTo } from '../components/mail-to.js';
import { page } from '../layout.js';
import { formatDay, formatNumber, paths, type View } from '../view.js';
import {
  CountBars,
  countOf,
  ExportLinks,
  Head,
  organisePaths,
  slugOf,
  withQuery,
  type OrganiseData,
} from './organise-parts.js';

export interface RegistrationRow {
  id: string;
  name: string;
  affiliation: string | null;
  address: string;
  attendance: 'in_person' | 'online';
  /** Language tag of the interpretation asked for; null for the floor. */
  interpretation: string | null;
  /** What the person needs to take part, in their words. */
  accessNeeds: string | null;
  status: 'registered' | 'cancelled';
  /** The address is not confirmed yet. */
  held?: boolean;
  at: Date;
}

export interface RegistrationsData extends OrganiseData {
  filters: { attendance?: string; interpretation?: string; status?: string; q?: string };
  /** Registered people only. */
  attendance: { in_person: number; online: number };
  /** By language asked for, in the conference's stated order; null is the floor language. */
  interpretation: readonly { language: string | null; count: number }[];
  floorLanguage: string;
  accessNeeds: number;
  cancelled: number;
  rows: readonly RegistrationRow[];
  matching: number;
  total: number;
  previous?: string;
  next?: string;
}

/** GET `/conferences/:slug/organise/registrations?attendance=&interpretation=&status=&q=`. */
export function registrationsPage(view: View, data: RegistrationsData): string {
  const { t } = view;
  const slug = slugOf(view);
  const base = organisePaths.registrations(slug);
  const { filters } = data;
  const registered = data.attendance.in_person + data.attendance.online;
  const toggle = (
    name: 'attendance' | 'interpretation' | 'status',
    value: string,
  ): { href: string; current: boolean } => ({
    href: withQuery(base, filters, { [name]: filters[name] === value ? undefined : value }),
    current: filters[name] === value,
  });
  const { q: _, ...keep } = filters;
  const title =
    data.total === 0
      ? t('organise:registrations.none')
      : countOf(view, 'organise:registrations.title', registered);
  const active = (['attendance', 'interpretation', 'status'] as const).flatMap((name) => {
    const value = filters[name];
    if (!value) return [];
    const label =
      name === 'interpretation' ? ownLanguageName(value) : t(`organise:registrations.${name}.${value}`);
    return [{ label, href: toggle(name, value).href, active: true }];
  });
  return page(
    view,
    { title: t('common:organise.registrations'), area: 'organiser', active: 'registrations' },
    <>
      <Head
        title={title}
        text={
          data.total === 0
            ? undefined
            : t('organise:registrations.text', {
                needs: countOf(view, 'organise:registrations.needs', data.accessNeeds),
                cancelled: countOf(view, 'organise:registrations.cancelledCount', data.cancelled),
              })
        }
      />
      {data.total === 0 ? (
        <EmptyState
          title={t('organise:registrations.emptyTitle')}
          text={t('organise:registrations.emptyText')}
          action={{ href: paths.register(slug), label: t('organise:registrations.emptyAction') }}
        />
      ) : (
        <>
          <div class="charts org-two org-even">
            <CountBars
              title={t('organise:registrations.byAttendance')}
              rows={(['in_person', 'online'] as const).map((key) => ({
                key,
                label: t(`organise:registrations.attendance.${key}`),
                count: data.attendance[key],
                ...toggle('attendance', key),
              }))}
            />
            <CountBars
              title={t('organise:registrations.byLanguage')}
              rows={data.interpretation.map(({ language, count }) => ({
                key: language ?? 'floor',
                label: language ? (
                  <Isolated lang={language}>{ownLanguageName(language)}</Isolated>
                ) : (
                  t('organise:registrations.floor', { language: ownLanguageName(data.floorLanguage) })
                ),
                count,
                ...toggle('interpretation', language ?? data.floorLanguage),
              }))}
            />
          </div>
          <TableBar shown={data.matching} total={data.total}>
            <SearchField
              action={base}
              label={t('organise:registrations.search')}
              value={filters.q}
              keep={
                Object.fromEntries(Object.entries(keep).filter(([, value]) => value)) as Record<
                  string,
                  string
                >
              }
            />
            {active.length > 0 ? (
              <FilterChips label={t('organise:filters')} chips={active} />
            ) : (
              <FilterChips
                label={t('organise:filters')}
                chips={[
                  {
                    label: `${t('organise:registrations.status.cancelled')} ${formatNumber(view, data.cancelled)}`,
                    href: toggle('status', 'cancelled').href,
                    active: false,
                  },
                ]}
              />
            )}
          </TableBar>
          <DataTable
            caption={t('common:organise.registrations')}
            rows={data.rows}
            id={(row) => row.id}
            under={(row) => (
              <>
                {row.affiliation ? <span class="org-line">{row.affiliation}</span> : null}
                <MailTo address={row.address} line />
              </>
            )}
            empty={
              <EmptyState
                title={t('organise:noneTitle')}
                text={t('organise:registrations.noneText')}
                action={{ href: base, label: t('organise:noneAll') }}
              />
            }
            columns={[
              { key: 'name', head: t('organise:name'), main: true, cell: (row) => <bdi>{row.name}</bdi> },
              {
                key: 'attendance',
                head: t('organise:registrations.takesPart'),
                cell: (row) => (
                  <span class="org-when">{t(`organise:registrations.attendance.${row.attendance}`)}</span>
                ),
              },
              {
                key: 'interpretation',
                head: t('organise:registrations.interpretation'),
                cell: (row) =>
                  row.interpretation ? (
                    <Isolated lang={row.interpretation}>{ownLanguageName(row.interpretation)}</Isolated>
                  ) : (
                    '–'
                  ),
              },
              {
                key: 'needs',
                head: t('organise:registrations.accessNeeds'),
                cell: (row) => (row.accessNeeds ? <span class="org-small">{row.accessNeeds}</span> : '–'),
              },
              {
                key: 'at',
                head: t('organise:at'),
                cell: (row) => <span class="org-when">{formatDay(view, row.at, data.zone)}</span>,
              },
              {
                key: 'status',
                head: t('organise:state'),
                cell: (row) => (
                  <Tag tone={row.status === 'cancelled' ? 'quiet' : row.held ? 'warn' : 'ok'}>
                    {t(row.held ? 'organise:held' : `organise:registrations.status.${row.status}`)}
                  </Tag>
                ),
              },
            ]}
          />
          <Pager
            previous={data.previous && withQuery(base, { ...filters, before: data.previous })}
            next={data.next && withQuery(base, { ...filters, after: data.next })}
          />
          <ExportLinks
            links={[
              {
                href: withQuery(organisePaths.exportFile(slug, 'registrations.csv'), filters),
                label: t('organise:csv'),
              },
              {
                href: withQuery(organisePaths.exportFile(slug, 'registrations.json'), filters),
                label: t('organise:json'),
              },
            ]}
          />
        </>
      )}
    </>,
  );
}

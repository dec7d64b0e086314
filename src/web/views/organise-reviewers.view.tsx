import { Button, Choices, ErrorSummary, HiddenKey, TextField } from '../components/forms.js';
import { CountrySelect } from '../components/country.js';
import { EmptyState, Tag, type Tone } from '../components/parts.js';
import { DataTable, FilterChips, Pager, SearchField, TableBar } from '../components/tables.js';
import { MailTo } from '../components/mail-to.js';
import { page } from '../layout.js';
import { formatDay, formatNumber, type View } from '../view.js';
import { conflictPaths } from './organise-conflicts.view.js';
import {
  ActForm,
  bound,
  countOf,
  ExportLinks,
  Head,
  LoadBar,
  organisePaths,
  slugOf,
  typedList,
  withQuery,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';

export type ReviewerStatus = 'invited' | 'accepted' | 'declined' | 'removed';

export interface ReviewerRow {
  id: string;
  name: string;
  affiliation: string | null;
  address: string;
  status: ReviewerStatus;
  /** Titles of the reviewer's topics; empty means any. */
  topics: readonly string[];
  load: number;
  maxLoad: number;
  handedIn: number;
  invitedAt: Date;
  /** The last reminder sent, if any. */
  remindedAt: Date | null;
  /** Why the invitation was declined, in the person's words. */
  reason: string | null;
  version: number;
}

export interface ReviewersData extends OrganiseData, FormState {
  filters: { status?: string; q?: string };
  statuses: readonly { status: ReviewerStatus; count: number }[];
  rows: readonly ReviewerRow[];
  matching: number;
  total: number;
  previous?: string;
  next?: string;
  /** The conference's topics, for the form. */
  topics: readonly { id: string; title: string }[];
  /** What the form proposes for `maxLoad`. */
  defaultMaxLoad: number;
  /** Reviews the conference needs, and what its reviewers together can take. */
  need: { places: number; room: number };
}

const TONES: Record<ReviewerStatus, Tone> = {
  invited: 'warn',
  accepted: 'ok',
  declined: 'bad',
  removed: 'quiet',
};

/** GET `/conferences/:slug/organise/reviewers`; the form posts there: `email`, `name`, `affiliation`, `country`, `topics[]`, `maxLoad`. */
export function reviewersPage(view: View, data: ReviewersData): string {
  const { t } = view;
  const slug = slugOf(view);
  const base = organisePaths.reviewers(slug);
  const { filters } = data;
  const accepted = data.statuses.find(({ status }) => status === 'accepted')?.count ?? 0;
  const title =
    data.total === 0 ? t('organise:reviewers.none') : countOf(view, 'organise:reviewers.title', accepted);
  const values = { n: formatNumber(view, data.need.room), places: formatNumber(view, data.need.places) };
  return page(
    view,
    { title: t('common:organise.reviewers'), area: 'organiser', active: 'reviewers' },
    <>
      <Head
        title={title}
        text={
          data.need.places === 0
            ? t('organise:reviewers.room', values)
            : t(
                data.need.room >= data.need.places ? 'organise:reviewers.enough' : 'organise:reviewers.short',
                values,
              )
        }
      />
      <ErrorSummary errors={data.errors} />
      <details class="org-open card" id="invite" open={data.total === 0 || data.errors !== undefined}>
        <summary>{t('organise:reviewers.invite')}</summary>
        <p class="hint">{t('organise:reviewers.inviteText')}</p>
        <form class="org-form" method="post" action={base}>
          <HiddenKey value={`${data.idempotencyKey}.invite`} />
          <div class="fields-2">
            <TextField
              {...bound(data, 'name')}
              label={t('organise:name')}
              required
              autocomplete="off"
              dir="auto"
            />
            <TextField
              {...bound(data, 'email')}
              label={t('organise:email')}
              type="email"
              required
              autocomplete="off"
            />
            <TextField
              {...bound(data, 'affiliation')}
              label={t('organise:affiliation')}
              required
              dir="auto"
            />
            <CountrySelect {...bound(data, 'country')} />
          </div>
          <Choices
            name="topics[]"
            type="checkbox"
            label={t('organise:reviewers.topics')}
            hint={t('organise:reviewers.topicsHint')}
            value={typedList(data.values, 'topics[]', [])}
            error={bound(data, 'topics').error}
            options={data.topics.map((topic) => ({ value: topic.id, label: topic.title }))}
          />
          <TextField
            {...bound(data, 'maxLoad', data.defaultMaxLoad)}
            label={t('organise:reviewers.maxLoad')}
            hint={t('organise:reviewers.maxLoadHint')}
            type="number"
            min={1}
            max={200}
            short
          />
          <div class="actions">
            <Button>{t('organise:reviewers.send')}</Button>
          </div>
        </form>
      </details>
      {data.total === 0 ? (
        <EmptyState title={t('organise:reviewers.emptyTitle')} text={t('organise:reviewers.emptyText')} />
      ) : (
        <>
          <TableBar shown={data.matching} total={data.total}>
            <SearchField
              action={base}
              label={t('organise:reviewers.search')}
              value={filters.q}
              keep={filters.status ? { status: filters.status } : {}}
            />
            <FilterChips
              label={t('organise:filters')}
              chips={data.statuses.map(({ status, count }) => ({
                label: `${t(`organise:reviewers.status.${status}`)} ${formatNumber(view, count)}`,
                href: withQuery(base, filters, { status: filters.status === status ? undefined : status }),
                active: filters.status === status,
              }))}
            />
          </TableBar>
          <DataTable
            caption={t('common:organise.reviewers')}
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
                text={t('organise:reviewers.noneText')}
                action={{ href: base, label: t('organise:noneAll') }}
              />
            }
            columns={[
              { key: 'name', head: t('organise:name'), main: true, cell: (row) => <bdi>{row.name}</bdi> },
              {
                key: 'status',
                head: t('organise:state'),
                cell: (row) => (
                  <span class="org-stack">
                    <Tag tone={TONES[row.status]}>{t(`organise:reviewers.status.${row.status}`)}</Tag>
                    {row.status === 'invited' ? (
                      <span class="under">
                        {row.remindedAt ? t('organise:reviewers.reminded') : t('organise:reviewers.since')}{' '}
                        {formatDay(view, row.remindedAt ?? row.invitedAt, data.zone)}
                      </span>
                    ) : null}
                    {row.reason ? <span class="under org-reason">{row.reason}</span> : null}
                  </span>
                ),
              },
              {
                key: 'topics',
                head: t('organise:reviewers.topics'),
                cell: (row) => (
                  <span class="org-small">
                    {row.topics.length > 0 ? row.topics.join('; ') : t('organise:reviewers.anyTopic')}
                  </span>
                ),
              },
              {
                key: 'load',
                head: t('organise:reviewers.load'),
                cell: (row) => (
                  <LoadBar
                    load={row.load}
                    max={row.maxLoad}
                    handedIn={row.handedIn}
                    text={t('organise:ofTotal', { n: row.load, total: row.maxLoad })}
                    label={t('organise:reviewers.loadLabel', {
                      n: row.load,
                      total: row.maxLoad,
                      done: row.handedIn,
                    })}
                  />
                ),
              },
              {
                key: 'handedIn',
                head: t('organise:reviewers.handedIn'),
                number: true,
                cell: (row) => (row.load === 0 ? '–' : formatNumber(view, row.handedIn)),
              },
              {
                key: 'acts',
                head: t('organise:acts'),
                hideHead: true,
                cell: (row) =>
                  row.status === 'invited' || row.status === 'accepted' ? (
                    <span class="org-acts">
                      <a
                        href={conflictPaths.reviewer(slug, row.id)}
                        aria-label={t('organise:reviewers.conflictsName', { name: row.name })}
                      >
                        {t('organise:reviewers.conflicts')}
                      </a>
                      {row.status === 'invited' || row.handedIn < row.load ? (
                        <ActForm
                          action={organisePaths.reviewerRemind(slug, row.id)}
                          idempotencyKey={`${data.idempotencyKey}.remind.${row.id}`}
                          version={row.version}
                          label={t('organise:reviewers.remindName', { name: row.name })}
                        >
                          {t('organise:reviewers.remind')}
                        </ActForm>
                      ) : null}
                      {row.handedIn > 0 ? null : (
                        <ActForm
                          action={organisePaths.reviewerRemove(slug, row.id)}
                          idempotencyKey={`${data.idempotencyKey}.remove.${row.id}`}
                          version={row.version}
                          label={t('organise:reviewers.removeName', { name: row.name })}
                        >
                          {t('organise:reviewers.remove')}
                        </ActForm>
                      )}
                    </span>
                  ) : null,
              },
            ]}
          />
          <Pager
            previous={data.previous && withQuery(base, { ...filters, before: data.previous })}
            next={data.next && withQuery(base, { ...filters, after: data.next })}
          />
          <p class="soft org-note">{t('organise:reviewers.removeText')}</p>
          <ExportLinks
            links={[
              { href: organisePaths.exportFile(slug, 'reviewers.csv'), label: t('organise:csv') },
              { href: organisePaths.exportFile(slug, 'reviewers.json'), label: t('organise:json') },
            ]}
          />
        </>
      )}
    </>,
  );
}

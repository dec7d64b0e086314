import { Button, Choices, ErrorSummary, HiddenKey, TextArea } from '../components/forms.js';
import { Callout, EmptyState, Facts, Instant, Prose, Tag, type Tone } from '../components/parts.js';
import { DataTable, FilterChips, Pager, TableBar } from '../components/tables.js';
import { MailTo } from '../components/mail-to.js';
import { page } from '../layout.js';
import { formatInstant, formatNumber, paths, type View } from '../view.js';
import {
  bound,
  countOf,
  ExportLinks,
  Head,
  organisePaths,
  Part,
  slugOf,
  When,
  withQuery,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';

export type LetterStatus = 'received' | 'considered' | 'welcomed' | 'declined' | 'withdrawn';
export type Contribution = 'funding' | 'expertise' | 'venue' | 'media' | 'participants' | 'other';

const TONES: Record<LetterStatus, Tone> = {
  received: 'warn',
  considered: 'plain',
  welcomed: 'ok',
  declined: 'bad',
  withdrawn: 'quiet',
};

/** What can be answered from each state; an answer may be changed. */
const ANSWERS_FROM: Record<LetterStatus, readonly ('welcomed' | 'declined' | 'considered')[]> = {
  received: ['welcomed', 'declined', 'considered'],
  considered: ['welcomed', 'declined'],
  welcomed: ['declined'],
  declined: ['welcomed'],
  withdrawn: [],
};

export interface LetterRow {
  id: string;
  organisation: string;
  /** Name of the country in the reader's language. */
  country: string | null;
  contribution: Contribution;
  status: LetterStatus;
  at: Date;
}

export interface PartnersData extends OrganiseData {
  filters: { status?: string };
  statuses: readonly { status: LetterStatus; count: number }[];
  rows: readonly LetterRow[];
  matching: number;
  total: number;
  previous?: string;
  next?: string;
}

/** GET `/conferences/:slug/organise/partners?status=`. */
export function partnersPage(view: View, data: PartnersData): string {
  const { t } = view;
  const slug = slugOf(view);
  const base = organisePaths.partners(slug);
  const waiting = data.statuses
    .filter(({ status }) => status === 'received' || status === 'considered')
    .reduce((sum, { count }) => sum + count, 0);
  const title =
    data.total === 0
      ? t('organise:partners.none')
      : waiting > 0
        ? countOf(view, 'organise:partners.waiting', waiting)
        : countOf(view, 'organise:partners.answered', data.total);
  return page(
    view,
    { title: t('common:organise.partners'), area: 'organiser', active: 'partners' },
    <>
      <Head title={title} />
      {data.total === 0 ? (
        <div class="org-gap">
          <EmptyState
            title={t('organise:partners.emptyTitle')}
            text={t('organise:partners.emptyText')}
            action={{ href: paths.partner(slug), label: t('organise:partners.emptyAction') }}
          />
        </div>
      ) : (
        <>
          <TableBar shown={data.matching} total={data.total}>
            <FilterChips
              label={t('organise:filters')}
              chips={data.statuses.map(({ status, count }) => ({
                label: `${t(`organise:partners.status.${status}`)} ${formatNumber(view, count)}`,
                href: withQuery(base, { status: data.filters.status === status ? undefined : status }),
                active: data.filters.status === status,
              }))}
            />
          </TableBar>
          <DataTable
            caption={t('common:organise.partners')}
            rows={data.rows}
            id={(row) => row.id}
            href={(row) => organisePaths.letter(slug, row.id)}
            under={(row) => row.country}
            columns={[
              {
                key: 'organisation',
                head: t('organise:partners.organisation'),
                main: true,
                cell: (row) => <bdi>{row.organisation}</bdi>,
              },
              {
                key: 'contribution',
                head: t('organise:partners.offers'),
                cell: (row) => t(`organise:partners.contribution.${row.contribution}`),
              },
              { key: 'at', head: t('organise:at'), cell: (row) => <When at={row.at} zone={data.zone} /> },
              {
                key: 'status',
                head: t('organise:state'),
                cell: (row) => (
                  <Tag tone={TONES[row.status]}>{t(`organise:partners.status.${row.status}`)}</Tag>
                ),
              },
            ]}
          />
          <Pager
            previous={data.previous && withQuery(base, { ...data.filters, before: data.previous })}
            next={data.next && withQuery(base, { ...data.filters, after: data.next })}
          />
          <ExportLinks
            links={[
              { href: organisePaths.exportFile(slug, 'letters.csv'), label: t('organise:csv') },
              { href: organisePaths.exportFile(slug, 'letters.json'), label: t('organise:json') },
            ]}
          />
        </>
      )}
    </>,
  );
}

export interface LetterData extends OrganiseData, FormState {
  id: string;
  version: number;
  organisation: string;
  country: string | null;
  website: string | null;
  contactName: string;
  address: string;
  contribution: Contribution;
  letter: string;
  wordCount: number;
  status: LetterStatus;
  at: Date;
  answer: { text: string; by: string; at: Date } | null;
  may: { answer: boolean };
}

/** GET `/conferences/:slug/organise/partners/:id`; the form posts to `.../answer`: `status` (`considered`, `welcomed`, `declined`), `text`, `version`. */
export function organiserLetterPage(view: View, data: LetterData): string {
  const { t } = view;
  const slug = slugOf(view);
  const waits = data.status === 'received' || data.status === 'considered';
  return page(
    view,
    { title: data.organisation, area: 'organiser', active: 'partners' },
    <>
      <Head
        back={{ href: organisePaths.partners(slug), label: t('organise:partners.back') }}
        title={<bdi>{data.organisation}</bdi>}
        text={t('organise:partners.offersLine', {
          what: t(`organise:partners.contributionLong.${data.contribution}`),
        })}
      />
      <ErrorSummary errors={data.errors} />
      <div class="org-split">
        <div class="org-main">
          <Prose text={data.letter} />
          <p class="soft org-words">{countOf(view, 'organise:count.words', data.wordCount)}</p>
          {data.answer ? (
            <Part title={t('organise:partners.answer')}>
              <blockquote class="org-answer" dir="auto">
                <Prose text={data.answer.text} />
              </blockquote>
              <p class="soft">
                {t('organise:partners.answeredBy', {
                  name: data.answer.by,
                  at: formatInstant(view, data.answer.at, data.zone),
                })}
              </p>
            </Part>
          ) : null}
          {data.status !== 'withdrawn' && data.may.answer ? (
            <Part title={t(waits ? 'organise:partners.answerTitle' : 'organise:partners.changeTitle')}>
              <Callout>
                <p>{t('organise:partners.answerText', { name: data.contactName, address: data.address })}</p>
              </Callout>
              <form method="post" action={organisePaths.answer(slug, data.id)}>
                <HiddenKey value={`${data.idempotencyKey}.answer`} version={data.version} />
                <Choices
                  {...bound(data, 'status')}
                  type="radio"
                  look="list"
                  label={t('organise:partners.decide')}
                  options={ANSWERS_FROM[data.status].map((status) => ({
                    value: status,
                    label: t(`organise:partners.status.${status}`),
                    hint: t(`organise:partners.then.${status}`),
                  }))}
                />
                <TextArea
                  {...bound(data, 'text')}
                  label={t('organise:partners.text')}
                  hint={t('organise:partners.textHint')}
                  rows={7}
                  dir="auto"
                />
                <div class="actions">
                  <Button>{t('organise:partners.send')}</Button>
                </div>
              </form>
            </Part>
          ) : null}
        </div>
        <aside class="org-side" aria-label={t('organise:submission.facts')}>
          <div class="card">
            <p>
              <Tag tone={TONES[data.status]}>{t(`organise:partners.status.${data.status}`)}</Tag>
            </p>
            <Facts
              items={[
                { term: t('organise:partners.contact'), value: <bdi>{data.contactName}</bdi> },
                { term: t('organise:email'), value: <MailTo address={data.address} /> },
                ...(data.website
                  ? [
                      {
                        term: t('organise:partners.website'),
                        value: (
                          <a href={data.website} rel="noopener noreferrer nofollow">
                            {data.website.replace(/^https?:\/\//, '')}
                          </a>
                        ),
                      },
                    ]
                  : []),
                ...(data.country ? [{ term: t('common:country.label'), value: data.country }] : []),
                { term: t('organise:at'), value: <Instant at={data.at} zone={data.zone} /> },
              ]}
            />
          </div>
        </aside>
      </div>
    </>,
  );
}

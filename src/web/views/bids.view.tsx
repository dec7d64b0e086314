import type { JSX } from 'preact';
import { BIDS } from '../../reviews/affinity.js';
import type { BidItem, BidListView } from '../../reviews/bid.view.js';
import { HIGHEST_AFFINITY } from '../../reviews/solver/problem.js';
import { useView } from '../components/context.js';
import { Button, ErrorSummary, fieldId, HiddenKey, type FieldErrors } from '../components/forms.js';
import { Callout, EmptyState, Pieces, Progress, Prose } from '../components/parts.js';
import { FilterChips, Pager } from '../components/tables.js';
import { page } from '../layout.js';
import { formatInstant, formatShare, lastMinute, paths, type View } from '../view.js';

/** Every answer of a list, in the order of the keys 1 to 4 and 0. */
const ANSWERS = [...BIDS, 'none'] as const;

export interface BidsPageData {
  /** Of the invitation. */
  id: string;
  conference: string;
  zone: string;
  list: BidListView;
  topics: readonly { id: string; title: string }[];
  filters: { topic?: string; bid?: string };
  /** What was typed, by the submission's code; it wins over what is stored. */
  values?: Readonly<Record<string, string>>;
  errors?: FieldErrors;
  idempotencyKey: string;
}

/** A reviewer's list of what they could review. Posts `bids[<code>]` to its own address. */
export function bidsPage(view: View, data: BidsPageData): string {
  const { t } = view;
  const { list, filters } = data;
  const base = paths.bids(data.id);
  const href = (change: Record<string, string | undefined>): string => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...filters, ...change })) if (value) query.set(name, value);
    return query.size > 0 ? `${base}?${query.toString()}` : base;
  };
  const empty = list.total === 0;
  return page(
    view,
    {
      title: t('bids:title'),
      area: 'reviewer',
      active: 'reviews',
      scripts: ['keys', 'bids'],
      aside: empty ? null : (
        <Pieces
          value={list.done}
          max={list.total}
          label={t('bids:progress', { done: list.done, total: list.total })}
        />
      ),
    },
    <>
      <p class="eyebrow">{data.conference}</p>
      <h1>{t('bids:title')}</h1>
      {list.open ? (
        <>
          <p class="lead">{t('bids:lead')}</p>
          <p class="soft">
            {t('bids:weights')} {t('bids:conflictHint')}
          </p>
          {list.closesAt ? (
            <p>
              {t('bids:closes', { at: formatInstant(view, lastMinute(new Date(list.closesAt)), data.zone) })}
            </p>
          ) : null}
        </>
      ) : null}
      {!list.open && list.total > 0 ? (
        <Callout title={t('bids:closed')}>
          <p>{t('bids:closedText')}</p>
        </Callout>
      ) : null}
      {empty ? (
        <EmptyState
          title={t('bids:notYet')}
          text={t('bids:notYetText')}
          action={{ href: paths.reviews, label: t('review:list.title') }}
        />
      ) : (
        <>
          <ErrorSummary errors={data.errors} />
          <p>
            <Progress
              value={list.done}
              max={list.total}
              label={t('bids:progress', { done: list.done, total: list.total })}
            />
          </p>
          <FilterChips
            label={t('bids:filters')}
            chips={[
              {
                label: t('bids:unanswered'),
                href: href({ bid: filters.bid ? undefined : 'none' }),
                active: filters.bid === 'none',
              },
              ...data.topics.map(({ id, title }) => ({
                label: title,
                href: href({ topic: filters.topic === id ? undefined : id }),
                active: filters.topic === id,
              })),
            ]}
          />
          {list.items.length === 0 ? (
            <EmptyState
              title={t('bids:noneTitle')}
              text={t('bids:noneText')}
              action={{ href: base, label: t('bids:all') }}
            />
          ) : (
            <form method="post" action={href({})} data-keys noValidate>
              <HiddenKey value={data.idempotencyKey} />
              {list.next ? <input type="hidden" name="next" value={list.next} /> : null}
              {list.open ? <p class="hint bids-keys">{t('bids:keys')}</p> : null}
              <ol class="bids" data-bids>
                {list.items.map((item) => (
                  <li key={item.submission}>
                    <Item data={data} item={item} />
                  </li>
                ))}
              </ol>
              {list.open ? (
                <div class="actions bids-save">
                  <Button>{t(list.next ? 'bids:saveNext' : 'bids:save')}</Button>
                </div>
              ) : null}
            </form>
          )}
          <Pager next={list.next ? href({ after: list.next }) : undefined} />
        </>
      )}
    </>,
  );
}

function Item({ data, item }: { data: BidsPageData; item: BidItem }): JSX.Element {
  const view = useView();
  const { t } = view;
  const name = `bids[${item.submission}]`;
  const chosen = data.values?.[item.submission] ?? item.bid ?? 'none';
  const titles = data.topics.filter(({ id }) => item.topics.includes(id)).map(({ title }) => title);
  return (
    <fieldset class="bid card" data-bid>
      <legend>
        <span class="code">{item.submission}</span>{' '}
        <span dir="auto" lang={item.language}>
          {item.title}
        </span>
      </legend>
      <p class="soft bid-why">
        {t('bids:fit', { n: formatShare(view, item.fit / HIGHEST_AFFINITY) })}: {why(view, item)}.{' '}
        {titles.join(' · ')}
      </p>
      {item.authors ? <p class="soft">{t('bids:by', { names: item.authors.join(', ') })}</p> : null}
      <details>
        <summary>
          {t('bids:read')}
          <span class="out-of-sight"> {item.submission}</span>
        </summary>
        <Prose text={item.abstract} lang={item.language} />
      </details>
      <div class="chips">
        {ANSWERS.map((answer, place) => (
          <label key={answer} class="chip" for={`${fieldId(name)}-${answer}`}>
            <input
              type="radio"
              id={`${fieldId(name)}-${answer}`}
              name={name}
              value={answer}
              checked={chosen === answer}
              disabled={!data.list.open}
              data-key={answer === 'none' ? 0 : place + 1}
            />
            <span>{t(`bids:bid.${answer}`)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** In a sentence, why the pair fits as it does. */
export function why(
  view: Pick<View, 't'>,
  {
    sharedTopics,
    topics,
    words,
  }: { sharedTopics: number; topics: number | readonly string[]; words: number },
): string {
  const total = typeof topics === 'number' ? topics : topics.length;
  const share = sharedTopics === 0 ? 'none' : sharedTopics === total ? 'all' : 'some';
  const near = words >= 2 / 3 ? 'near' : words >= 1 / 3 ? 'some' : 'far';
  return `${view.t(`bids:topics_${share}`, { n: sharedTopics, total })}, ${view.t(`bids:words_${near}`)}`;
}

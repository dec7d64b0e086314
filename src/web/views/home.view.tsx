import type { JSX } from 'preact';
import { useView } from '../components/context.js';
import { DeadlineLine, EmptyState } from '../components/parts.js';
import { page } from '../layout.js';
import { formatCalendarDay, formatInstant, paths, zoneWords, type View } from '../view.js';

/** One conference as the list of conferences shows it. */
export interface HomeConference {
  slug: string;
  name: string;
  subtitle: string;
  organiserName: string;
  isExample: boolean;
  /** Whether its call is still to open, takes abstracts, or has ended. */
  call: 'before' | 'open' | 'closed';
  opensAt: Date;
  /** Exclusive end of the call. */
  closesAt: Date;
  zone: string;
  /** `YYYY-MM-DD`, where the days are announced. */
  startsOn: string | null;
}

export interface HomePageData {
  /** Those that take abstracts first; the order is the caller's. */
  conferences: readonly HomeConference[];
}

/** The installation's front page: which conferences there are and which take abstracts now. */
export function homePage(view: View, data: HomePageData): string {
  const { t } = view;
  const open = data.conferences.filter((one) => one.call === 'open').length;
  const title = open > 0 ? t('call:home.open', { count: open }) : t('call:home.none');
  return page(
    view,
    { title: t('call:home.title'), area: 'public' },
    <>
      <h1>{title}</h1>
      {data.conferences.length === 0 ? (
        <div class="section">
          <EmptyState title={t('call:home.emptyTitle')} text={t('call:home.empty')} />
        </div>
      ) : (
        <ul class="conferences">
          {data.conferences.map((one) => (
            <Entry key={one.slug} one={one} />
          ))}
        </ul>
      )}
    </>,
  );
}

function Entry({ one }: { one: HomeConference }): JSX.Element {
  const view = useView();
  const { t } = view;
  return (
    <li class="conference">
      <p class="soft">
        {one.organiserName}
        {one.isExample ? ` · ${t('call:home.example')}` : ''}
      </p>
      <h2>
        <a href={paths.call(one.slug)}>{one.name}</a>
      </h2>
      {one.subtitle ? <p class="conference-subtitle">{one.subtitle}</p> : null}
      {one.call === 'open' ? <DeadlineLine end={one.closesAt} zone={one.zone} /> : null}
      {one.call === 'before' ? (
        <p class="eyebrow">
          {t('call:home.opens', {
            day: formatInstant(view, one.opensAt, one.zone),
            zone: zoneWords(view, one.zone),
          })}
        </p>
      ) : null}
      {one.call === 'closed' ? (
        <p class="eyebrow">
          {one.startsOn
            ? t('call:home.begins', { day: formatCalendarDay(view, one.startsOn, { year: true }) })
            : t('call:home.closed')}
        </p>
      ) : null}
    </li>
  );
}

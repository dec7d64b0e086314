import type { JSX } from 'preact';
import { useView } from '../components/context.js';
import { organisePaths, slugOf } from './organise-parts.js';

export type DecidingWay = 'board' | 'lists' | 'places' | 'settings';

/** Addresses around deciding, below `/conferences/:slug/organise/decisions`. */
export const decidingPaths = {
  lists: (slug: string) => `${organisePaths.decisions(slug)}/lists`,
  /** GET; POST with `act`: `confirm`, `release`, `schedule`, `unschedule`, `discard`, `test`. */
  list: (slug: string, id: string) => `${organisePaths.decisions(slug)}/lists/${id}`,
  recipients: (slug: string, release: string) => `${organisePaths.decisions(slug)}/recipients/${release}`,
  places: (slug: string) => `${organisePaths.decisions(slug)}/waitlist`,
  settings: (slug: string) => `${organisePaths.decisions(slug)}/settings`,
  organisations: (slug: string) => `${organisePaths.decisions(slug)}/settings/organisations`,
  undo: (slug: string) => `${organisePaths.decisions(slug)}/undo`,
  promote: (slug: string, id: string) => `${organisePaths.submission(slug, id)}/promote`,
  confirmFor: (slug: string, id: string) => `${organisePaths.submission(slug, id)}/confirm-for`,
  joinedSeen: (slug: string, id: string) => `${organisePaths.submission(slug, id)}/joined-seen`,
} as const;

/** The pages around deciding, one beside the other. */
export function DecidingWays({ current }: { current: DecidingWay }): JSX.Element {
  const view = useView();
  const { t } = view;
  const slug = slugOf(view);
  const ways: [DecidingWay, string][] = [
    ['board', organisePaths.decisions(slug)],
    ['lists', decidingPaths.lists(slug)],
    ['places', decidingPaths.places(slug)],
    ['settings', decidingPaths.settings(slug)],
  ];
  return (
    <nav class="filter-chips" aria-label={t('deciding:ways.label')}>
      {ways.map(([way, href]) => (
        <a
          key={way}
          class={way === current ? 'tag active' : 'tag'}
          href={href}
          aria-current={way === current ? 'page' : undefined}
        >
          {t(`deciding:ways.${way}`)}
        </a>
      ))}
    </nav>
  );
}

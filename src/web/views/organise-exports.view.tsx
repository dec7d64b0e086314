import { page } from '../layout.js';
import type { View } from '../view.js';
import { countOf, Head, organisePaths, slugOf, type OrganiseData } from './organise-parts.js';

export interface ExportEntry {
  /** Words in `organise:exports.what.<key>` and `organise:exports.holds.<key>`. */
  key:
    | 'submissions'
    | 'authors'
    | 'reviewers'
    | 'assignments'
    | 'reviews'
    | 'decisions'
    | 'registrations'
    | 'letters'
    | 'mail'
    | 'record';
  /** Rows it would hold now. */
  count: number;
  formats: readonly ('csv' | 'json')[];
  /** It names people with their addresses; the page says so. */
  personal: boolean;
}

export interface ExportsData extends OrganiseData {
  entries: readonly ExportEntry[];
}

/** GET `/conferences/:slug/organise/exports`: what can be taken out, and what it contains. */
export function exportsPage(view: View, data: ExportsData): string {
  const { t } = view;
  const slug = slugOf(view);
  return page(
    view,
    { title: t('organise:exports.title'), area: 'organiser', active: 'exports' },
    <>
      <Head title={t('organise:exports.title')} text={t('organise:exports.explain')} />
      <ul class="org-rows org-export-list">
        {data.entries.map((entry) => (
          <li key={entry.key}>
            <div>
              <b>{t(`organise:exports.what.${entry.key}`)}</b>
              <span class="under">{t(`organise:exports.holds.${entry.key}`)}</span>
              {entry.personal ? (
                <span class="under org-personal">{t('organise:exports.personal')}</span>
              ) : null}
            </div>
            <div class="org-rows-end">
              <span class="soft num">{countOf(view, 'organise:count.rows', entry.count)}</span>
              {entry.formats.map((format) => (
                <a
                  key={format}
                  class="button second"
                  href={organisePaths.exportFile(slug, `${entry.key}.${format}`)}
                  download
                  aria-label={t('organise:exports.download', {
                    what: t(`organise:exports.what.${entry.key}`),
                    format: t(`organise:${format}`),
                  })}
                >
                  {t(`organise:${format}`)}
                </a>
              ))}
            </div>
          </li>
        ))}
      </ul>
      <p class="soft org-note">
        {t('organise:exports.volume')}{' '}
        <a href={organisePaths.proceedings(slug)}>{t('common:organise.proceedings')}</a>
      </p>
    </>,
  );
}

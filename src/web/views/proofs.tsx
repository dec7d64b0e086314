import type { JSX } from 'preact';
import { useView } from '../components/context.js';
import { Instant } from '../components/parts.js';
import type { OwnEntry } from '../record.access.js';
import { formatNumber, paths, type View } from '../view.js';
import { wordOr } from './organise-parts.js';

/** What an entry tells of, in words. */
export const entryWords = (view: View, { action }: OwnEntry): string =>
  wordOr(view, `organise:record.action.${action}`, action);

/** The proof of an entry, to be downloaded once it is sealed. */
export function Proof({ entry }: { entry: OwnEntry }): JSX.Element {
  const view = useView();
  const { t } = view;
  if (entry.sealed === null) return <>{t('record:own.unsealed')}</>;
  return (
    <a href={paths.recordProof(entry.id)} download={`proof-${entry.id}.json`}>
      {t('record:own.download', { n: formatNumber(view, entry.sealed) })}
    </a>
  );
}

/** The reader's own entries about the thing on the page, each with its proof; nothing where there are none. */
export function Proofs(props: { entries: readonly OwnEntry[]; zone: string }): JSX.Element | null {
  const view = useView();
  const { t } = view;
  if (props.entries.length === 0) return null;
  return (
    <section class="section" aria-labelledby="proofs">
      <h2 id="proofs">{t('record:own.here')}</h2>
      <p class="soft">
        {t('record:own.hereExplain')} <a href={paths.record}>{t('record:own.how')}</a>
      </p>
      <ul class="entries">
        {props.entries.map((entry) => (
          <li key={entry.id} class="entry">
            <span>
              {entryWords(view, entry)}
              <span class="under">
                <Instant at={entry.at} zone={props.zone} year />
              </span>
            </span>
            <Proof entry={entry} />
          </li>
        ))}
      </ul>
    </section>
  );
}

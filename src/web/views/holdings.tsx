import type { JSX } from 'preact';
import type { Effect } from '../../rights/rights-rules.js';
import { useView } from '../components/context.js';

/** What somebody has here, counted by kind. */
export function Holdings({ effects }: { effects: readonly Pick<Effect, 'kind' | 'count'>[] }): JSX.Element {
  const { t } = useView();
  if (effects.length === 0) return <p class="soft">{t('rights:nothing')}</p>;
  return (
    <ul class="holdings">
      {effects.map(({ kind, count }) => (
        <li key={kind}>{t(`rights:holding.${kind}`, { count })}</li>
      ))}
    </ul>
  );
}

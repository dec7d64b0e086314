import type { JSX } from 'preact';
import { formatNumber } from '../view.js';
import { useView } from './context.js';

const MB = 1024 * 1024;

/** "12 pages, 1.4 MB". */
export function PaperFacts({ pages, size }: { pages: number; size: number }): JSX.Element {
  const view = useView();
  const mb = Math.max(0.1, Math.ceil((size * 10) / MB) / 10);
  return (
    <span class="soft">
      {view.t('common:paper.facts', { count: pages, size: formatNumber(view, mb, 1) })}
    </span>
  );
}

/** Whether a paper is asked for, of at most how much; nothing where none is. */
export function PaperWish({
  asked,
}: {
  asked: { required: boolean; limitMb: number } | null;
}): JSX.Element | null {
  const { t } = useView();
  if (!asked) return null;
  return <>{t(`common:paper.${asked.required ? 'required' : 'optional'}`, { count: asked.limitMb })}</>;
}

import type { JSX } from 'preact';
import { isStandIn } from '../../people/stand-in.js';
import { Tag } from './parts.js';
import { useView } from './context.js';

/** An address to write to; of a protected person only that it is protected, with what stands for it. */
export function MailTo({ address, line = false }: { address: string; line?: boolean }): JSX.Element {
  const { t } = useView();
  if (isStandIn(address))
    return (
      <span title={address}>
        <Tag>{t('protection:organiser.address')}</Tag>
      </span>
    );
  return (
    <a class={line ? 'org-line' : undefined} href={`mailto:${address}`}>
      {address}
    </a>
  );
}

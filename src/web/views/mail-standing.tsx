import type { JSX } from 'preact';
import { useView } from '../components/context.js';
import { Callout } from '../components/parts.js';
import { formatInstant } from '../view.js';
import { ActForm } from './organise-parts.js';

/** Whether mail goes out. */
export interface MailStanding {
  holds: readonly {
    /** All mail of the installation, not only the conference's. */
    everywhere: boolean;
    reason: 'person' | 'restore';
    at: Date;
    by: string | null;
  }[];
  /** What the mail server says while it takes nothing from us. */
  server: { trouble: string; since: Date } | null;
}

/** Says why mail waits, and lets whoever may let it go or stop it. */
export function Standing(props: {
  standing: MailStanding;
  zone: string;
  /** Where the forms post to, for who may; null shows none. */
  actions: { hold: string; release: string; key: string; everywhere: boolean } | null;
}): JSX.Element {
  const view = useView();
  const { t } = view;
  const { standing, actions, zone } = props;
  const own = standing.holds.some((hold) => actions !== null && hold.everywhere === actions.everywhere);
  return (
    <>
      {standing.server ? (
        <Callout tone="bad" title={t('mailing:server.title')}>
          <p>{t('mailing:server.text', { since: formatInstant(view, standing.server.since, zone) })}</p>
          <p>
            {t('mailing:server.words')} <span class="hash">{standing.server.trouble}</span>
          </p>
        </Callout>
      ) : null}
      {standing.holds.map((hold) => (
        <Callout
          key={String(hold.everywhere)}
          tone="warn"
          title={t(hold.everywhere ? 'mailing:hold.everywhere' : 'mailing:hold.here')}
        >
          <p>
            {t(hold.by === null ? `mailing:hold.since.${hold.reason}` : 'mailing:hold.since.by', {
              at: formatInstant(view, hold.at, zone),
              name: hold.by ?? '',
            })}{' '}
            {t(hold.reason === 'restore' ? 'mailing:hold.restored' : 'mailing:hold.kept')}
            {hold.everywhere && actions?.everywhere !== true ? ` ${t('mailing:hold.operator')}` : ''}
          </p>
          {actions !== null && hold.everywhere === actions.everywhere ? (
            <ActForm action={actions.release} idempotencyKey={`${actions.key}.release`} look="second">
              {t('mailing:hold.release')}
            </ActForm>
          ) : null}
        </Callout>
      ))}
      {actions !== null && !own ? (
        <div class="org-gap">
          <ActForm action={actions.hold} idempotencyKey={`${actions.key}.hold`}>
            {t(actions.everywhere ? 'mailing:hold.holdAll' : 'mailing:hold.hold')}
          </ActForm>
        </div>
      ) : null}
    </>
  );
}

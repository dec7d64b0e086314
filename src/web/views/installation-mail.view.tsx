import { EmptyState } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';
import { Standing, type MailStanding } from './mail-standing.js';
import { MAIL_STATES, type MailState } from './organise-mail.view.js';
import { CountBars, Head } from './organise-parts.js';

export interface InstallationMailData {
  zone: string;
  standing: MailStanding;
  counts: readonly { state: MailState; count: number }[];
  key: string;
}

/** GET `/installation/mail`, for the operator. */
export function installationMailPage(view: View, data: InstallationMailData): string {
  const { t } = view;
  const waits = data.standing.holds.length > 0 || data.standing.server !== null;
  return page(
    view,
    { title: t('mailing:installation.title'), area: 'public', styles: ['organise'] },
    <>
      <Head
        title={t(waits ? 'mailing:installation.waits' : 'mailing:installation.fine')}
        text={t('mailing:installation.lead')}
      />
      <Standing
        standing={data.standing}
        zone={data.zone}
        actions={{
          hold: `${paths.installationMail}/hold`,
          release: `${paths.installationMail}/release`,
          key: data.key,
          everywhere: true,
        }}
      />
      {data.counts.length === 0 ? (
        <EmptyState title={t('mailing:installation.none')} text={t('mailing:installation.noneText')} />
      ) : (
        <CountBars
          title={t('organise:mail.states')}
          rows={MAIL_STATES.flatMap((state) => data.counts.filter((entry) => entry.state === state)).map(
            ({ state, count }) => ({ key: state, label: t(`organise:mail.state.${state}`), count }),
          )}
        />
      )}
    </>,
  );
}

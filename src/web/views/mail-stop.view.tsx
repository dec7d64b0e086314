import { Button } from '../components/forms.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';
import { wordOr } from './organise-parts.js';

export interface MailStopData {
  token: string;
  kind: string;
  conferenceName: string;
  stopped: boolean;
}

/** GET `/mail/stop/:token`; forms post there and to `resume`. */
export function mailStopPage(view: View, data: MailStopData): string {
  const { t } = view;
  const words = { kind: wordOr(view, `mail:${data.kind}.name`, data.kind), conference: data.conferenceName };
  const title = t(data.stopped ? 'mailing:stop.doneTitle' : 'mailing:stop.title');
  return page(
    view,
    { title, area: 'public', width: 'narrow' },
    <>
      <h1>{title}</h1>
      <p>{t(data.stopped ? 'mailing:stop.done' : 'mailing:stop.text', words)}</p>
      <p class="soft">{t('mailing:stop.rest')}</p>
      <form
        method="post"
        action={data.stopped ? `${paths.mailStop(data.token)}/resume` : paths.mailStop(data.token)}
      >
        <Button {...(data.stopped && { look: 'second' as const })}>
          {t(data.stopped ? 'mailing:stop.resume' : 'mailing:stop.button')}
        </Button>
      </form>
    </>,
  );
}

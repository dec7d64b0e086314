import { LinkButton } from '../components/forms.js';
import { Callout } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';

/** What went wrong, already in the reader's words. */
export interface ErrorPageData {
  /** HTTP status; chooses what the page says about going on. */
  status: number;
  title: string;
  message: string;
  /** What somebody typed and would otherwise lose: label (or field name) and text, to copy from. */
  kept?: readonly { label: string; text: string }[];
  /** Where to go on, when there is a better place than the start. */
  onward?: { href: string; label: string };
  /** Whole seconds after which trying again makes sense. */
  retryAfter?: number;
}

/** What happened, what was kept, how to go on. */
export function errorPage(view: View, data: ErrorPageData): string {
  const { t } = view;
  const ours = data.status >= 500;
  return page(
    view,
    { title: data.title, area: 'public', width: 'narrow' },
    <>
      <h1>{data.title}</h1>
      <p class="lead">{data.message}</p>
      {data.retryAfter ? <p class="soft">{t('error:retry', { count: data.retryAfter })}</p> : null}
      {ours ? (
        <div class="section">
          <Callout title={t('error:keptTitle')}>
            <p>{t('error:keptText')}</p>
          </Callout>
        </div>
      ) : null}
      {data.kept && data.kept.length > 0 ? (
        <section class="section" aria-labelledby="typed">
          <h2 id="typed">{t('error:typed')}</h2>
          <p class="soft">{t('error:typedText')}</p>
          {data.kept.map((entry) => (
            <div key={entry.label} class="kept">
              <h3>{entry.label}</h3>
              <p class="kept-text" dir="auto">
                {entry.text}
              </p>
            </div>
          ))}
        </section>
      ) : null}
      <div class="actions">
        {data.status === 401 ? (
          <LinkButton href={`${paths.signIn}?next=${encodeURIComponent(view.path)}`}>
            {t('common:nav.signIn')}
          </LinkButton>
        ) : null}
        {data.onward ? <LinkButton href={data.onward.href}>{data.onward.label}</LinkButton> : null}
        <LinkButton
          look={data.status === 401 || data.onward ? 'quiet' : 'second'}
          href={view.viewer ? paths.me : paths.home}
        >
          {t(view.viewer ? 'error:toMe' : 'error:toStart')}
        </LinkButton>
      </div>
      <p class="soft section">
        {t('error:reference')} <span class="hash">{view.requestId}</span>
      </p>
    </>,
  );
}

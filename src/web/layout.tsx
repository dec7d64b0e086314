import type { ComponentChildren, JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { ViewContext, useView } from './components/context.js';
import { formatNumber, paths, type ConferenceView, type View } from './view.js';

export interface PageOptions {
  /** What the reader came for; goes into the browser's title with the conference's name after it. */
  title: string;
  area: 'public' | 'organiser' | 'reviewer';
  /** Key of the menu entry this page belongs to: `call`, `submissions`, `reviews`, ... */
  active?: string;
  /** Names of scripts in `/assets/js/` that this page uses, without `.js`. Pages work without them. */
  scripts?: readonly string[];
  /** Names of further style sheets in `/assets/`, without `.css`; the organisers' area has `organise` by itself. */
  styles?: readonly string[];
  /** What the page says of itself to indexes, as pairs of name and content. */
  meta?: readonly (readonly [string, string])[];
  /** Stands at the end of the header, e.g. a reviewer's progress. */
  aside?: ComponentChildren;
  /** `full` leaves width and padding to the page (two panes); `narrow` is for single questions. */
  width?: 'normal' | 'narrow' | 'full';
}

/** Entries of the organisers' menu in two groups; a key is also the path under `organise/` and the word in `common:organise`. */
export const ORGANISER_MENU = [
  [
    '',
    'submissions',
    'reviewers',
    'conflicts',
    'assignment',
    'decisions',
    'mail',
    'registrations',
    'partners',
    'proceedings',
  ],
  ['settings', 'reviewing', 'roles', 'duplicates', 'keeping', 'exports', 'record'],
] as const;

/** A whole HTML document, ready to be sent. Nothing in it is inline script or style, as the CSP demands. */
export function page(view: View, options: PageOptions, children: ComponentChildren): string {
  const { t, conference } = view;
  const names = [options.title, conference?.name, t('common:product')].filter(Boolean);
  const scripts = new Set([
    'local-time',
    ...(options.area === 'organiser' ? ['keys'] : []),
    ...(options.scripts ?? []),
  ]);
  const styles = new Set([...(options.area === 'organiser' ? ['organise'] : []), ...(options.styles ?? [])]);
  const html = renderToString(
    <html lang={view.locale} dir="ltr">
      <head>
        <meta charset="utf-8" />
        <title>{[...new Set(names)].join(' · ')}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {options.meta?.map(([name, content]) => (
          <meta key={`${name} ${content}`} name={name} content={content} />
        ))}
        <link
          rel="preload"
          href="/assets/fonts/noto-sans-latin.woff2"
          as="font"
          type="font/woff2"
          crossOrigin="anonymous"
        />
        <link
          rel="preload"
          href="/assets/fonts/noto-serif-latin.woff2"
          as="font"
          type="font/woff2"
          crossOrigin="anonymous"
        />
        <link rel="stylesheet" href="/assets/concord.css" />
        {[...styles].map((name) => (
          <link key={name} rel="stylesheet" href={`/assets/${name}.css`} />
        ))}
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        {[...scripts].map((name) => (
          <script key={name} type="module" src={`/assets/js/${name}.js`} />
        ))}
      </head>
      <body class={`area-${options.area}`}>
        <ViewContext.Provider value={view}>
          <a class="skip" href="#main">
            {t('common:skip')}
          </a>
          {options.area === 'organiser' && conference ? (
            <OrganiserFrame conference={conference} active={options.active ?? ''}>
              <Main options={options}>{children}</Main>
            </OrganiserFrame>
          ) : (
            <>
              <Header options={options} />
              <Main options={options}>{children}</Main>
              <Footer />
            </>
          )}
        </ViewContext.Provider>
      </body>
    </html>,
  );
  return `<!doctype html>${html}`;
}

function Main({ options, children }: { options: PageOptions; children: ComponentChildren }): JSX.Element {
  const { notice, conference, t } = useView();
  return (
    <main id="main" class={`page-main ${options.width ?? 'normal'}`} tabIndex={-1}>
      {conference?.isExample ? <p class="example-banner">{t('common:example')}</p> : null}
      {notice ? (
        <p class={`notice ${notice.kind}`} role={notice.kind === 'problem' ? 'alert' : 'status'}>
          {notice.text}
        </p>
      ) : null}
      {children}
    </main>
  );
}

/** The product's mark: a ring and its half, no one's emblem. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
      <circle class="mark-ring" cx="12" cy="12" r="10" />
      <path class="mark-half" d="M12 6a6 6 0 0 1 0 12z" />
    </svg>
  );
}

function MenuLink(props: { href: string; current: boolean; children: ComponentChildren }): JSX.Element {
  return (
    <a href={props.href} aria-current={props.current ? 'page' : undefined}>
      {props.children}
    </a>
  );
}

function Header({ options }: { options: PageOptions }): JSX.Element {
  const { t, conference, viewer, path } = useView();
  const entries: [key: string, href: string][] = [];
  if (options.area === 'reviewer') {
    entries.push(['reviews', paths.reviews], ['me', paths.me]);
    if (conference) entries.push(['call', conference.nav.call]);
  } else if (conference) {
    const { nav } = conference;
    entries.push(['call', nav.call]);
    if (nav.programme) entries.push(['programme', nav.programme]);
    entries.push(['partners', nav.partners], ['register', nav.register]);
    if (conference.reviews) entries.push(['reviews', paths.reviews]);
    if (conference.organises) entries.push(['organise', paths.organise(conference.slug)]);
  }
  const signIn = `${paths.signIn}?next=${encodeURIComponent(path)}`;
  return (
    <header class="top">
      <a class="brand" href={paths.home}>
        <Mark />
        <span>{t('common:product')}</span>
      </a>
      {entries.length > 0 ? (
        <nav class="top-nav" aria-label={t('common:nav.label')}>
          {entries.map(([key, href]) => (
            <MenuLink key={key} href={href} current={options.active === key}>
              {t(`common:nav.${key}`)}
            </MenuLink>
          ))}
        </nav>
      ) : null}
      <div class="top-end">
        {options.aside}
        {viewer ? (
          options.area === 'reviewer' ? null : (
            <a class="who" href={paths.me} title={viewer.address}>
              <bdi>{viewer.name || viewer.address}</bdi>
            </a>
          )
        ) : path.startsWith(paths.signIn) ? null : (
          <a href={signIn}>{t('common:nav.signIn')}</a>
        )}
      </div>
    </header>
  );
}

function Footer(): JSX.Element {
  const { t, conference } = useView();
  return (
    <footer class="foot">
      {conference ? <a href={paths.privacy(conference.slug)}>{t('common:foot.privacy')}</a> : null}
      <a href={paths.record}>{t('common:foot.promise')}</a>
      <a href={paths.words}>{t('common:words.how')}</a>
    </footer>
  );
}

function OrganiserMenu({ conference, active }: { conference: ConferenceView; active: string }): JSX.Element {
  const view = useView();
  const { t } = view;
  const [work, frame] = ORGANISER_MENU;
  const entry = (key: string): JSX.Element => {
    const count = conference.counts?.[key];
    return (
      <li key={key}>
        <MenuLink
          href={paths.organise(conference.slug, key)}
          current={active === key || (active === 'overview' && key === '')}
        >
          <span>{t(`common:organise.${key || 'overview'}`)}</span>
          {count === undefined ? null : <span class="count">{formatNumber(view, count)}</span>}
        </MenuLink>
      </li>
    );
  };
  return (
    <nav class="rail-nav" aria-label={t('common:nav.label')}>
      <p class="rail-title">
        <a href={conference.nav.call}>{conference.name}</a>
      </p>
      {conference.organises ? (
        <>
          <ul>{work.map(entry)}</ul>
          <p class="rail-title">{t('common:organise.conference')}</p>
          <ul>{frame.map(entry)}</ul>
        </>
      ) : null}
      {conference.safeguards ? <ul>{entry('protected')}</ul> : null}
      <ul>
        <li>
          <MenuLink href={paths.me} current={false}>
            <span>{t('common:nav.me')}</span>
          </MenuLink>
        </li>
      </ul>
    </nav>
  );
}

function OrganiserFrame(props: {
  conference: ConferenceView;
  active: string;
  children: ComponentChildren;
}): JSX.Element {
  const { t } = useView();
  const brand = (
    <a class="brand" href={paths.home}>
      <Mark />
      <span>{t('common:product')}</span>
    </a>
  );
  return (
    <div class="frame">
      <header class="rail">
        {brand}
        <div class="rail-wide">
          <OrganiserMenu conference={props.conference} active={props.active} />
        </div>
        <details class="rail-menu">
          <summary>{t('common:nav.menu')}</summary>
          <OrganiserMenu conference={props.conference} active={props.active} />
        </details>
      </header>
      {props.children}
    </div>
  );
}

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { TestApp } from './app.js';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/**
 * axe as its package for Playwright brings it. Without that package's builder, which carries everything that passed out of
 * the browser and sets up for foreign frames, of which no page has any, a look takes a tenth of the time.
 */
const AXE = readFileSync(
  createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright')).resolve(
    'axe-core/axe.min.js',
  ),
  'utf8',
);

/** As much of axe as is asked of it here. */
interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
}

/** `describe` where a browser is installed; otherwise skipped in plain sight. */
export const describeInBrowser: (name: string, tests: () => void) => void = EXECUTABLE
  ? (name, tests) => describe(name, tests)
  : (name, tests) => describe.skip(`${name} (no chromium here)`, tests);

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a page complained about while a test looked at it: console errors (the CSP's among them) and failed scripts. */
export interface Visit {
  page: Page;
  context: BrowserContext;
  complaints: string[];
}

const scriptless = new WeakSet<Page>();

export async function visitAs(
  browser: Browser,
  url: string,
  cookie: string | undefined,
  options: { javaScriptEnabled?: boolean; width?: number; dark?: boolean } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: url,
    javaScriptEnabled: options.javaScriptEnabled ?? true,
    viewport: { width: options.width ?? 1280, height: 900 },
    colorScheme: options.dark ? 'dark' : 'light',
  });
  if (cookie) {
    const [name, value] = cookie.split('=') as [string, string];
    await context.addCookies([{ name, value, url }]);
  }
  const page = await context.newPage();
  if (options.javaScriptEnabled === false) scriptless.add(page);
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A refused form answers 422 on purpose; the browser notes every such answer.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, context, complaints };
}

/** The rules whose outcome hangs on the width of the window or on its colours. */
export const LAYOUT_RULES = [
  'color-contrast',
  'target-size',
  'scrollable-region-focusable',
  'link-in-text-block',
];

/** Accessibility problems of the page as it stands, by rule and element; WCAG 2.2 A and AA, or some rules only. */
export async function axeFindings(page: Page, rules?: string[]): Promise<string[]> {
  // axe is a script itself: where scripts are off it cannot look, and the same page is looked at where they are on.
  if (scriptless.has(page)) return [];
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(
    async (runOnly) => {
      const { axe } = window as unknown as { axe: Axe };
      const { violations } = await axe.run({ runOnly, resultTypes: ['violations'], preload: false });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
    },
    rules
      ? { type: 'rule', values: rules }
      : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  );
}

/** Waits for a mail to an address that holds a link to a page whose path begins so. @returns the path, with its query. */
export async function mailedPath(app: TestApp, address: string, start: string): Promise<string> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    for (const line of await app.mailbox!.list()) {
      if (line.to !== address) continue;
      const links = (await app.mailbox!.read(line.id))!.text.match(/https?:\/\/\S+/g) ?? [];
      for (const link of links) {
        const { pathname, search } = new URL(link);
        if (pathname.startsWith(start)) return pathname + search;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail to ${address} with a link to ${start}…`);
}

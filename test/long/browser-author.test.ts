import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { createTestApp, type TestApp } from '../support/app.js';
import { axeFindings, describeInBrowser, openBrowser, visitAs } from '../support/browser.js';

jest.setTimeout(120_000);

describeInBrowser('an author', () => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await createTestApp({ workers: true });
    await app.conference({ slug: 'peace' });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  it.each([
    [true, 1280],
    [false, 360],
  ])(
    'writes, checks, submits and follows an abstract (scripts: %s, %i px)',
    async (javaScriptEnabled, width) => {
      const { page, complaints } = await visitAs(browser, app.url, await app.cookie('ani@example.org'), {
        javaScriptEnabled,
        width,
      });
      await page.goto('/conferences/peace');
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('link', { name: 'Submit an abstract' }).click();
      expect(await axeFindings(page)).toEqual([]);

      await page.getByLabel('Title').fill('Return without trust');
      await page.getByLabel('Abstract', { exact: true }).fill('word '.repeat(301));
      await page.getByRole('checkbox', { name: 'Topic 2' }).check();
      await page.locator('[name="authors[0][name]"]').fill('Ani Example');
      await page.locator('[name="authors[0][email]"]').fill('ani@example.org');
      await page.getByRole('button', { name: 'Check and submit' }).click();
      await page.getByText('At most 300 words; this has 301.').first().waitFor();
      expect(await page.getByLabel('Title').inputValue()).toBe('Return without trust');
      expect(await axeFindings(page)).toEqual([]);

      await page.getByLabel('Abstract', { exact: true }).fill('A short abstract about return and trust.');
      await page.getByRole('button', { name: 'Add an author' }).click();
      await page.locator('[name="authors[1][name]"]').fill('Elnur Example');
      // A slip is asked about at once, or where the words are looked at before they are sent.
      await page.locator('[name="authors[1][email]"]').fill('elnur@gmial.com');
      await page.locator('[name="authors[1][name]"]').focus();
      if (javaScriptEnabled) await page.getByText('Did you mean elnur@gmail.com?').waitFor();
      await page.getByRole('button', { name: 'Check and submit' }).click();
      await page.getByText('Elnur Example').first().waitFor();
      await page.getByText('Did you mean elnur@gmail.com?').waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await page.locator('button[name=act][value=submit]').last().click();

      await page.waitForURL(/\/submissions\/T[A-Z]{2}-[0-9A-Z]{5}/);
      await page.getByText('Submitted. A receipt is on its way').waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await page.goto('/conferences/peace');
      await page.getByText(/You have .* here/).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
      const [{ n }] = await app.db.query(
        `select count(*)::int as n from submission_author where name = 'Elnur Example'`,
      );
      expect(n).toBeGreaterThan(0);
      await page.context().close();
    },
  );

  it('needs no account: what a guest sends counts at once and stands when the mailed link is followed', async () => {
    const { page, complaints } = await visitAs(browser, app.url, undefined);
    await page.goto('/conferences/peace/submit');
    await page.getByLabel('Title').fill('A guest’s abstract');
    await page.getByLabel('Abstract', { exact: true }).fill('Written before signing in.');
    await page.getByRole('checkbox', { name: 'Topic 1' }).check();
    await page.locator('[name="authors[0][name]"]').fill('Guest Example');
    await page.locator('[name="authors[0][email]"]').fill('guest@example.org');
    await page.getByRole('button', { name: 'Check and submit' }).click();
    await page.locator('button[name=act][value=submit]').last().click();
    await page.getByText('Received. It counts from now').waitFor();
    expect(await axeFindings(page)).toEqual([]);

    const mail = await newestMail(app, 'guest@example.org');
    const link = /http:\/\/concord\.example(\/sign-in\/\S+)/.exec(mail)![1]!;
    await page.goto(link);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: /sign in/i }).click();
    await page.waitForURL(/\/submissions\//);
    await page.getByRole('heading', { name: 'A guest’s abstract' }).waitFor();
    const [row] = await app.db.query(`select held_until, status from submission where title like 'A guest%'`);
    expect(row).toEqual({ held_until: null, status: 'submitted' });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('keeps a draft that was begun without an account: over signing in, and over a mistake', async () => {
    const { page, complaints } = await visitAs(browser, app.url, undefined);
    await page.goto('/conferences/peace/submit');
    await page.getByLabel('Title').fill('Begun as a guest');
    await page.getByLabel('Abstract', { exact: true }).fill('Half a thought,');
    // Without an address there is nobody to keep it for, and nothing is lost.
    await page.getByRole('button', { name: 'Save draft' }).last().click();
    await page.locator('[name="authors[0][email]"][aria-invalid=true]').waitFor();
    expect(await page.getByLabel('Title').inputValue()).toBe('Begun as a guest');
    await page.locator('[name="authors[0][email]"]').fill('begun@example.org');
    await page.getByRole('button', { name: 'Save draft' }).last().click();
    await page.getByText('Your draft is kept.').waitFor();
    await page.getByText('begun@example.org').waitFor();
    expect(page.url()).not.toContain('begun');
    expect(await axeFindings(page)).toEqual([]);

    const mail = await newestMail(app, 'begun@example.org');
    await page.goto(/http:\/\/concord\.example(\/sign-in\/\S+)/.exec(mail)![1]!);
    await page.getByRole('button', { name: /sign in/i }).click();
    await page.waitForURL(/\/submissions\/[^/]+\/edit/);
    expect(await page.getByLabel('Title').inputValue()).toBe('Begun as a guest');
    expect(await page.getByLabel('Abstract', { exact: true }).inputValue()).toBe('Half a thought,');
    const rows = await app.db.query(
      `select status, held_until from submission where title = 'Begun as a guest'`,
    );
    expect(rows).toEqual([{ status: 'draft', held_until: null }]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('offers what a guest has typed again after they have signed in by another page', async () => {
    const { page, context } = await visitAs(browser, app.url, undefined);
    await page.goto('/conferences/peace/submit');
    await page.getByLabel('Title').fill('Typed before signing in');
    await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('concord:')));
    const [name, value] = (await app.cookie('returning@example.org')).split('=') as [string, string];
    await context.addCookies([{ name, value, url: app.url }]);
    await page.goto('/conferences/peace/submit');
    await page.locator('[data-restore-do]').click();
    expect(await page.getByLabel('Title').inputValue()).toBe('Typed before signing in');
    await context.close();
  });

  it('saves a draft in the background, and counts words as the server does', async () => {
    const { page, complaints } = await visitAs(browser, app.url, await app.cookie('draft@example.org'));
    await page.goto('/conferences/peace/submit');
    await page.getByLabel('Title').fill('Background');
    await page.getByLabel('Abstract', { exact: true }).fill('peace—war—memory and state-of-the-art');
    await page.getByText('5 of 300 words').waitFor();
    await page.getByText(/^Saved \d\d:\d\d/).waitFor({ timeout: 20_000 });
    const [row] = await app.db.query(
      `select title, word_count, status from submission where title = 'Background'`,
    );
    expect(row).toEqual({ title: 'Background', word_count: 5, status: 'draft' });
    await page.getByLabel('Title').fill('Background again');
    await page.waitForResponse((response) => response.request().method() === 'POST' && response.ok());
    const rows = await app.db.query(`select title from submission where title like 'Background%'`);
    expect(rows).toEqual([{ title: 'Background again' }]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

async function newestMail(app: TestApp, address: string): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const line = (await app.mailbox!.list()).find((one) => one.to === address);
    if (line) return (await app.mailbox!.read(line.id))!.text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail for ${address}`);
}

import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { LETTER_WORDS } from '../../src/partners/letter-rules.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { axeFindings, describeInBrowser, mailedPath, openBrowser, visitAs } from '../support/browser.js';

jest.setTimeout(120_000);

describeInBrowser('partners and attendees', () => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await createTestApp({ workers: true });
    const { id } = await app.conference({ slug: 'peace' });
    await app.grant('office@example.org', 'organiser', id);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  it('a partner writes without an account, confirms by mail, and reads the answer', async () => {
    const { page, complaints, context } = await visitAs(browser, app.url, undefined);
    await page.goto('/conferences/peace');
    await page.getByRole('link', { name: 'Partners' }).first().click();
    await page.getByLabel('Organisation').fill('Example Foundation');
    await page.getByLabel('Contact person').fill('Pat Example');
    await page.getByLabel('E-mail').fill('pat@example.org');
    await page.getByLabel('Website').fill('https://foundation.example.org');
    await page.getByRole('radio', { name: 'Venue or hospitality' }).check();
    const tooLong = 'word '.repeat(LETTER_WORDS + 1).trim();
    await page.getByRole('textbox', { name: 'Letter' }).fill(tooLong);
    await page.getByRole('button', { name: 'Send the letter' }).click();
    await page.getByText(`At most 1000 words; this has 1001.`).first().waitFor();
    expect(await page.getByRole('textbox', { name: 'Letter' }).inputValue()).toBe(tooLong);
    expect(await page.getByLabel('Organisation').inputValue()).toBe('Example Foundation');
    expect(await page.getByRole('radio', { name: 'Venue or hospitality' }).isChecked()).toBe(true);
    expect(await axeFindings(page)).toEqual([]);

    await page.getByRole('textbox', { name: 'Letter' }).fill('We have a hall and people who would come.');
    // What a browser that is closed too early has kept is offered when the form is opened again.
    await page.getByText('Kept in this browser').waitFor();
    await page.goto('/conferences/peace/partners');
    await page.getByRole('button', { name: 'Bring it back' }).click();
    expect(await page.getByRole('textbox', { name: 'Letter' }).inputValue()).toBe(
      'We have a hall and people who would come.',
    );
    await page.getByRole('button', { name: 'Send the letter' }).click();
    await page.getByText('Received. It counts from now').waitFor();
    expect(await axeFindings(page)).toEqual([]);

    const office = await visitAs(browser, app.url, await app.cookie('office@example.org'));
    await office.page.goto('/conferences/peace/organise/partners');
    expect(await office.page.getByText('Example Foundation').count()).toBe(0);

    await page.goto(await mailedPath(app, 'pat@example.org', '/sign-in/'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/letters\//);
    await page.getByText('The organisers have your letter').waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await office.page.goto('/conferences/peace/organise/partners');
    await office.page.getByRole('link', { name: 'Example Foundation' }).click();
    await office.page.getByText('We have a hall').waitFor();
    await office.page.getByRole('radio', { name: /^welcomed/ }).check();
    await office.page
      .getByRole('textbox', { name: 'Your words' })
      .fill('We are glad. The hall is just what we need.');
    await office.page.getByRole('button', { name: 'Save and answer' }).click();
    await office.page.getByRole('status').getByText('Saved.').waitFor();
    expect(await axeFindings(office.page)).toEqual([]);

    await page.reload();
    await page.getByText('The organisers welcome you as a partner').waitFor();
    await page.getByText('The hall is just what we need.').waitFor();
    expect(await mailedPath(app, 'pat@example.org', '/letters/')).toBe(new URL(page.url()).pathname);
    expect([...complaints, ...office.complaints]).toEqual([]);
    await office.context.close();
    await context.close();
  });

  it('an attendee registers, changes to online and cancels', async () => {
    const { page, complaints, context } = await visitAs(
      browser,
      app.url,
      await app.cookie('atto@example.org'),
      { width: 360 },
    );
    await page.goto('/conferences/peace/register');
    expect(await page.getByLabel('E-mail').inputValue()).toBe('atto@example.org');
    await page.getByLabel('Name', { exact: true }).fill('Atto Example');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    // How somebody takes part is not guessed.
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Atto Example');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('radio', { name: /^In person/ }).check();
    await page.getByLabel('Interpretation').selectOption('hy');
    await page.getByLabel('Access needs').fill('A place for a wheelchair.');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.waitForURL(/\/registrations\//);
    await page.getByRole('heading', { name: 'You are registered' }).waitFor();
    await page.getByText('A place for a wheelchair.').waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await page.getByRole('link', { name: 'Change it' }).click();
    expect(await page.getByLabel('Interpretation').inputValue()).toBe('hy');
    await page.getByRole('radio', { name: /^Online/ }).check();
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByText('Your registration is changed.').waitFor();
    const rows = await app.db.query(
      `select attendance, interpretation, access_needs, status from registration`,
    );
    expect(rows).toEqual([
      {
        attendance: 'online',
        interpretation: 'hy',
        access_needs: 'A place for a wheelchair.',
        status: 'registered',
      },
    ]);

    await page.getByText('I cannot come').click();
    await page.getByRole('button', { name: 'Cancel my registration' }).click();
    await page.getByRole('heading', { name: 'You cancelled your registration' }).waitFor();
    expect(await page.getByRole('link', { name: 'Change it' }).count()).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

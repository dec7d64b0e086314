import { jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { createTestApp, type TestApp, type TestConference } from '../support/app.js';
import { axeFindings, describeInBrowser, openBrowser, visitAs, type Visit } from '../support/browser.js';
import { assigned, moveTo, reviewer, submitted } from '../support/panel.js';

jest.setTimeout(120_000);

/** Two reviewers of different minds, their organiser and their author, one of them without JavaScript. */
describeInBrowser('a panel', () => {
  let app: TestApp;
  let browser: Browser;
  let conference: TestConference;
  let submission: string;
  let chair: Visit;
  let rita: Visit;
  let rob: Visit;
  const reviews: Record<string, string> = {};
  const organise = '/conferences/panel/organise';
  const notice = (page: Page, text: string): Promise<void> =>
    page.getByRole('status').getByText(text).waitFor();

  beforeAll(async () => {
    app = await createTestApp({ workers: true });
    conference = await app.conference({ slug: 'panel' });
    const token = await app.token('chair@example.org', 'chair', conference.id);
    submission = await submitted(app, conference, 'ani@example.org', { title: 'Return without trust' });
    await moveTo(app, submission, 'under_review');
    await app.db.query(
      `update call set reviewing_since = clock_timestamp(), reviews_per_submission = 2,
         reviews_due_at = clock_timestamp() + interval '9 days' where id = $1`,
      [conference.callId],
    );
    for (const name of ['rita', 'rob']) {
      const { id } = await reviewer(app, conference, token, `${name}@example.org`);
      reviews[name] = `/me/reviews/${await assigned(app, token, submission, id)}`;
    }
    browser = await openBrowser();
    chair = await visitAs(browser, app.url, await app.cookie('chair@example.org'));
    rita = await visitAs(browser, app.url, await app.cookie('rita@example.org'));
    rob = await visitAs(browser, app.url, await app.cookie('rob@example.org'), {
      javaScriptEnabled: false,
      width: 360,
    });
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  it('discusses once the organiser has said so', async () => {
    const { page } = chair;
    await page.goto(`${organise}/reviewing`);
    await page.getByRole('checkbox', { name: 'When all reviews' }).check();
    await page.getByLabel('Reminders, in days from the due date').fill('-7, soon');
    await page.getByLabel('Overall score, 5').fill('by all means');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('This must be a whole number.').first().waitFor();
    expect(await page.getByLabel('Reminders, in days from the due date').inputValue()).toBe('-7, soon');
    expect(await page.getByLabel('Overall score, 5').inputValue()).toBe('by all means');
    expect(await page.getByRole('checkbox', { name: 'When all reviews' }).isChecked()).toBe(true);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('Reminders, in days from the due date').fill('-7, -1');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await notice(page, 'Saved.');
  });

  it('counts words while one writes, and keeps a note for oneself', async () => {
    const { page } = rita;
    await page.goto(reviews['rita']!);
    await page.getByText('by all means').waitFor();
    for (const group of await page.locator('fieldset.scale').all())
      await group.locator('label.scale-step').nth(0).click();
    await page.getByLabel('To the authors').fill('I could not find the question.');
    await page.getByText('6 words', { exact: true }).waitFor();
    await page.getByLabel('A note for yourself').fill('Ask Eva about the sample');
    await page.getByRole('button', { name: 'Hand in' }).click();
    await notice(page, 'Handed in. Thank you.');
    await page.goto(reviews['rita']!);
    expect(await page.getByLabel('A note for yourself').inputValue()).toBe('Ask Eva about the sample');
    expect(await page.getByRole('link', { name: 'See the panel' }).count()).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    expect(rita.complaints).toEqual([]);
  });

  it('sees nothing of the others before, and everything after, without JavaScript too', async () => {
    const { page } = rob;
    await page.goto(`${reviews['rob']!}/panel`);
    await page.getByRole('heading', { name: 'Hand in your own review first' }).waitFor();
    expect(await page.content()).not.toContain('could not find');
    await page.getByRole('link', { name: 'Write your review' }).click();
    for (const group of await page.locator('fieldset.scale').all())
      await group.locator('label.scale-step').nth(4).click();
    await page.getByLabel('To the authors').fill('The best I have read this year.');
    await page.getByRole('button', { name: 'Hand in' }).click();
    await page.goto(reviews['rob']!);
    await page.getByRole('link', { name: 'See the panel' }).click();
    await page.getByText('The panel is of different minds').waitFor();
    await page.getByText('I could not find the question.').waitFor();
    expect(await page.content()).not.toContain('R rita');
    await page.getByLabel('Write to the panel').fill('It stands in the last sentense.');
    await page.getByRole('button', { name: 'Post' }).click();
    await notice(page, 'Written.');
    await page.getByRole('link', { name: 'Change', exact: true }).click();
    await page.getByLabel('Change what you wrote').fill('It stands in the last sentence.');
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByText('What it said before').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  it('marks a review that was changed since', async () => {
    const { page } = rita;
    await page.goto(reviews['rita']!);
    await page.locator('fieldset.scale', { hasText: 'Overall' }).locator('label.scale-step').nth(3).click();
    await page.getByRole('button', { name: 'Hand in the change' }).click();
    await notice(page, 'Handed in. Thank you.');
    await page.goto(`${reviews['rita']!}/panel`);
    await page.getByText('changed in the discussion: overall 1 → 4').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('is read along by the organiser, who asks the authors and sums up', async () => {
    const { page } = chair;
    await page.goto(`${organise}/reviewing`);
    await page.getByLabel('Last day for answers').fill('2099-01-31');
    await page.getByRole('button', { name: 'Ask the authors to respond' }).click();
    await notice(page, 'Done. Authors who were not asked before get a mail.');
    const ani = await visitAs(browser, app.url, await app.cookie('ani@example.org'), { width: 360 });
    await ani.page.goto(`/submissions/${submission}`);
    await ani.page.getByRole('link', { name: 'Read and respond' }).click();
    await ani.page.getByText('I could not find the question.').waitFor();
    await ani.page.getByLabel('Your answer').fill('It is in the last sentence now, and in the title.');
    await ani.page.getByText('11 of 300 words').waitFor();
    await ani.page.getByRole('button', { name: 'Save the answer' }).click();
    await notice(ani.page, 'Saved.');
    expect(await axeFindings(ani.page)).toEqual([]);
    expect(ani.complaints).toEqual([]);

    await page.goto(`${organise}/submissions/${submission}`);
    await page.getByRole('link', { name: 'The panel: reviews side by side' }).click();
    await page.getByText('It is in the last sentence now').waitFor();
    await page.getByText('R rita@example.org').first().waitFor();
    await page.getByLabel('Summary', { exact: true }).fill('The panel has found together.');
    await page.getByRole('checkbox', { name: 'Authors read it with the decision' }).check();
    await page.getByRole('button', { name: 'Save the summary' }).click();
    await notice(page, 'Saved.');
    await page.getByRole('button', { name: 'Close the discussion' }).click();
    await notice(page, 'The discussion is closed.');
    expect(await axeFindings(page)).toEqual([]);
    expect(chair.complaints).toEqual([]);
  });
});

import { readFile } from 'node:fs/promises';
import { jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { createTestApp, type TestApp, type TestConference } from '../support/app.js';
import {
  axeFindings,
  describeInBrowser,
  mailedPath,
  openBrowser,
  visitAs,
  type Visit,
} from '../support/browser.js';
import { reviewer, submitted } from '../support/panel.js';

jest.setTimeout(120_000);

/** One conference from its open call to its proceedings; each part goes on where the one before it ended. */
describeInBrowser('reviewing', () => {
  let app: TestApp;
  let browser: Browser;
  let conference: TestConference;
  let chair: Visit;
  let rita: Visit;
  let byHand: string;
  let reviewed: string;
  const organise = '/conferences/review/organise';
  const notice = (page: Page, text: string): Promise<void> =>
    page.getByRole('status').getByText(text).waitFor();

  beforeAll(async () => {
    app = await createTestApp({ workers: true });
    conference = await app.conference({ slug: 'review' });
    const token = await app.token('chair@example.org', 'organiser', conference.id);
    await app.grant('chair@example.org', 'chair', conference.id);
    byHand = await submitted(app, conference, 'ani@example.org', { title: 'Return without trust' });
    await submitted(app, conference, 'ben@example.org', { title: 'Maps and memory' });
    await submitted(app, conference, 'eva@example.org', { title: 'Trade across a closed border' });
    await reviewer(app, conference, token, 'rob@example.org');
    browser = await openBrowser();
    chair = await visitAs(browser, app.url, await app.cookie('chair@example.org'));
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  it('an invited reviewer follows the mailed link and accepts with topics and load', async () => {
    const { page } = chair;
    await page.goto(`${organise}/reviewers`);
    await page.getByText('Invite a reviewer').click();
    const form = page.locator('#invite');
    await form.getByLabel('Name').fill('Rita Example');
    await form.getByLabel('E-mail').fill('rita.example.org');
    await form.getByLabel('Affiliation').fill('House of Reviews');
    // The browser itself would stop this address; what the server says is asked for here.
    await form.locator('form').evaluate((element: HTMLFormElement) => (element.noValidate = true));
    await form.getByRole('button', { name: 'Send the invitation' }).click();
    await page.getByText('This does not look like one e-mail address').first().waitFor();
    expect(await form.getByLabel('Name').inputValue()).toBe('Rita Example');
    expect(await axeFindings(page)).toEqual([]);
    await form.getByLabel('E-mail').fill('rita@example.org');
    await form.getByRole('button', { name: 'Send the invitation' }).click();
    await notice(page, 'Invited.');

    rita = await visitAs(browser, app.url, undefined, { width: 360 });
    await rita.page.goto(await mailedPath(app, 'rita@example.org', '/invitations/'));
    await rita.page.waitForURL(/\/sign-in\?next=/);
    await rita.page.getByLabel('Your e-mail address').fill('rita@example.org');
    await rita.page.getByRole('button', { name: 'Send me a link' }).click();
    await rita.page.getByRole('heading', { name: 'Check your mail' }).waitFor();
    await rita.page.goto(await mailedPath(app, 'rita@example.org', '/sign-in/'));
    await rita.page.getByRole('button', { name: 'Sign in' }).click();
    await rita.page.getByRole('heading', { name: 'Will you review for Test Conference?' }).waitFor();
    expect(await axeFindings(rita.page)).toEqual([]);
    await rita.page.getByRole('checkbox', { name: 'Topic 1' }).check();
    await rita.page.getByLabel('At most how many abstracts').fill('2');
    await rita.page.getByRole('button', { name: 'Yes, I will review' }).click();
    await notice(rita.page, 'Thank you for reviewing.');
    expect(
      await app.db.query(
        `select r.status, r.max_load, array_agg(t.topic_id) as topics from reviewer r join reviewer_topic t on t.reviewer_id = r.id
         where r.address = 'rita@example.org' group by r.id`,
      ),
    ).toEqual([{ status: 'accepted', max_load: 2, topics: [conference.topics[0]] }]);
  });

  it('the organiser closes the call, starts the reviewing, and assigns by hand and by proposal', async () => {
    const { page } = chair;
    await page.goto(`${organise}/settings`);
    await page.getByLabel('Why', { exact: true }).fill('Everything that was announced is in.');
    await page.getByRole('button', { name: 'Close the call now' }).click();
    await notice(page, 'The call is closed.');
    await page.getByRole('button', { name: 'Start reviewing' }).click();
    await notice(page, 'Reviewing has started.');
    expect(await axeFindings(page)).toEqual([]);

    await page.goto(`${organise}/submissions/${byHand}`);
    await page.getByRole('button', { name: 'Assign Rita Example' }).click();
    await notice(page, 'Assigned.');
    expect(await axeFindings(page)).toEqual([]);

    await page.goto(`${organise}/assignment`);
    // Two places are open: Rita, whose topic it is, has room for one of them, and Rob takes the other.
    await page.getByLabel('Reviews per submission').fill('1');
    await page.getByRole('button', { name: 'Propose' }).click();
    await notice(page, 'Here is a proposal.');
    await page.getByRole('heading', { name: '2 reviews are proposed and wait for you' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Apply the proposal' }).click();
    await notice(page, 'Applied.');
    expect(
      await app.db.query(
        `select r.address, count(*)::int as n from assignment a join reviewer r on r.id = a.reviewer_id
         where a.status = 'assigned' group by r.address order by 1`,
      ),
    ).toEqual([
      { address: 'rita@example.org', n: 2 },
      { address: 'rob@example.org', n: 1 },
    ]);
  });

  it('the reviewer judges by keyboard while it is saved, hands in, and gives one back', async () => {
    const { page } = rita;
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto('/me/reviews');
    await page.getByRole('heading', { name: '2 abstracts wait for your review' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.locator('tbody a').first().click();
    reviewed = (await page.locator('.pane-text .code').innerText()).trim();
    for (const criterion of conference.criteria)
      await page.locator(`[name="scores[${criterion}]"][value="4"]`).press('Space');
    await page.locator('[name=overall][value="4"]').press('Space');
    await page.locator('[name=confidence][value="3"]').press('Space');
    await page.getByLabel('To the authors').fill('Clear and careful.');
    await page.getByText(/^Saved \d\d:\d\d/).waitFor({ timeout: 20_000 });
    expect(await app.db.query(`select status, overall from review`)).toEqual([
      { status: 'draft', overall: 4 },
    ]);
    expect(await axeFindings(page)).toEqual([]);

    // Handing in while a save is on its way: the form waits for it, and nothing is called stale.
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const saving = new Promise<void>((resolve) => {
      void page.route('**/me/reviews/*', async (route) => {
        if (!route.request().postData()?.includes('act=autosave')) return route.continue();
        const response = await route.fetch();
        resolve();
        await held;
        return route.fulfill({ response });
      });
    });
    await page.getByLabel('To the organisers only').fill('For a panel.');
    await saving;
    await page.getByLabel('To the organisers only').press('Control+Enter');
    letGo();
    await notice(page, 'Handed in. Thank you.');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(
      await app.db.query(`select status, overall, comments_to_organisers as inside from review`),
    ).toEqual([{ status: 'handed_in', overall: 4, inside: 'For a panel.' }]);

    // The next one that waits is open already.
    expect((await page.locator('.pane-text .code').innerText()).trim()).not.toBe(reviewed);
    await page.getByRole('link', { name: 'I know the authors, or have a conflict' }).click();
    await page.getByRole('radio', { name: /^I have no time/ }).check();
    await page.getByLabel('A note to the organisers').fill('Away until the end of the month.');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Give it back' }).click();
    await notice(page, 'Noted, and passed on to the organisers.');
    await page.getByRole('heading', { name: 'Everything is handed in. Thank you' }).waitFor();
    const [declined] = await app.db.query(
      `select submission_id as id from assignment where status = 'declined'`,
    );
    await chair.page.goto(`${organise}/submissions/${declined.id}`);
    await chair.page.getByText('Away until the end of the month.').waitFor();
  });

  it('the author learns the decision and the comments from the release on, and by mail', async () => {
    const { page } = chair;
    const [{ address }] = await app.db.query(
      `select address from submission_author where submission_id = $1`,
      [reviewed],
    );
    const author = await visitAs(browser, app.url, await app.cookie(address));
    const told = async (): Promise<boolean[]> => {
      await author.page.goto(`/submissions/${reviewed}`);
      const text = await author.page.locator('main').innerText();
      return [/\baccepted\b/i, /Welcome to the panel\./, /Clear and careful\./].map((words) =>
        words.test(text),
      );
    };
    await page.goto(`${organise}/submissions/${reviewed}`);
    await page.getByText('For a panel.').waitFor();
    await page.getByRole('radio', { name: 'accepted', exact: true }).check();
    await page.getByRole('textbox', { name: 'Reason' }).fill('The only one of its kind.');
    await page.getByRole('textbox', { name: 'To the authors' }).fill('Welcome to the panel.');
    await page.getByRole('button', { name: 'Save the pending decision' }).click();
    await notice(page, 'Saved. Nobody is told before the release.');
    expect(await told()).toEqual([false, false, false]);

    await page.goto(`${organise}/decisions`);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Go to the release of one decision' }).click();
    await page.getByText('Welcome to the panel.').waitFor();
    await page.getByLabel('Type 1 to confirm').fill('7');
    await page.getByRole('button', { name: 'Release one decision now' }).click();
    await page.getByText('Type 1 to confirm; this says 7.').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await told()).toEqual([false, false, false]);
    await page.getByLabel('Type 1 to confirm').fill('1');
    await page.getByRole('button', { name: 'Release one decision now' }).click();
    await notice(page, 'Released.');
    expect(await told()).toEqual([true, true, true]);
    expect(await author.page.getByText('For a panel.').count()).toBe(0);
    expect(await author.page.getByText('Rita').count()).toBe(0);
    expect(await axeFindings(author.page)).toEqual([]);

    expect(await mailedPath(app, address, `/submissions/${reviewed}`)).toBe(`/submissions/${reviewed}`);
    await eventually(async () => {
      const rows = await app.db.query(
        `select 1 from mail_message where kind = 'decision_accepted' and state = 'handed_over'`,
      );
      return rows.length === 1;
    });
    await page.goto(`${organise}/mail?q=accepted`);
    const row = page.getByRole('row', { name: `${reviewed}: accepted for Test Conference` });
    await row.getByText('handed over').waitFor();
    await row.getByRole('link').click();
    await page.getByText('Welcome to the panel.').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(author.complaints).toEqual([]);
    await author.context.close();
  });

  it('the accepted paper is arranged, built and taken home as a PDF', async () => {
    const { page } = chair;
    await page.goto(`${organise}/proceedings`);
    await page.getByLabel('Title', { exact: true }).fill('Dialogue and return');
    await page.getByLabel('New section').fill('Panels');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.locator('input[value="Panels"]').waitFor();
    await page.locator('summary[aria-label^="Move to another section"]').click();
    await page.getByRole('combobox', { name: /^Section for/ }).selectOption({ label: 'Panels' });
    await page.getByRole('button', { name: /^Move .* there$/ }).click();
    await eventually(async () => {
      const rows = await app.db.query(
        `select 1 from volume_paper p join volume_section s on s.id = p.section_id
         where s.title = 'Panels' and p.submission_id = $1`,
        [reviewed],
      );
      return rows.length === 1;
    });
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    // The page follows the build by itself.
    await page.getByRole('heading', { name: 'The volume is built' }).waitFor({ timeout: 60_000 });
    expect(await axeFindings(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /\.pdf$/ }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.pdf$/);
    expect((await readFile(await download.path())).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('no page complained on the way', () => {
    expect([...chair.complaints, ...rita.complaints]).toEqual([]);
  });
});

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('waited in vain');
}

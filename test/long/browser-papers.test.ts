import type { Browser } from 'playwright-core';
import { createTestApp, type TestApp, type TestConference } from '../support/app.js';
import { axeFindings, describeInBrowser, openBrowser, visitAs } from '../support/browser.js';
import { assigned, newKey, reviewer, someone, submitted } from '../support/panel.js';
import { plainPaper, tellingPaper } from '../support/pdf.js';

let app: TestApp;
let browser: Browser;
let conference: TestConference;

describeInBrowser('papers and names in a browser', () => {
  beforeAll(async () => {
    app = await createTestApp();
    browser = await openBrowser();
    conference = await app.conference();
    await app.db.query(
      `update call set paper = 'optional', authors_open = 'decision', panel_open = 'review' where id = $1`,
      [conference.callId],
    );
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('lets an author send a paper without scripts, and reads well at any width', async () => {
    const email = someone('author');
    const chairEmail = someone('chair');
    const chair = await app.token(chairEmail, 'chair', conference.id);
    const id = await submitted(app, conference, email);
    const made = await reviewer(app, conference, chair, someone('rita'));
    const invitedEmail = someone('invited');
    const invited = await app.http
      .post(`/api/v1/conferences/${conference.slug}/reviewers`)
      .set({ authorization: `Bearer ${chair}`, 'idempotency-key': newKey() })
      .send({ email: invitedEmail, name: 'Invited Example', affiliation: 'House' })
      .expect(201);
    const assignment = await assigned(app, chair, id, made.id);
    const cookie = await app.cookie(email);

    const { page, context } = await visitAs(browser, app.url, cookie, { javaScriptEnabled: false });
    await page.goto(`/submissions/${id}`);
    const send = async (buffer: Buffer): Promise<string> => {
      await page.setInputFiles('input[name=paper]', {
        name: 'Ann Author, final.pdf',
        mimeType: 'application/pdf',
        buffer,
      });
      await page.getByRole('button', { name: 'Send the file' }).click();
      return page.locator('main').innerText();
    };
    expect(await send(Buffer.from('no paper'))).toContain('This file is no PDF.');
    await send(plainPaper('First'));
    expect(await send(tellingPaper('Ann Author', 'On trust, by Ann Author'))).toContain('Version 2');
    await context.close();

    const reviewerEmail = (await app.db.query(`select address from reviewer where id = $1`, [made.id]))[0]
      .address;
    for (const [path, who] of [
      [`/submissions/${id}`, email],
      [`/submissions/${id}/edit`, email],
      [`/me/reviews/${assignment}`, reviewerEmail],
      [`/invitations/${invited.body.id}`, invitedEmail],
      [`/conferences/${conference.slug}`, invitedEmail],
      [`/conferences/${conference.slug}/organise/settings`, chairEmail],
      [`/conferences/${conference.slug}/organise/submissions/${id}`, chairEmail],
    ] as [string, string][])
      for (const width of [360, 1280]) {
        const visit = await visitAs(browser, app.url, await app.cookie(who), { width });
        await visit.page.goto(path);
        expect({ path, width, findings: await axeFindings(visit.page) }).toEqual({
          path,
          width,
          findings: [],
        });
        expect(
          await visit.page.evaluate(
            () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
          ),
        ).toBe(true);
        expect(visit.complaints).toEqual([]);
        if (process.env['SHOTS'])
          await visit.page.screenshot({
            path: `${process.env['SHOTS']}/${path.replaceAll('/', '_')}-${width}.png`,
            fullPage: true,
          });
        await visit.context.close();
      }
  }, 120_000);

  it('shows what in a text names its authors, and lets them go back or submit anyway', async () => {
    const email = someone('author');
    const visit = await visitAs(browser, app.url, await app.cookie(email), { javaScriptEnabled: false });
    const { page } = visit;
    await page.goto(`/conferences/${conference.slug}/submit`);
    await page.fill('[name=title]', 'After the ceasefire');
    await page.fill(
      '[name=abstract]',
      'As I argued in my previous book (Author 2019), Ann Author says that trust returns.',
    );
    await page.locator('[name="topics[]"]').first().check();
    await page.fill('[name="authors[0][name]"]', 'Ann Author');
    await page.getByRole('button', { name: 'Check and submit' }).first().click();
    expect(await page.locator('mark').allInnerTexts()).toEqual([
      'I argued in my previous book (Author 2019)',
      'Ann Author',
    ]);
    if (process.env['SHOTS'])
      await page.screenshot({ path: `${process.env['SHOTS']}/check.png`, fullPage: true });
    await page.getByRole('button', { name: 'Go back and change something' }).click();
    expect(await page.inputValue('[name=abstract]')).toContain('my previous book');
    await page.getByRole('button', { name: 'Check and submit' }).first().click();
    await page.getByRole('button', { name: 'Submit anyway' }).click();
    expect(await page.locator('main').innerText()).toContain('Receipt');
    await visit.context.close();
  });
});

import { jest } from '@jest/globals';
import { createTestApp, type TestApp } from '../support/app.js';
import { describeInBrowser, openBrowser, visitAs } from '../support/browser.js';
import { linksOf } from '../support/forms.js';
import { fieldsOf, withValue, type Schemas } from '../support/hostile.js';
import { everyWrite } from '../support/writes.js';

/*
 * Row 24 of the catalogue of bad input: sixty pieces of markup in every text of every body of the API, and then every page
 * that a browser can be led to, as each of those who can see them. Nothing of it may run, load, or become an element.
 */

jest.setTimeout(600_000);

const MARKUP = [
  '<script>alert(1)</script>', '"><script>alert(1)</script>', "'><script>alert(1)</script>", '</title><script>alert(1)</script>', '</textarea><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>', '"><img src=x onerror=alert(1)>', '<img src="javascript:alert(1)">', '<image src=x onerror=alert(1)>', '<img/src/onerror=alert(1)>',
  '<svg onload=alert(1)>', '<svg><script>alert(1)</script></svg>', '<svg/onload=alert(1)//', '<svg><animate onbegin=alert(1) attributeName=x>', '<svg><a xlink:href="javascript:alert(1)"><text y=9>x</text></a></svg>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>', '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
  '<iframe src="javascript:alert(1)">', '<iframe srcdoc="<script>alert(1)</script>">', '<object data="javascript:alert(1)">', '<embed src="javascript:alert(1)">', '<base href="https://evil.example/">',
  '<meta http-equiv=refresh content="0;url=https://evil.example">', '<link rel=stylesheet href=https://evil.example/x.css>', '<style>*{display:none}</style>', '<form action=https://evil.example><button>x</button></form>',
  '<a href="javascript:alert(1)">x</a>', '<a href="JaVaScRiPt:alert(1)">x</a>', '<a href=" javascript:alert(1)">x</a>', '<a href="data:text/html,<script>alert(1)</script>">x</a>', '<a href=//evil.example>x</a>',
  '<body onload=alert(1)>', '<input autofocus onfocus=alert(1)>', '<select autofocus onfocus=alert(1)>', '<textarea autofocus onfocus=alert(1)>', '<details open ontoggle=alert(1)>', '<video><source onerror=alert(1)>', '<audio src onerror=alert(1)>', '<marquee onstart=alert(1)>',
  '" autofocus onfocus=alert(1) x="', "' autofocus onfocus=alert(1) x='", '` onmouseover=alert(1)', '" style="background:url(https://evil.example)', '" onmouseover="alert(1)', 'x" formaction="javascript:alert(1)',
  '<!--<img src="--><img src=x onerror=alert(1)>', '<![CDATA[<img src=x onerror=alert(1)>]]>', '<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>', ']]><script>alert(1)</script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;', '&amp;lt;script&amp;gt;', '&#60;script&#62;alert(1)', '%3Cscript%3Ealert(1)%3C/script%3E', '\\u003cscript\\u003ealert(1)', '＜script＞alert(1)＜/script＞',
  '<custom-element onclick=alert(1)>x</custom-element>', '<slot onslotchange=alert(1)>', '<template><script>alert(1)</script></template>', 'javascript:alert(1)',
]; // prettier-ignore

let app: TestApp;
let slug: string;
let taken = 0;
const offered = new Set<string>();

beforeAll(async () => {
  app = await createTestApp();
  const { body } = await app.http.get('/api/openapi.json').expect(200);
  const schemas = body.components.schemas as Schemas;
  let serial = 0;
  for (const write of await everyWrite(app)) {
    const [method, path] = write.route.split(' ') as [string, string];
    slug ??= /conferences\/([^/]+)\//.exec(write.path)?.[1] ?? slug;
    const schema = body.paths[path][method.toLowerCase()].requestBody.content['application/json'].schema.$ref;
    let whole: unknown = write.body();
    const attempt = async (candidate: unknown): Promise<boolean> => {
      const version = await write.version?.();
      const request = app.http[method.toLowerCase() as 'post'](write.path).set(
        'idempotency-key',
        `markup-${(serial += 1)}-key`,
      );
      if (write.headers) void request.set(write.headers);
      if (write.token) void request.set('authorization', `Bearer ${write.token}`);
      if (version !== undefined) void request.set('if-match', `"${version}"`);
      const { status } = await request.send(candidate as object);
      expect(status).toBeLessThan(500);
      return status < 300;
    };
    // One field after the other; what is taken stays in the next body.
    const texts = fieldsOf(schema.split('/').at(-1), schemas).filter(
      ({ schema: field }) =>
        field.type === 'string' && !field.enum && !field.pattern && (field.maxLength ?? 99) >= 60,
    );
    for (const { steps } of texts) {
      const piece = MARKUP[(serial += 1) % MARKUP.length]!;
      const changed = withValue(whole, steps, piece);
      if (await attempt(changed)) {
        taken += 1;
        offered.add(piece);
        whole = withValue({ ...(whole as object), ...write.body() }, steps, piece);
        if (write.again) await write.again();
      }
    }
  }
  // Whatever a field takes at most, every piece is in a title and an abstract.
  const conference = (await app.db.query(`select id, slug from conference where slug = $1`, [slug]))[0];
  const topic = (
    await app.db.query(`select id from topic where conference_id = $1 limit 1`, [conference.id])
  )[0].id;
  const token = await app.token('marked@example.org');
  for (let from = 0; from < MARKUP.length; from += 4) {
    const pieces = MARKUP.slice(from, from + 4);
    await app.http
      .post(`/api/v1/conferences/${slug}/submissions`)
      .set('authorization', `Bearer ${token}`)
      .set('idempotency-key', `markup-title-${from}`)
      .send({
        status: 'submitted', title: pieces.join(' '), abstract: pieces.join('\n\n'), topics: [topic],
        authors: [{ name: pieces[0], nativeName: pieces[1], affiliation: pieces[2], email: 'marked@example.org', corresponding: true }],
      })
      .expect(201);
  } // prettier-ignore
  for (const role of ['chair', 'auditor', 'partner_manager', 'proceedings_editor'] as const)
    await app.grant('walker@example.org', role, conference.id);
});
afterAll(() => app.close());

it('is taken as text in many fields', () => {
  expect(MARKUP).toHaveLength(60);
  expect(taken).toBeGreaterThan(30);
});

describeInBrowser('markup in every field', () => {
  it.each(['walker@example.org', 'marked@example.org', 'reviewer@example.org', 'writer@example.org'])(
    'is shown and nothing more, on every page of %s',
    async (email) => {
      const browser = await openBrowser();
      const cookie = await app.cookie(email);
      const { page, complaints } = await visitAs(browser, app.url, cookie);
      const found: string[] = [];
      page.on('dialog', (dialog) => {
        found.push(`${page.url()}: a dialog`);
        void dialog.dismiss();
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(app.url)) found.push(`${page.url()}: asks ${request.url()}`);
      });
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) =>
          console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
        );
      });
      const waiting = [
        '/me',
        '/me/reviews',
        `/conferences/${slug}`,
        `/conferences/${slug}/organise`,
        '/record',
      ];
      const kinds = new Map<string, number>();
      let shown = 0;
      for (let at = 0; at < waiting.length; at += 1) {
        const path = waiting[at]!;
        const kind = path
          .replace(/[A-Z]{2,5}-[0-9A-Z]{5}|[0-9a-z]{16}/g, ':id')
          .replace(/mail-texts\/[a-z_]+/, 'mail-texts/:kind');
        // A mail as its reader will see it has its styles in it.
        const isMail = /\/mail-texts\/[a-z_]+\/[a-z]+\/mail$/.test(path);
        const seen = (kinds.get(kind) ?? 0) + 1;
        kinds.set(kind, seen);
        // Of pages of one kind a few, but every submission with its pieces.
        if (seen > (kind.includes('submissions') ? 30 : 4) || path.includes('/exports/')) continue;
        const answer = await page.goto(path).catch(() => null);
        if (!answer?.headers()['content-type']?.includes('html')) continue;
        const elements = await page.evaluate(
          (styles) =>
            [
              ...document.querySelectorAll(
                styles +
                  'script:not([src]),iframe,object,embed,base,meta[http-equiv],math,marquee,video,audio,custom-element,slot,body img,' +
                  '[onerror],[onload],[onfocus],[onclick],[ontoggle],[onmouseover],[onbegin],[onstart],[formaction],' +
                  'a[href^="javascript:" i],a[href*="evil.example"],form[action*="evil"]',
              ),
            ].map((element) => element.outerHTML.slice(0, 100)),
          isMail ? '' : 'style,[style],',
        );
        for (const element of elements) found.push(`${path}: ${element}`);
        if ((await page.content()).includes('alert(1)')) shown += 1;
        for (const link of linksOf(await answer.text())) if (!waiting.includes(link)) waiting.push(link);
      }
      await browser.close();
      expect(found).toEqual([]);
      expect(complaints).toEqual([]);
      expect(shown).toBeGreaterThan(email.startsWith('w') || email.startsWith('m') ? 2 : 0);
    },
  );
});

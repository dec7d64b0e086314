import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { routesOf } from '../src/web/routes.js';
import { createTestApp, type TestApp } from './support/app.js';

let app: TestApp;
let description: {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, unknown>; requestBody?: object }>>;
  components: { schemas: Record<string, { properties?: Record<string, unknown>; required?: string[] }> };
};

beforeAll(async () => {
  app = await createTestApp();
  description = (await app.http.get('/api/openapi.json').expect(200)).body;
});
afterAll(() => app.close());

describe('the API description', () => {
  it('has every route of the API, and each says what it answers', () => {
    const routes = routesOf(app.app).filter((route) => route.path.startsWith('/api/v1/'));
    const missing = routes.filter((route) => !route.answer).map((route) => `${route.method} ${route.path}`);
    expect(missing).toEqual([]);
    expect(Object.values(description.paths).flatMap((path) => Object.keys(path))).toHaveLength(routes.length);
  });

  it('is the one that is kept in docs/openapi.json (npm run -s openapi writes it)', () => {
    expect(JSON.parse(readFileSync('docs/openapi.json', 'utf8'))).toEqual(description);
  });

  it('tells the limits of the DTOs', () => {
    const { CreateSubmissionDto, AuthorDto } = description.components.schemas;
    expect(CreateSubmissionDto!.required).toEqual(['status']);
    expect(CreateSubmissionDto!.properties).toMatchObject({
      status: { type: 'string', enum: ['draft', 'submitted'] },
      title: { type: 'string', maxLength: 300 },
      topics: { type: 'array', items: { type: 'string' }, uniqueItems: true },
      authors: { type: 'array', items: { $ref: '#/components/schemas/AuthorDto' } },
    });
    expect(AuthorDto!.properties).toMatchObject({ country: { type: 'string', pattern: '^[A-Z]{2}$' } });
  });

  it('has schemas that are schemas, with no reference to nowhere', () => {
    const ajv = new Ajv2020({ strict: false });
    const whole = JSON.stringify(description);
    for (const [, name] of whole.matchAll(/#\/components\/schemas\/(\w+)/g))
      expect(Object.keys(description.components.schemas)).toContain(name);
    for (const schema of Object.values(description.components.schemas))
      expect(ajv.validateSchema(schema)).toBe(true);
  });
});

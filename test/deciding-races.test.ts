import { createTestApp, type TestApp } from './support/app.js';
import { raceDecisions } from './support/deciding-races.js';

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

// Five hundred rounds: `test/long/deciding-races.test.ts`.
describe('two chairs at the same moment', () => {
  it('have exactly one outcome and one mail, in twenty rounds of each', async () => {
    const { decide, change, release } = await raceDecisions(app, 20);
    expect([decide.wrong, change.wrong, release.wrong]).toEqual([[], [], []]);
    expect([decide.rounds, change.rounds, release.rounds]).toEqual([20, 20, 20]);
  }, 60_000);
});

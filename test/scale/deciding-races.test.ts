import { checkInvariants } from '../../src/tools/invariants.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { raceDecisions } from '../support/deciding-races.js';

const ROUNDS = 500;
/** A machine that is too slow for all rounds says so instead of failing by time. */
const LONGEST_MS = 8 * 60_000;

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('two chairs at the same moment', () => {
  it(
    'have exactly one outcome and one mail, in five hundred rounds of each',
    async () => {
      const { decide, change, release } = await raceDecisions(app, ROUNDS, performance.now() + LONGEST_MS);
      expect([decide.wrong, change.wrong, release.wrong]).toEqual([[], [], []]);
      for (const races of [decide, change, release]) {
        expect(races.rounds).toBe(ROUNDS);
        // Both sides have won: they did race.
        expect(races.firstWon).toBeGreaterThan(0);
        expect(races.firstWon).toBeLessThan(ROUNDS);
      }
      // The rounds' submissions were written by SQL, without their history and receipts.
      const broken = (await checkInvariants(app.db)).filter(
        ({ name, offending }) => offending.length > 0 && !BY_SQL.includes(name),
      );
      expect(broken).toEqual([]);
    },
    LONGEST_MS + 120_000,
  );
});

const BY_SQL = ['submission-history-complete', 'text-counted-and-hashed', 'receipt-written'];

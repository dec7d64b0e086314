import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFaults, type FaultResult } from '../../src/tools/faults/run-faults.js';

describe('the fault suite', () => {
  // Of each kind one: a process killed, a mail half sent, a line cut, people at once, a refusing server. `npm run -s faults` has all.
  const SHORT = ['F2', 'F4', 'F12', 'F19', 'F24'];

  it('passes its short form with one seed, what two queues play on one of them in turn', async () => {
    const seed = 1 + Math.floor(Math.random() * 1_000);
    const results: FaultResult[] = await runFaults(
      { only: SHORT, seeds: 1, from: seed, size: 60, inTurn: true },
      () => undefined,
      () => undefined,
    );
    expect(results.filter(({ passed }) => passed === 0)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(SHORT.length);
  }, 400_000);

  it('adds nothing to the program: what is delivered knows nothing of the faults', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
      (name) =>
        /\.tsx?$/.test(name) &&
        !name.startsWith(join('tools', 'faults')) &&
        name !== join('tools', 'bench-mail.ts'),
    );
    const knowing = sources.filter((name) =>
      /tools\/faults|\/faults\//.test(readFileSync(join('src', name), 'utf8')),
    );
    expect(knowing).toEqual([]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFaults, type FaultResult } from '../../src/tools/faults/run-faults.js';

describe('the fault suite', () => {
  it('passes every fault with one seed, those of mail and queue on one backend in turn', async () => {
    const seed = 1 + Math.floor(Math.random() * 1_000);
    const results: FaultResult[] = await runFaults(
      { seeds: 1, from: seed, size: 60, inTurn: true },
      () => undefined,
      () => undefined,
    );
    expect(results.filter(({ passed }) => passed === 0)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(12);
  }, 400_000);

  it('adds nothing to the program: what is delivered knows nothing of the faults', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
      (name) => /\.tsx?$/.test(name) && !name.startsWith(join('tools', 'faults')),
    );
    const knowing = sources.filter((name) =>
      /tools\/faults|\/faults\//.test(readFileSync(join('src', name), 'utf8')),
    );
    expect(knowing).toEqual([]);
  });
});

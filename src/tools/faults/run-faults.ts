import { writeFileSync } from 'node:fs';
import { DEPLOY_FAULTS } from './deploy-faults.js';
import { BOTH, type Fault } from './fault.js';
import { makeGround, type Ground } from './ground.js';
import { checkGuarantees } from './guarantees.js';
import { MAIL_FAULTS } from './mail-faults.js';
import { QUEUE_FAULTS } from './queue-faults.js';
import { RACE_FAULTS } from './race-faults.js';
import { hasRedis } from './redis-server.js';
import { Stand, type Backend } from './stand.js';
import { WEB_FAULTS } from './web-faults.js';

/** Every fault that can be played, in the order of the catalogue. */
export const FAULTS: readonly Fault[] = [
  ...WEB_FAULTS,
  ...MAIL_FAULTS,
  ...QUEUE_FAULTS,
  ...RACE_FAULTS,
  ...DEPLOY_FAULTS,
].toSorted((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));

/** What became of a fault on one backend. */
export interface FaultResult {
  fault: string;
  what: string;
  backend: Backend;
  seeds: number;
  passed: number;
  seconds: number;
  /** Of each seed that was not passed. */
  broken: { seed: number; complaints: string[] }[];
}

export interface FaultOptions {
  /** All unless given. */
  only?: readonly string[];
  backends?: readonly Backend[];
  seeds: number;
  /** The first seed. */
  from?: number;
  /** Submissions whose decisions and mail the faults have to do with. */
  size?: number;
  /** Faults that are played on both backends are played on one of them only, turn by turn. */
  inTurn?: boolean;
  /** Where the logs of what failed are kept. */
  keepLogs?: string;
}

/** Plays the faults, one after the other; without redis-server those on Redis are left out. */
export async function runFaults(
  { only, backends = BOTH, seeds, from = 1, size = 60, inTurn = false, keepLogs }: FaultOptions,
  say: (line: string) => void,
  done: (result: FaultResult) => void,
): Promise<FaultResult[]> {
  const results: FaultResult[] = [];
  const redis = hasRedis();
  if (!redis) say('redis-server is not installed: faults on Redis are left out');
  const ground = await makeGround(size, say);
  try {
    for (const [turn, fault] of FAULTS.entries()) {
      if (only && !only.includes(fault.id)) continue;
      for (const [index, backend] of fault.backends.entries()) {
        if (inTurn && redis && index !== turn % fault.backends.length) continue;
        if (!backends.includes(backend) || (backend === 'redis' && !redis)) continue;
        const begun = performance.now();
        const broken: FaultResult['broken'] = [];
        for (let seed = from; seed < from + seeds; seed += 1) {
          const { complaints, logs } = await play(ground, fault, backend, seed);
          if (complaints.length === 0) continue;
          broken.push({ seed, complaints });
          say(`${fault.id} ${backend} seed ${seed}: ${complaints.slice(0, 4).join(' | ')}`);
          if (keepLogs) writeFileSync(`${keepLogs}/${fault.id}-${backend}-${seed}.log`, logs);
        }
        const result: FaultResult = {
          fault: fault.id,
          what: fault.what,
          backend,
          seeds,
          passed: seeds - broken.length,
          seconds: Math.round((performance.now() - begun) / 100) / 10,
          broken,
        };
        results.push(result);
        done(result);
      }
    }
  } finally {
    await ground.stop();
  }
  return results;
}

/** One fault with one seed. */
async function play(
  ground: Ground,
  fault: Fault,
  backend: Backend,
  seed: number,
): Promise<{ complaints: string[]; logs: string }> {
  const stand = await Stand.make(ground, seed, backend, fault.state);
  try {
    const web = (await fault.run(stand)) ?? (await stand.web());
    await checkGuarantees(stand, web);
  } catch (error) {
    stand.broken.push(
      (error as Error).name === 'Broken' ? (error as Error).message : String((error as Error).stack),
    );
  } finally {
    await stand.clear();
  }
  return { complaints: stand.broken, logs: stand.doors.map((door) => door.log()).join('\n=====\n') };
}

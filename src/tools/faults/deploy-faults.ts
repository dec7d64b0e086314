import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtFile } from '../../platform/program.js';
import { freePort, runCli } from '../own-instance.js';
import { ON_POSTGRES, type Fault } from './fault.js';

const ROUNDS = 3;

/** Faults that operators bring about. */
export const DEPLOY_FAULTS: readonly Fault[] = [
  {
    id: 'F30',
    what: `two web processes and a worker replaced in turn under load, ${ROUNDS} rounds, with a backup that is checked`,
    backends: ON_POSTGRES,
    state: 'released',
    async run(stand) {
      const ports = [await freePort(), await freePort()];
      const webs = await Promise.all(ports.map((port) => stand.web(port)));
      let worker = await stand.worker();
      const going = new AbortController();
      let sent = 0;
      const load = Promise.all(
        Array.from({ length: 4 }, async (_, client) => {
          for (let round = 0; !going.signal.aborted; round += 1) {
            const [request] = stand.plan(1, `Rolling ${client} ${round}`);
            // As a balancer does: whoever does not answer is left out, and the same key asks the other.
            await stand.until('one of two answers', async () => {
              for (const index of [client % 2, 1 - (client % 2)])
                if ((await stand.submit(webs[index]!.driver, request!)) === 201) return true;
              return false;
            });
            sent += 1;
            await sleep(100);
          }
        }),
      );
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const index of [0, 1]) {
          await webs[index]!.end('SIGTERM');
          webs[index] = await stand.web(ports[index]);
        }
        const next = await stand.worker();
        await worker.end('SIGTERM');
        stand.check(worker.exitCode === 0, () => `a worker ended with ${worker.exitCode}`);
        worker = next;
      }
      const archive = join(stand.varDir, 'backup.tar.gz');
      const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...stand.environment() };
      await runCli(builtFile('cli.js'), ['backup', '--out', archive], environment);
      going.abort();
      await load;
      stand.check(sent > ROUNDS, () => `only ${sent} requests were made`);
      await runCli(builtFile('cli.js'), ['restore', '--check', '--from', archive], environment);
      await stand.drained();
      const { uncertain = 0 } = await stand.mailStates();
      stand.check(
        uncertain === 0,
        () => `${uncertain} messages became uncertain, though workers were let finish`,
      );
      return webs[0]!;
    },
  },
];

import { setTimeout as sleep } from 'node:timers/promises';
import { between } from '../../platform/chance.js';
import { ON_POSTGRES, type Fault } from './fault.js';
import { isCommit, isCommitted, postgresMessages } from './wire.js';

const PARALLEL = 200;

/** Faults of web processes and of their way to PostgreSQL. */
export const WEB_FAULTS: readonly Fault[] = [
  {
    id: 'F1',
    what: 'web killed at a random moment of 200 submissions at once',
    backends: ON_POSTGRES,
    state: 'decided',
    async run(stand) {
      const web = await stand.web();
      const requests = stand.plan(PARALLEL, 'Killed');
      const all = web.driver.each(requests, (request) => stand.submit(web.driver, request));
      const taken = (): number => requests.filter(({ id }) => id !== undefined).length;
      const enough = between(stand.chance, 0, PARALLEL - 60);
      await stand.until('some are taken', () => Promise.resolve(taken() >= enough));
      await sleep(stand.chance() * 40);
      web.shoot();
      await all;
      stand.check(taken() < PARALLEL, () => 'it was killed after the last answer');
      const [again] = await Promise.all([stand.web(), stand.worker()]);
      // Also what was answered is asked once more: the same answer must come.
      await again.driver.each(requests, (request) => stand.submit(again.driver, request));
      await stand.submitRest(again.driver);
      return again;
    },
  },
  {
    id: 'F2',
    what: 'web killed after the commit of a submission, before its answer',
    backends: ON_POSTGRES,
    state: 'decided',
    async run(stand) {
      let armed = false;
      let committed = 0;
      stand.toDatabase.tap = () => {
        const messages = postgresMessages('server');
        return {
          server(part) {
            if (!messages(part).some(isCommitted) || !armed) return 'pass';
            committed += 1;
            web.shoot();
            return 'hold';
          },
        };
      };
      const web = await stand.web();
      const [request] = stand.plan(1, 'Unanswered');
      armed = true;
      stand.check((await stand.submit(web.driver, request!)) === 0, () => 'an answer came');
      stand.check(committed === 1, () => `${committed} commits were seen`);
      stand.toDatabase.tap = undefined;
      const kept = await stand.rows<{ id: string }>(`select id from submission where title = $1`, [
        request!.title,
      ]);
      stand.check(kept.length === 1, () => `${kept.length} submissions were committed`);
      const [again] = await Promise.all([stand.web(), stand.worker()]);
      const status = await stand.submit(again.driver, request!);
      stand.check(
        status === 201 && request!.id === kept[0]?.id,
        () => `the repeat was answered with ${status} and ${request!.id}, not ${kept[0]?.id}`,
      );
      await stand.drained();
      const receipts = stand.mail.taken.filter(({ raw }) => raw.includes(request!.id!));
      stand.check(receipts.length === 1, () => `${receipts.length} receipts arrived`);
      return again;
    },
  },
  {
    id: 'F11',
    what: 'PostgreSQL restarted at once under load',
    backends: ON_POSTGRES,
    state: 'decided',
    async run(stand) {
      const [web] = await Promise.all([stand.web(), stand.worker()]);
      const requests = stand.plan(150, 'Restarted');
      const all = web.driver.each(requests, (request) => stand.submit(web.driver, request));
      const enough = between(stand.chance, 5, 100);
      await stand.until('some are taken', () =>
        Promise.resolve(requests.filter(({ id }) => id !== undefined).length >= enough),
      );
      await stand.ground.crash();
      await all;
      await stand.submitRest(web.driver);
      for (const door of stand.doors)
        stand.check(door.exitCode === undefined, () => `a process ended: ${door.log().slice(-500)}`);
      return web;
    },
  },
  {
    id: 'F12',
    what: 'link to PostgreSQL cut at COMMIT, before it or before its answer',
    backends: ON_POSTGRES,
    state: 'decided',
    async run(stand) {
      const before = stand.seed % 2 === 0;
      let armed = false;
      let left = between(stand.chance, 1, 20);
      let cuts = 0;
      stand.toDatabase.tap = () => {
        const asked = postgresMessages('client');
        const answered = postgresMessages('server');
        const due = (is: boolean): 'cut' | 'pass' => {
          if (!is || !armed || cuts >= 3) return 'pass';
          left -= 1;
          if (left > 0) return 'pass';
          cuts += 1;
          left = between(stand.chance, 1, 20);
          return 'cut';
        };
        return before
          ? { client: (part) => due(asked(part).some(isCommit)) }
          : { server: (part) => due(answered(part).some(isCommitted)) };
      };
      const web = await stand.web();
      const requests = stand.plan(60, 'Cut');
      armed = true;
      await web.driver.each(requests, (request) => stand.submit(web.driver, request));
      stand.check(cuts > 0, () => 'nothing was cut');
      const unknown = requests.filter(({ statuses }) => statuses[0] === 503);
      stand.check(
        requests.every(({ statuses }) => statuses[0] === 201 || statuses[0] === 503),
        () => `answers were ${[...new Set(requests.map(({ statuses }) => statuses[0]))].join(', ')}`,
      );
      stand.check(unknown.length <= cuts, () => `${unknown.length} requests failed at ${cuts} cuts`);
      armed = false;
      await stand.worker();
      await stand.submitRest(web.driver);
      return web;
    },
  },
];

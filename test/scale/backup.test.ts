import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { builtFile } from '../../src/platform/program.js';
import { freePort, runCli } from '../../src/tools/own-instance.js';
import { Driver } from '../../src/tools/driver.js';
import { OPERATOR } from '../../src/tools/seed.js';
import { makeGround, PUBLIC_URL, type Ground } from '../../src/tools/faults/ground.js';
import { startMailServer, type MailServer } from '../../src/tools/faults/mail-server.js';
import { endAll, startDoor, type Door } from '../../src/tools/faults/processes.js';
import { once, Stand } from '../../src/tools/faults/stand.js';

const SIZE = 12;

describe('a backup', () => {
  let ground: Ground;
  let stand: Stand;
  let folder: string;
  let archive: string;
  let acknowledged: string[];
  const cli = (environment: NodeJS.ProcessEnv, ...words: string[]): Promise<string> =>
    runCli(builtFile('cli.js'), words, {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...environment,
    });

  beforeAll(async () => {
    ground = await makeGround(SIZE, () => undefined);
    stand = await Stand.make(ground, 1, 'postgres', 'released');
    folder = await mkdtemp(join(tmpdir(), 'concord-backup-'));
    archive = join(folder, 'concord.tar.gz');
    // No worker runs: the mail of the released decisions waits.
    const web = await stand.web();
    const requests = stand.plan(300, 'Backed up');
    const load = web.driver.each(requests, (request) => stand.submit(web.driver, request));
    await stand.until('some are taken', () => Promise.resolve(requests.some(({ id }) => id !== undefined)));
    acknowledged = requests.flatMap(({ id }) => (id === undefined ? [] : [id]));
    await cli(stand.environment(), 'backup', '--out', archive);
    await load;
    await web.end('SIGTERM');
  }, 240_000);

  afterAll(async () => {
    await endAll();
    await stand.clear();
    await ground.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** An empty machine with the embedded default. */
  async function emptyMachine(name: string, keys: readonly string[]): Promise<NodeJS.ProcessEnv> {
    const varDir = join(folder, name);
    await mkdir(varDir);
    for (const key of keys) await copyFile(join(ground.folder, key), join(varDir, key));
    return { VAR_DIR: varDir, PUBLIC_URL, LOG_LEVEL: 'info', WORKER: 'inline' };
  }
  const KEYS = ['signing-key.pem', 'master-key'];

  it('that is broken, or without its keys, is refused before anything is changed', async () => {
    const without = await emptyMachine('without', []);
    await expect(cli(without, 'restore', '--from', archive)).rejects.toThrow(/master key that is not in/);
    const unsigned = await emptyMachine('unsigned', ['master-key']);
    await expect(cli(unsigned, 'restore', '--from', archive)).rejects.toThrow(/signed with the key/);
    const broken = join(folder, 'broken.tar.gz');
    const bytes = await readFile(archive);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    await writeFile(broken, bytes);
    await expect(cli(unsigned, 'restore', '--from', broken)).rejects.toThrow(
      /no whole archive|not as it was written/,
    );
    await truncate(broken, Math.floor(bytes.length / 2));
    await expect(cli(unsigned, 'restore', '--from', broken)).rejects.toThrow(/no whole archive/);
    await expect(cli(stand.environment(), 'restore', '--from', archive)).rejects.toThrow(/not empty/);
    await expect(cli(stand.environment(), 'backup', '--out', archive)).rejects.toThrow(/is there already/);
  }, 120_000);

  it('made under load comes back whole on an empty machine, where mail waits for a person', async () => {
    const machine = await emptyMachine('machine', KEYS);
    const said = await cli(machine, 'restore', '--from', archive);
    expect(said).toContain('epoch 2');
    expect(await cli(machine, 'check-invariants')).toContain('invariants hold');
    await cli(machine, 'audit', 'verify');

    const mail: MailServer = await startMailServer();
    const port = await freePort();
    const door: Door = startDoor('main', [], {
      ...machine,
      PORT: String(port),
      SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    });
    const driver = new Driver(`http://127.0.0.1:${port}`, 4);
    try {
      await stand.until('it serves', () => Promise.resolve(door.hasPrinted || door.exitCode !== undefined));
      // What was acknowledged before the backup began is there.
      for (const id of acknowledged.slice(0, 5)) {
        const author = stand.ledger.find((request) => request.id === id)!.author;
        const answer = await once(driver, 'GET', `/api/v1/submissions/${id}`, {
          token: stand.cast.authors[author]!,
        });
        expect(answer.status).toBe(200);
      }
      const token = (
        await cli(machine, 'token', 'create', '--email', OPERATOR.email, '--role', 'operator', '--rehearsal')
      ).trim();
      const hold = await driver.ask(200, 'GET', '/api/v1/mail-hold', { token });
      expect(hold).toMatchObject({ installation: { reason: 'restore' } });

      await askForLink(driver, 'chair-0@rehearsal.example');
      await stand.until('the link arrives', () => Promise.resolve(mail.taken.length > 0));
      // The sweeper has been round more than once.
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      expect(mail.taken.map(({ to }) => to)).toEqual([['chair-0@rehearsal.example']]);

      await driver.ask(200, 'PUT', '/api/v1/mail-hold', { token, body: { held: false } });
      await stand.until('what waited arrives', () =>
        Promise.resolve(
          mail.taken.filter(({ raw }) => /^Subject:.*BOARD-/m.test(raw) || raw.includes('BOARD-')).length >=
            SIZE,
        ),
      );
      const ids = mail.taken.map(({ messageId }) => messageId);
      expect(new Set(ids).size).toBe(ids.length);
    } finally {
      driver.close();
      await door.end('SIGTERM');
      await mail.stop();
      await stopEmbeddedPostgres(join(machine['VAR_DIR']!, 'postgres'));
    }
  }, 240_000);
});

async function askForLink(driver: Driver, email: string): Promise<void> {
  const answer = await fetch(new URL('/sign-in', driver.base), {
    method: 'POST',
    body: new URLSearchParams({ email }),
    redirect: 'manual',
  });
  expect(answer.status).toBe(303);
}

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { parse } from 'node:path';
import { StartFailure } from './start-failure.js';

/** How a command has to be run so that it is not root: a wrapper before it, or another account. */
export interface Disguise {
  wrapper: string[];
  /** The account that must own what the command writes; undefined where that is the account of this process. */
  account?: { uid: number; gid: number };
}

interface Account {
  name: string;
  uid: number;
  gid: number;
}

const ACCOUNT = 'concord-postgres';

/**
 * Chooses how to run PostgreSQL, which refuses to be root. Any other account runs it as it is.
 * Root takes a user namespace in which it has another number: that needs no account and works below a private home.
 * Where namespaces are forbidden (some containers) root takes an account of its own, which every parent folder must let pass.
 * @param owner the uid that owns the existing data, which decides; undefined where there is none yet.
 * @throws StartFailure where neither way is open.
 */
export function disguise(owner: number | undefined): Disguise {
  if (process.getuid?.() !== 0) return { wrapper: [] };
  if (owner !== undefined && owner !== 0) {
    const account = accounts().find(({ uid }) => uid === owner);
    if (!account) throw new StartFailure(`The database folder belongs to the unknown account ${owner}.`);
    return { wrapper: [], account };
  }
  const wrapper = namespaceWrapper();
  if (wrapper) return { wrapper };
  if (owner === undefined) return { wrapper: [], account: ownAccount() };
  throw new StartFailure(
    'PostgreSQL refuses to run as root, and this system forbids the user namespace that its data was made with: ' +
      'start Concord as another user who owns the data, or set DATABASE_URL.',
  );
}

/**
 * Runs a command in disguise until it ends.
 * @param input what it is given to read; nothing unless told.
 * @param output 'drop' where the command leaves a server behind, which would keep a pipe open for ever.
 * @returns the exit code (undefined when it could not be run or was killed) and what it printed.
 */
export function run(
  how: Disguise,
  command: string[],
  output: 'keep' | 'drop',
  input?: string,
): Promise<{ code: number | undefined; text: string }> {
  const [file = '', ...args] = [...how.wrapper, ...command];
  const stdio = output === 'keep' ? 'pipe' : 'ignore';
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', stdio, stdio],
      cwd: parse(process.cwd()).root,
      ...(how.account && { uid: how.account.uid, gid: how.account.gid }),
    });
    let text = '';
    const keep = (part: Buffer): void => {
      text += part.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.stdin?.on('error', () => {}).end(input);
    child.once('error', (error) => resolve({ code: undefined, text: error.message }));
    child.once('close', (code) => resolve({ code: code ?? undefined, text }));
  });
}

/** The uid that owns a file, or undefined where there is no such file. */
export function ownerOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.uid;
}

/** initdb looks its own account up by number, so root must appear under a number that /etc/passwd knows. */
function namespaceWrapper(): string[] | undefined {
  const others = accounts().filter(({ uid }) => uid !== 0);
  const mask = others.find(({ name }) => name === 'nobody') ?? others[0];
  if (!mask) return undefined;
  const wrapper = ['unshare', '--user', `--map-user=${mask.uid}`, `--map-group=${mask.gid}`];
  const [file = '', ...args] = wrapper;
  return spawnSync(file, [...args, 'true'], { stdio: 'ignore' }).status === 0 ? wrapper : undefined;
}

function ownAccount(): Account {
  const find = (): Account | undefined => accounts().find(({ name }) => name === ACCOUNT);
  if (!find())
    spawnSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', ACCOUNT],
      {
        stdio: 'ignore',
      },
    );
  const account = find();
  if (account) return account;
  throw new StartFailure(
    'PostgreSQL refuses to run as root, and this system allows neither user namespaces nor a new account: ' +
      'start Concord as another user, or set DATABASE_URL.',
  );
}

function accounts(): Account[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

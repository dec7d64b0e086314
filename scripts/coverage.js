/**
 * `npm run -s coverage`: runs the specs of the pure rules and fails unless they cover every statement, branch and function of
 * the files beside them. Views are covered by the tests that draw them.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root } from './prepare.js';

/** Nothing that a rule imports acts: no files, no database, no decorators. */
const isPure = (source) =>
  !/from '(?:node:fs|node:child_process|class-validator|@nestjs|typeorm)/.test(source);

await prepare();
const rules = readdirSync(join(root, 'src'), { recursive: true })
  .filter((name) => name.endsWith('.spec.ts'))
  .map((name) => name.replace(/\.spec\.ts$/, '.ts'))
  .filter(
    (name) => !/(^|[./\\])view\.ts$/.test(name) && isPure(readFileSync(join(root, 'src', name), 'utf8')),
  );
const full = { statements: 100, branches: 100, functions: 100, lines: 100 };
const { status } = spawnSync(
  process.execPath,
  [
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    ...['--roots=<rootDir>/src', '--silent', '--coverage', '--coverageReporters=text-summary'],
    `--coverageThreshold=${JSON.stringify({ global: full, './src/**/*.ts': full })}`,
    ...rules.map((name) => `--collectCoverageFrom=src/${name.replaceAll('\\', '/')}`),
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);

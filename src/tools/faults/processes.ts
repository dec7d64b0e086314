import { spawn } from 'node:child_process';
import { builtFile } from '../../platform/program.js';
import { ToolFailure } from '../failure.js';

/** A process of the program under test: the same build that is delivered. */
export interface Door {
  pid: number;
  /** What it has logged so far. */
  log(): string;
  /** Undefined while it runs. */
  exitCode: number | null | undefined;
  /** Ends it and waits until it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Sends SIGKILL at once, without waiting. */
  shoot(): void;
  /** Whether it has printed anything: a web process does when it is seeded and serves. */
  hasPrinted: boolean;
  /** Waits for a line of its log. @throws ToolFailure when it ends before, or takes too long */
  logs(words: string): Promise<void>;
}

const PATIENCE_MS = 90_000;
const running = new Set<Door>();

/** Ends what was started here and still runs: a run that is interrupted leaves nothing behind. */
export const endAll = async (): Promise<void> => {
  await Promise.all([...running].map((door) => door.end('SIGKILL')));
};

/** Starts a built module as a process of its own. */
export function startDoor(module: string, words: readonly string[], environment: NodeJS.ProcessEnv): Door {
  const child = spawn(process.execPath, [builtFile(`${module}.js`), ...words], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const waiting = new Set<() => void>();
  const ended = new Promise<void>((resolve) =>
    child.once('close', (code) => {
      door.exitCode = code;
      running.delete(door);
      for (const look of waiting) look();
      resolve();
    }),
  );
  child.stdout.on('data', () => (door.hasPrinted = true));
  child.stderr.on('data', (part: Buffer) => {
    text += part.toString();
    for (const look of waiting) look();
  });
  const door: Door = {
    pid: child.pid ?? 0,
    log: () => text,
    exitCode: undefined,
    hasPrinted: false,
    shoot: () => void child.kill('SIGKILL'),
    async end(signal) {
      if (door.exitCode === undefined) child.kill(signal);
      await ended;
    },
    logs: (wanted) =>
      new Promise((resolve, reject) => {
        const settle = (act: () => void): void => {
          waiting.delete(look);
          clearTimeout(late);
          act();
        };
        const look = (): void => {
          if (text.includes(wanted)) settle(resolve);
          else if (door.exitCode !== undefined)
            settle(() => reject(new ToolFailure(`${module} ended: ${text.slice(-1500)}`)));
        };
        const late = setTimeout(
          () => settle(() => reject(new ToolFailure(`${module} never logged "${wanted}".`))),
          PATIENCE_MS,
        );
        waiting.add(look);
        look();
      }),
  };
  running.add(door);
  return door;
}

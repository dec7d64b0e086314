import { Worker } from 'node:worker_threads';
import type { Progress } from './assign.js';
import type { Answer, Result, Task } from './task.js';

/**
 * Solves a task in a thread of its own, so that nobody else waits for it.
 * @param file the built `solver-thread.js`
 * @throws the signal's reason when it is aborted: the thread is ended at once
 * @throws Error when the thread fails
 */
export async function solveInThread(
  task: Task,
  file: URL,
  { signal, progress }: { signal?: AbortSignal; progress?: (progress: Progress) => void } = {},
): Promise<Result> {
  signal?.throwIfAborted();
  const thread = new Worker(file, { workerData: task });
  try {
    return await new Promise<Result>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      thread.on('message', (answer: Answer) => {
        if ('progress' in answer) progress?.(answer.progress);
        else resolve(answer.result);
      });
      thread.once('error', reject);
      thread.once('exit', () => reject(new Error('The solver ended without an answer.')));
    });
  } finally {
    await thread.terminate();
  }
}

import { parentPort, workerData } from 'node:worker_threads';
import { solve, type Answer, type Task } from './task.js';

/** Run as a thread: solves one task and tells how it goes. It is cancelled by being ended. */
const say = (answer: Answer): void =>
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin, windows do
  parentPort!.postMessage(answer);

say({ result: solve(workerData as Task, (progress) => say({ progress })) });

import { RecordTrouble } from '../audit/record-trouble.js';
import { openInstallation, type Installation } from '../installation.js';
import { readConfig } from '../platform/config.js';
import { translator } from '../platform/i18n.js';
import { Refusal } from '../platform/refusal.js';
import { StartFailure } from '../platform/start-failure.js';
import { createLogger } from '../platform/telemetry.js';
import { fieldMessage, refusalMessage } from '../web/problem.js';
import { ToolFailure } from './failure.js';

/**
 * Opens the installation for the length of one command: its database, found running or started.
 * @throws StartFailure
 */
export async function withInstallation<T>(act: (installation: Installation) => Promise<T>): Promise<T> {
  const config = readConfig();
  const installation = await openInstallation(config, createLogger(config.logLevel));
  try {
    return await act(installation);
  } finally {
    await installation.close();
  }
}

/** What the person at the console is told about an error: one line, or the stack where the fault is ours. */
export function complaintOf(error: unknown): string {
  if ([StartFailure, ToolFailure, RecordTrouble].some((kind) => error instanceof kind))
    return (error as Error).message;
  if (error instanceof Refusal) {
    const t = translator('en');
    const fields = error.fields.map((problem) => `${problem.field}: ${fieldMessage(t, problem)}`);
    return [refusalMessage(t, error), ...fields].join(' ');
  }
  return (error as Error).stack ?? String(error);
}

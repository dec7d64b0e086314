import { createApp } from '../../app.js';
import { openInstallation } from '../../installation.js';
import { MAIL_WORKER_SETTINGS as USUAL } from '../../mail/mail.worker.js';
import { readConfig } from '../../platform/config.js';
import { createLogger } from '../../platform/telemetry.js';
import { startWorkers, stopOnSignal } from '../../workers.js';

/**
 * The worker door of the faults: the same as `worker.ts`, only that mail waits `scale` times shorter, so that an hour's
 * outage is gone through in a minute. What is looked at by hand (the sweeper's round) stays as it is.
 */
const scale = Number(process.argv[2]);
const config = readConfig();
const logger = createLogger(config.logLevel);
const installation = await openInstallation(config, logger);
const app = await createApp(installation);
startWorkers(app, {
  mail: {
    sweepEveryMs: Math.min(USUAL.sweepEveryMs, 500),
    graceMs: Math.min(USUAL.graceMs, 250),
    firstBackOffMs: USUAL.firstBackOffMs / scale,
    firstPauseMs: USUAL.firstPauseMs / scale,
    claimMs: USUAL.claimMs / scale,
    sendingMs: USUAL.sendingMs / scale,
    // A busy machine takes its time, too.
    connectMs: Math.max(1_000, USUAL.connectMs / scale),
    answerMs: USUAL.answerMs / scale,
  },
});
logger.info('worker started');
stopOnSignal(app, installation);

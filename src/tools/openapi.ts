import { writeFileSync } from 'node:fs';
import { createApp } from '../app.js';
import { openInstallation } from '../installation.js';
import { readConfig } from '../platform/config.js';
import { createLogger } from '../platform/telemetry.js';
import { openApiOf } from '../web/openapi.js';

/** Writes docs/openapi.json, so that a change of the API is seen in review. */
const installation = await openInstallation(readConfig(), createLogger('warn'));
const app = await createApp(installation);
writeFileSync('docs/openapi.json', `${JSON.stringify(openApiOf(app), null, 2)}\n`);
await app.close();
await installation.close();

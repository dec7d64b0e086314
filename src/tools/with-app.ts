import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { connectPorts } from '../app.js';
import type { Installation } from '../installation.js';
import { NestLogger } from '../platform/telemetry.js';
import { withInstallation } from './command.js';

/** As `withInstallation`, with the whole application but its web server. */
export function withApp<T>(
  act: (app: INestApplicationContext, installation: Installation) => Promise<T>,
): Promise<T> {
  return withInstallation(async (installation) => {
    const app = await NestFactory.createApplicationContext(AppModule.with(installation), {
      logger: new NestLogger(installation.logger),
      abortOnError: false,
    });
    try {
      connectPorts(app);
      return await act(app, installation);
    } finally {
      await app.close();
    }
  });
}

import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from './clock.js';
import { CONFIG, type Config } from './config.js';
import { Idempotency } from './idempotency.js';
import { Queues } from './queue.js';
import { Storage } from './storage.js';
import { Metrics } from './telemetry.js';
import { Work } from './work.js';

export const LOGGER = Symbol('logger');

/** What the doors hand to the application besides the configuration. */
export interface Surroundings {
  config: Config;
  logger: Logger;
  queues: Queues;
  storage: Storage;
}

@Global()
@Module({})
export class PlatformModule {
  /** `extra` are providers of the surroundings that the platform itself does not know, such as the mailbox. */
  static with(surroundings: Surroundings, extra: Provider[] = []): DynamicModule {
    const providers: Provider[] = [
      ...extra,
      { provide: CONFIG, useValue: surroundings.config },
      { provide: LOGGER, useValue: surroundings.logger },
      { provide: Queues, useValue: surroundings.queues },
      { provide: Storage, useValue: surroundings.storage },
      Clock,
      Work,
      Idempotency,
      Metrics,
    ];
    return { module: PlatformModule, providers, exports: providers };
  }
}

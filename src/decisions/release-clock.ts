import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../platform/clock.js';
import { LOGGER } from '../platform/platform.module.js';
import { Attendance } from './attendance.service.js';
import { ReleaseLists } from './release-lists.service.js';

const LOOK_EVERY_MS = 15_000;

/** Does what is due: releases whose time has come, and reminders of attendance. The rows say what is due, so any number of workers may look. */
@Injectable()
export class ReleaseClock {
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly lists: ReleaseLists,
    private readonly attendance: Attendance,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    this.lookAgain();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private lookAgain(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.look().finally(() => this.lookAgain());
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** Does once what is due now; what fails is tried again the next time. */
  async look(): Promise<void> {
    try {
      for (const id of await this.lists.due(await this.clock.now()))
        await this.lists
          .releaseDue(id)
          .catch((error: Error) =>
            this.logger.error({ list: id, error: error.message }, 'a scheduled release failed; tried again'),
          );
      await this.attendance.remind(await this.clock.now());
    } catch (error) {
      this.logger.error({ error: (error as Error).message }, 'looking for what is due failed');
    }
  }
}

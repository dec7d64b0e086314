import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../platform/config.js';
import { Allow, type ConcordRequest } from '../platform/policy.js';
import { Queues } from '../platform/queue.js';
import { notFound } from '../platform/refusal.js';
import { Metrics } from '../platform/telemetry.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** For machines that watch: is the process alive, can it serve, what does it measure. */
@Controller()
export class HealthController {
  constructor(
    private readonly db: DataSource,
    private readonly queues: Queues,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('health/live')
  @Allow('anyone')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Ready with the database; a dead queue only delays mail and makes it "degraded". */
  @Get('health/ready')
  @Allow('anyone')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const database = await this.db.query('select 1').then(
      () => true,
      () => false,
    );
    const queue = database && (await this.queues.healthy());
    if (!database) void reply.status(503);
    const status = !database ? 'unavailable' : queue ? 'ok' : 'degraded';
    return { status, database: database ? 'ok' : 'down', queue: queue ? 'ok' : 'down' };
  }

  @Get('metrics')
  @Allow('anyone')
  async prometheus(@Req() request: ConcordRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const token = this.config.metricsToken;
    const known = token ? request.headers.authorization === `Bearer ${token}` : LOOPBACK.has(request.ip);
    if (!known) throw notFound();
    void reply.header('content-type', this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }
}

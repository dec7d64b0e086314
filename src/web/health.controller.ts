import { connect } from 'node:net';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { RecordLog } from '../audit/record-log.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Allow, type ConcordRequest } from '../platform/policy.js';
import { Queues } from '../platform/queue.js';
import { notFound } from '../platform/refusal.js';
import { Metrics } from '../platform/telemetry.js';
import { isLocal } from './local.js';

/** For machines that watch: is the process alive, can it serve, what does it measure. */
@Controller()
export class HealthController {
  constructor(
    private readonly db: DataSource,
    private readonly queues: Queues,
    private readonly metrics: Metrics,
    private readonly log: RecordLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('health/live')
  @Allow('anyone')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Ready with the database; a dead queue or mail server only delays mail, and sealing can catch up: "degraded". */
  @Get('health/ready')
  @Allow('anyone')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const database = await this.db.query('select 1').then(
      () => true,
      () => false,
    );
    const queue = database && (await this.queues.healthy());
    const mail = await answers(this.config.smtpUrl);
    const record =
      database &&
      (await this.log.standing().then(
        ({ oldest }) => oldest < UNSEALED_SECONDS,
        () => false,
      ));
    if (!database) void reply.status(503);
    const status = !database ? 'unavailable' : queue && mail && record ? 'ok' : 'degraded';
    const word = (up: boolean): string => (up ? 'ok' : 'down');
    return { status, database: word(database), queue: word(queue), mail: word(mail), record: word(record) };
  }

  @Get('metrics')
  @Allow('anyone')
  async prometheus(
    @Req() request: ConcordRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const token = this.config.metricsToken;
    const known = token ? request.headers.authorization === `Bearer ${token}` : isLocal(request);
    if (!known) throw notFound();
    void reply.header('content-type', this.metrics.registry.contentType);
    this.metrics.setRecord(await this.log.standing());
    return this.metrics.registry.metrics();
  }
}

const PATIENCE_MS = 1000;
/** Entries are sealed within ten seconds; one that has waited for so long tells of trouble. */
const UNSEALED_SECONDS = 60;

/** Whether something listens where mail is handed over; a process without a mail server has none to be dead. */
function answers(smtpUrl: string | undefined): Promise<boolean> {
  if (!smtpUrl) return Promise.resolve(true);
  const { hostname, port, protocol } = new URL(smtpUrl);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || (protocol === 'smtps:' ? 465 : 25) });
    const settle = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.setTimeout(PATIENCE_MS, () => settle(false));
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

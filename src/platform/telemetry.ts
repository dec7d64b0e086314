import { Injectable, type LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Structured logs: request ids and ids of things, never names, addresses, texts or secrets. */
export function createLogger(
  level: string,
  to: DestinationStream = pino.destination({ fd: 2, sync: false }),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['req.headers.authorization', 'req.headers.cookie', 'headers.authorization', 'headers.cookie'],
      serializers: {
        // The query string may carry a search for a person; the path may carry a secret link.
        req: (request: { id?: string; method?: string; routeOptions?: { url?: string } }) => ({
          id: request.id,
          method: request.method,
          route: request.routeOptions?.url,
        }),
      },
    },
    to,
  );
}

/** Nest's own messages go through the same logger. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}
  log(message: unknown): void {
    this.logger.debug(String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error({ detail: rest.map(String) }, String(message));
  }
  warn(message: unknown): void {
    this.logger.warn(String(message));
  }
  debug(message: unknown): void {
    this.logger.debug(String(message));
  }
  verbose(message: unknown): void {
    this.logger.trace(String(message));
  }
}

/** Prometheus metrics; labels are route patterns and states only. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Histogram({
    name: 'concord_http_request_seconds',
    help: 'Time to answer, by method, route pattern and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  readonly mail = new Counter({
    name: 'concord_mail_settled_total',
    help: 'Messages that reached a state',
    labelNames: ['state'] as const,
    registers: [this.registry],
  });
  readonly refusals = new Counter({
    name: 'concord_refusals_total',
    help: 'Refused requests by code',
    labelNames: ['code'] as const,
    registers: [this.registry],
  });

  private readonly record = {
    waiting: this.gauge('concord_record_unsealed_entries', 'Entries of the record that wait to be sealed'),
    oldest: this.gauge('concord_record_oldest_unsealed_seconds', 'How long the oldest of them has waited'),
    size: this.gauge('concord_record_head_entries', 'Entries under the newest signed head'),
    epoch: this.gauge('concord_record_head_epoch', 'Epoch of the newest signed head'),
    at: this.gauge('concord_record_head_timestamp_seconds', 'When it was signed, in seconds since 1970'),
  };

  /** How sealing stands at the moment of reading. */
  setRecord(standing: {
    waiting: number;
    oldest: number;
    head: { size: number; epoch: number; at: string } | null;
  }): void {
    const { waiting, oldest, head } = standing;
    this.record.waiting.set(waiting);
    this.record.oldest.set(oldest);
    this.record.size.set(head?.size ?? 0);
    this.record.epoch.set(head?.epoch ?? 0);
    this.record.at.set(head ? Date.parse(head.at) / 1000 : 0);
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}

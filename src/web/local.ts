import type { FastifyRequest } from 'fastify';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/**
 * Whether a request comes from this very machine. A proxy here speaks from loopback for everybody, so what says that it
 * was forwarded is not local.
 */
export function isLocal(request: Pick<FastifyRequest, 'ip' | 'headers'>): boolean {
  return (
    LOOPBACK.has(request.ip) &&
    request.headers['x-forwarded-for'] === undefined &&
    request.headers['forwarded'] === undefined
  );
}

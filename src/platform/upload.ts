import type { FastifyReply } from 'fastify';
import type { ConcordRequest } from './policy.js';
import { Refusal } from './refusal.js';

/** Routes that take a file. Its bytes are read only once the gate has let their sender pass; see {@link received}. */
export const TAKES_FILES = /^(?:\/api\/v1)?\/submissions\/:id\/paper$/;

/**
 * The whole body of a request on a route that takes a file. From here on its last byte counts as the arrival.
 * @throws Refusal 400 where it ends before it is whole; what `tooLarge` gives above `most` bytes
 */
export async function received(
  request: ConcordRequest,
  most: number,
  tooLarge: () => Refusal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.raw.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > most) throw tooLarge();
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('malformed', 'body');
  }
  // A request that was injected, as tests do, does not know whether it is complete.
  const { complete } = request.raw as { complete?: boolean };
  if (complete === false) throw new Refusal('malformed', 'body');
  request.actor.request.arrivedAt = performance.now();
  return Buffer.concat(chunks);
}

/** Sends a file that somebody has uploaded: to be saved, and as nothing that a browser would run. */
export function sendUploaded(reply: FastifyReply, name: string, file: Buffer): void {
  void reply
    .headers({
      'content-type': 'application/pdf',
      'content-length': file.length,
      'content-disposition': `attachment; filename="${name}"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, no-store',
    })
    .send(file);
}

import type { FastifyReply } from 'fastify';
import { SESSION_COOKIE } from '../accounts/access.guard.js';
import { SESSION_DAYS } from '../accounts/login-sessions.service.js';
import { CHALLENGE_MINUTES } from '../accounts/passkeys.service.js';
import type { ConcordRequest } from '../platform/policy.js';

/** Binds the question that a device answers to the browser that asked it. */
const PASSKEY_COOKIE = 'concord_passkey';

const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:');

export function setSessionCookie(reply: FastifyReply, publicUrl: string, secret: string): void {
  void reply.setCookie(SESSION_COOKIE, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(publicUrl),
    maxAge: SESSION_DAYS * 86_400,
  });
}

export function setPasskeyCookie(reply: FastifyReply, publicUrl: string, secret: string): void {
  void reply.setCookie(PASSKEY_COOKIE, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(publicUrl),
    maxAge: CHALLENGE_MINUTES * 60,
  });
}

/** The secret of the question that this browser asked, once; empty where it asked none. */
export function takePasskeyCookie(request: ConcordRequest, reply: FastifyReply): string {
  void reply.clearCookie(PASSKEY_COOKIE, { path: '/' });
  return request.cookies[PASSKEY_COOKIE] ?? '';
}

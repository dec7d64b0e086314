import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply } from 'fastify';
import { cookieName, isSecure } from '../accounts/cookie-name.js';
import { SESSION_DAYS } from '../accounts/login-sessions.service.js';
import { ATTEMPT_MINUTES } from '../accounts/orcid-sign-in.service.js';
import { CHALLENGE_MINUTES } from '../accounts/passkeys.service.js';
import type { ConcordRequest } from '../platform/policy.js';

const ASKED_MINUTES = 10;

const options = (publicUrl: string, minutes: number): CookieSerializeOptions => ({
  path: '/',
  httpOnly: true,
  sameSite: 'strict',
  secure: isSecure(publicUrl),
  maxAge: minutes * 60,
});

export function setSessionCookie(reply: FastifyReply, publicUrl: string, secret: string): void {
  void reply.setCookie(cookieName('session', publicUrl), secret, {
    ...options(publicUrl, SESSION_DAYS * 24 * 60),
    // Who follows a link from a mail arrives signed in; what changes something is refused across sites by the guard.
    sameSite: 'lax',
  });
}

/** Signing out leaves nothing behind that the pages have kept in the browser either, such as a draft. */
export function forgetBrowser(reply: FastifyReply, publicUrl: string): void {
  void reply
    .clearCookie(cookieName('session', publicUrl), options(publicUrl, 0))
    .header('clear-site-data', '"storage"');
}

/** Binds the question that a device answers to the browser that asked it. */
export function setPasskeyCookie(reply: FastifyReply, publicUrl: string, secret: string): void {
  void reply.setCookie(cookieName('passkey', publicUrl), secret, options(publicUrl, CHALLENGE_MINUTES));
}

/** The secret of the question that this browser asked, once; empty where it asked none. */
export function takePasskeyCookie(request: ConcordRequest, reply: FastifyReply, publicUrl: string): string {
  const name = cookieName('passkey', publicUrl);
  void reply.clearCookie(name, options(publicUrl, 0));
  return request.cookies[name] ?? '';
}

/** The address that a link was asked for, shown on the next page; in a cookie, because addresses of pages are kept by many. */
export function setAskedCookie(reply: FastifyReply, publicUrl: string, email: string): void {
  void reply.setCookie(
    cookieName('asked', publicUrl),
    email.slice(0, 254),
    options(publicUrl, ASKED_MINUTES),
  );
}

export function askedCookie(request: ConcordRequest, publicUrl: string): string {
  return request.cookies[cookieName('asked', publicUrl)] ?? '';
}

/** Binds the way to ORCID and back, and an iD that waits for an address, to the browser. */
const ORCID_COOKIE = 'concord_orcid';
const ORCID_PATH = '/sign-in/orcid';

/** Lax: the browser brings it along when another site sends it back. */
export function setOrcidCookie(reply: FastifyReply, publicUrl: string, secret: string): void {
  void reply.setCookie(ORCID_COOKIE, secret, {
    path: ORCID_PATH,
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(publicUrl),
    maxAge: ATTEMPT_MINUTES * 60,
  });
}

/** Empty where this browser has none. */
export const orcidCookie = (request: ConcordRequest): string => request.cookies[ORCID_COOKIE] ?? '';

export function clearOrcidCookie(reply: FastifyReply): void {
  void reply.clearCookie(ORCID_COOKIE, { path: ORCID_PATH });
}

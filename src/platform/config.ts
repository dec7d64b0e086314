import { dirname, join, resolve } from 'node:path';
import { StartFailure } from './start-failure.js';
import { projectFile } from './program.js';

/** Every setting of the installation, read once. Units stand in the names. See `.env.example` for the meaning of each. */
export interface Config {
  port: number;
  host: string;
  /** Where people reach the installation; every link in pages and mail starts with it. No trailing slash. */
  publicUrl: string;
  varDir: string;
  /** Where the private key of the record lies; processes on several machines share one. */
  signingKeyFile: string;
  /** Where the key lies that wraps every person's key; all processes share one. */
  masterKeyFile: string;
  /** Undefined means the embedded default: Concord brings its own PostgreSQL. */
  databaseUrl: string | undefined;
  /** Undefined means the queue lives in PostgreSQL. */
  redisUrl: string | undefined;
  /** Undefined means that mail goes to the in-process mailbox. */
  smtpUrl: string | undefined;
  mailFrom: { name: string; address: string };
  /** Most messages a minute, of all workers together; 0 for no limit. */
  mailRate: number;
  /** How mail is signed by DKIM; undefined for not at all. */
  dkim: { domain: string; selector: string; keyFile: string } | undefined;
  /** Where reports about undeliverable mail go, with each message's id in it; undefined for the sender itself. */
  bounceAddress: string | undefined;
  /** What opens the door through which such reports come in; undefined keeps it shut. */
  bounceSecret: string | undefined;
  /** This installation's registration with ORCID; undefined means that signing in by it is not offered. */
  orcid: { issuer: string; clientId: string; clientSecret: string } | undefined;
  /** Whether this process also works the queues. */
  inlineWorker: boolean;
  logLevel: string;
  metricsToken: string | undefined;
  /** Number of proxies whose X-Forwarded-For is believed. */
  trustProxyHops: number;
  databasePoolSize: number;
  /** What is not there, or not for its reader, is answered at a whole number of these milliseconds after the request. */
  notFoundStepMs: number;
  /** Most megabytes of a paper, whatever a call allows. */
  maxPaperMb: number;
  /** Most megabytes that one person's papers in one conference may have in all versions together. */
  paperQuotaMb: number;
  /** A program that looks for what is dangerous in a file, with its words; undefined where none looks. */
  scanCommand: string | undefined;
}

/** Relative folders are meant from the project's own, wherever a command is called. */
const ROOT = projectFile('.');

export const CONFIG = Symbol('config');

function wholeNumber(env: NodeJS.ProcessEnv, name: string, fallback: number, max: number): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new StartFailure(`${name} must be a whole number from 0 to ${max}, not "${text}".`);
  return value;
}

function address(env: NodeJS.ProcessEnv, name: string, protocols: string[]): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  const scheme = URL.canParse(text) ? new URL(text).protocol : '';
  if (!protocols.includes(scheme))
    throw new StartFailure(
      `${name} must be an address that starts with ${protocols.map((p) => `${p}//`).join(' or ')}.`,
    );
  return text;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function orcidOf(env: NodeJS.ProcessEnv): Config['orcid'] {
  const clientId = env['ORCID_CLIENT_ID'];
  const clientSecret = env['ORCID_CLIENT_SECRET'];
  const issuer = address(env, 'ORCID_ISSUER', ['https:', 'http:']) ?? 'https://orcid.org';
  if (!clientId && !clientSecret) return undefined;
  if (!clientId || !clientSecret)
    throw new StartFailure('ORCID_CLIENT_ID and ORCID_CLIENT_SECRET belong together: set both, or none.');
  const { protocol, hostname } = new URL(issuer);
  if (protocol === 'http:' && !LOOPBACK.has(hostname))
    throw new StartFailure('ORCID_ISSUER must start with https://; http:// is for this machine only.');
  return { issuer, clientId, clientSecret };
}

function sender(text: string): { name: string; address: string } {
  const match = /^(.*?)\s*<([^<>\s]+@[^<>\s]+)>$/.exec(text);
  return match ? { name: match[1] ?? '', address: match[2] ?? '' } : { name: '', address: text };
}

function dkimOf(env: NodeJS.ProcessEnv, from: string): Config['dkim'] {
  const [keyFile, selector] = [env['DKIM_KEY_FILE'], env['DKIM_SELECTOR']];
  if (!keyFile && !selector) return undefined;
  if (!keyFile || !selector)
    throw new StartFailure('DKIM_KEY_FILE and DKIM_SELECTOR belong together: set both, or none.');
  return {
    domain: env['DKIM_DOMAIN'] || from.split('@').at(-1)!,
    selector,
    keyFile: resolve(ROOT, keyFile),
  };
}

function bounceAddressOf(env: NodeJS.ProcessEnv): string | undefined {
  const bounces = env['BOUNCE_ADDRESS'] || undefined;
  if (bounces && !/^[^\s@<>+]{1,40}@[^\s@<>]+$/.test(bounces))
    throw new StartFailure(`BOUNCE_ADDRESS must be a plain address such as bounces@example.org.`);
  return bounces;
}

function bounceSecretOf(env: NodeJS.ProcessEnv): string | undefined {
  const secret = env['BOUNCE_SECRET'] || undefined;
  if (secret && secret.length < 20) throw new StartFailure('BOUNCE_SECRET must have at least 20 characters.');
  return secret;
}

/**
 * Reads the settings from the environment.
 * @throws StartFailure naming the setting that cannot be used.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const port = wholeNumber(env, 'PORT', 3000, 65_535);
  const publicUrl = (address(env, 'PUBLIC_URL', ['http:', 'https:']) ?? `http://localhost:${port}`).replace(
    /\/+$/,
    '',
  );
  const varDir = resolve(ROOT, env['VAR_DIR'] || 'var');
  const databaseUrl = address(env, 'DATABASE_URL', ['postgres:', 'postgresql:']);
  const signingKeyFile = env['SIGNING_KEY_FILE']
    ? resolve(ROOT, env['SIGNING_KEY_FILE'])
    : join(varDir, 'signing-key.pem');
  const mailFrom = sender(env['MAIL_FROM'] || 'Concord <concord@localhost.example>');
  return {
    port,
    host: env['HOST'] || (databaseUrl ? '0.0.0.0' : '127.0.0.1'),
    publicUrl,
    varDir,
    signingKeyFile,
    masterKeyFile: env['MASTER_KEY_FILE']
      ? resolve(ROOT, env['MASTER_KEY_FILE'])
      : join(dirname(signingKeyFile), 'master-key'),
    databaseUrl,
    redisUrl: address(env, 'REDIS_URL', ['redis:', 'rediss:']),
    smtpUrl: address(env, 'SMTP_URL', ['smtp:', 'smtps:']),
    mailFrom,
    mailRate: wholeNumber(env, 'MAIL_RATE', 0, 1_000_000),
    dkim: dkimOf(env, mailFrom.address),
    bounceAddress: bounceAddressOf(env),
    bounceSecret: bounceSecretOf(env),
    orcid: orcidOf(env),
    inlineWorker: env['WORKER'] ? env['WORKER'] === 'inline' : databaseUrl === undefined,
    logLevel: env['LOG_LEVEL'] || 'info',
    metricsToken: env['METRICS_TOKEN'] || undefined,
    trustProxyHops: wholeNumber(env, 'TRUST_PROXY', 0, 10),
    databasePoolSize: wholeNumber(env, 'DATABASE_POOL', 20, 500),
    notFoundStepMs: wholeNumber(env, 'NOT_FOUND_STEP_MS', 25, 1000),
    paperQuotaMb: wholeNumber(env, 'PAPER_QUOTA_MB', 200, 1_000_000),
    scanCommand: env['SCAN_COMMAND']?.trim() || undefined,
    maxPaperMb: wholeNumber(env, 'MAX_PAPER_MB', 20, 50),
  };
}

import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import staticFiles from '@fastify/static';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { parse as parseForm } from 'qs';
import { AccountsData } from './accounts/accounts.data.js';
import { Limits } from './accounts/limits.js';
import { OrcidSignIn } from './accounts/orcid-sign-in.service.js';
import { Proofs } from './accounts/proofs.service.js';
import { SignIn } from './accounts/sign-in.service.js';
import { AppModule } from './app.module.js';
import { Conferences } from './conferences/conferences.service.js';
import { Attendance } from './decisions/attendance.service.js';
import { DecisionsData } from './decisions/decisions.data.js';
import { MailData } from './mail/mail.data.js';
import type { Mailbox } from './mail/mailbox.js';
import { Outbox } from './mail/outbox.service.js';
import { Letters } from './partners/letters.service.js';
import { PartnersData } from './partners/partners.data.js';
import { PeopleData } from './people/people.data.js';
import { People } from './people/people.service.js';
import { PersonKeys } from './people/person-keys.js';
import { Protection } from './people/protection.service.js';
import { statements } from './platform/database.js';
import { depth, duplicateKey, hasMoreParts } from './platform/json.js';
import { ParsePipe } from './platform/parse.pipe.js';
import type { Surroundings } from './platform/platform.module.js';
import { builtFile, programFile } from './platform/program.js';
import type { ConcordRequest } from './platform/policy.js';
import { Refusal } from './platform/refusal.js';
import { TAKES_FILES } from './platform/upload.js';
import { Metrics, NestLogger } from './platform/telemetry.js';
import { ProceedingsData } from './proceedings/proceedings.data.js';
import { RegistrationsData } from './registrations/registrations.data.js';
import { Registrations } from './registrations/registrations.service.js';
import { ReviewingData } from './reviews/reviewing.data.js';
import { PerspectivesData } from './reviews/perspectives.data.js';
import { ReviewsData } from './reviews/reviews.data.js';
import { RightsData } from './rights/rights.data.js';
import { SubmissionsData } from './submissions/submissions.data.js';
import { Builds } from './proceedings/builds.service.js';
import { Conflicts } from './reviews/conflicts.service.js';
import { Reviewers } from './reviews/reviewers.service.js';
import { ReviewWithdrawalNotices } from './reviews/withdrawal-notices.js';
import { Submissions } from './submissions/submissions.service.js';
import { ProblemFilter } from './web/problem.filter.js';
import { checkPolicies } from './web/routes.js';

/** A body larger than this is refused before it is read: the longest text of any form has 20,000 characters. */
const BODY_LIMIT = 1024 * 1024;
const JSON_DEPTH = 20;
/** Two hundred authors with every field have 1,600; what has many more is no form of ours and slow to refuse in words. */
const MOST_PARTS = 4000;
const FORM_PARAMETERS = MOST_PARTS;

/** @param formTargets other sites that a form of ours may lead to, by a redirect */
const csp = (formTargets: readonly string[]) => ({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    objectSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    fontSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'", ...formTargets],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
});

/** Builds the application for the doors and the tests: plugins, parsers, pipe, filter, and the order of the ports. */
export async function createApp(
  surroundings: Surroundings & { mailbox?: Mailbox | undefined },
  options: { limits?: boolean; onServer?: (server: FastifyInstance) => void } = {},
): Promise<NestFastifyApplication> {
  const { config, logger } = surroundings;
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: config.trustProxyHops > 0 ? (_address, hop) => hop < config.trustProxyHops : false,
    genReqId: () => randomUUID(),
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(surroundings), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  parseBodies(server);
  measure(server, app.get(Metrics), surroundings);
  hearOut(server);
  letGo(server);
  keepNothing(server);
  options.onServer?.(server);
  await app.register(cookie as never);
  await app.register(helmet, {
    contentSecurityPolicy: csp(config.orcid ? [new URL(config.orcid.issuer).origin] : []),
    crossOriginEmbedderPolicy: false,
    hsts: config.publicUrl.startsWith('https:') ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'no-referrer' },
  } as never);
  await app.register(rateLimit, { global: false } as never);
  await serveAssets(app);
  app.useGlobalPipes(new ParsePipe());
  app.useGlobalFilters(app.get(ProblemFilter));
  connectPorts(app);
  await app.init();
  await server.ready();
  if (options.limits !== false) app.get(Limits).enable(server);
  checkPolicies(app);
  return app;
}

/** Where something above must follow from a change: which modules are told, and in which order. */
export function connectPorts(app: INestApplicationContext): void {
  app.get(SignIn).confirmed.connect(app.get(Submissions), app.get(Letters), app.get(Registrations));
  app.get(Submissions).withdrawn.connect(app.get(ReviewWithdrawalNotices), app.get(Attendance));
  app.get(Conferences).reviewingStarted.connect(app.get(Submissions));
  app.get(Submissions).authorsChanged.connect(app.get(Conflicts));
  app.get(Reviewers).changed.connect(app.get(Conflicts));
  // People come last: their addresses and names are read by those before.
  app.get(People).personalData.connect(
    app.get(MailData),
    app.get(AccountsData),
    app.get(SubmissionsData),
    app.get(PartnersData),
    // Before reviewers are somebody else's.
    app.get(ReviewingData),
    app.get(PerspectivesData),
    app.get(ReviewsData),
    app.get(DecisionsData),
    app.get(RegistrationsData),
    app.get(ProceedingsData),
    app.get(RightsData),
    app.get(PeopleData),
  );
  app
    .get(Protection)
    .holders.connect(
      app.get(SignIn),
      app.get(Proofs),
      app.get(OrcidSignIn),
      app.get(Submissions),
      app.get(Letters),
      app.get(Reviewers),
      app.get(Registrations),
      app.get(Builds),
      app.get(Outbox),
    );
  app.get(PersonKeys).destroyed.connect(app.get(Submissions), app.get(Outbox));
}

function parseBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body);
    if (text === '') return done(null, undefined);
    try {
      const value: unknown = JSON.parse(text);
      const key = duplicateKey(text);
      if (key !== undefined)
        throw new Refusal('malformed', 'malformed', { fields: [{ field: key, code: 'duplicate' }] });
      if (depth(text) > JSON_DEPTH) throw new Refusal('malformed', 'body');
      if (hasMoreParts(value, MOST_PARTS)) throw new Refusal('tooLarge', 'tooLarge');
      done(null, value);
    } catch (error) {
      done(error instanceof Refusal ? error : new Refusal('malformed', 'body'));
    }
  });
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      try {
        const form = parseForm(String(body), {
          parameterLimit: FORM_PARAMETERS,
          // Nothing is left out in silence: what is typed is read, or refused as a whole.
          throwOnLimitExceeded: true,
          arrayLimit: 1000,
          depth: 4,
          strictDepth: true,
          allowPrototypes: false,
        });
        done(null, form);
      } catch {
        done(new Refusal('tooLarge', 'tooLarge'));
      }
    },
  );
  // A mail as it came: its bytes, one character each.
  server.addContentTypeParser('message/rfc822', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.routeOptions.url === '/api/v1/mail-bounces')
      done(null, { message: (body as Buffer).toString('latin1') });
    else done(new Refusal('unsupported', 'unsupported'));
  });
  // A file is left on the line until the gate has let its sender pass.
  server.addContentTypeParser(['application/pdf', 'multipart/form-data'], (request, _payload, done) => {
    if (TAKES_FILES.test(request.routeOptions.url ?? '')) done(null, undefined);
    else done(new Refusal('unsupported', 'unsupported'));
  });
  server.addHook('preValidation', (request, _reply, done) => {
    // The body is complete here: this instant counts for deadlines.
    (request as ConcordRequest).arrivedAt = performance.now();
    statements.run({ count: 0 }, done);
  });
}

/** A connection whose request is still answered while the server stops must not be kept alive for another. */
function letGo(server: FastifyInstance): void {
  let stopping = false;
  server.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping) void reply.header('connection', 'close');
    done(null, payload);
  });
}

/** How long a sender who was refused may go on sending, in milliseconds. */
const HEAR_OUT_MS = 5_000;

/**
 * Who is refused while still sending, as with a body that is too large, hardly hears it when the line is cut at once: the reset
 * takes the answer with it. So the rest is read and thrown away for a while.
 */
function hearOut(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode >= 400 && !request.raw.complete) {
      reply.removeHeader('connection');
      const late = setTimeout(() => request.raw.destroy(), HEAR_OUT_MS).unref();
      request.raw.once('close', () => clearTimeout(late));
    }
    done(null, payload);
  });
}

/** What is answered to somebody is for them at that moment; only what says otherwise, such as a style sheet, may be kept. */
function keepNothing(server: FastifyInstance): void {
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'private, no-store');
    done(null, payload);
  });
}

function measure(server: FastifyInstance, metrics: Metrics, { logger }: Surroundings): void {
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.requests.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
    logger.info(
      {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
    done();
  });
}

async function serveAssets(app: NestFastifyApplication): Promise<void> {
  await app.register(staticFiles, {
    root: programFile('web/assets/'),
    prefix: '/assets/',
    maxAge: '1h',
    index: false,
    decorateReply: false,
  } as never);
  // The rule by which words are counted is one file for server and browser.
  await serveScript(app, 'word-rule.js', builtFile('submissions/words.js'));
  await serveScript(app, 'address-rule.js', builtFile('people/address-slip.js'));
  const webAuthn = createRequire(import.meta.url).resolve('@simplewebauthn/browser');
  await serveScript(app, 'simplewebauthn.js', join(webAuthn, '../../dist/bundle/index.umd.min.js'));
}

/** Serves one file from outside of the assets beside their scripts. */
async function serveScript(app: NestFastifyApplication, name: string, path: string): Promise<void> {
  const source = await readFile(path, 'utf8');
  app
    .getHttpAdapter()
    .getInstance()
    .get(`/assets/js/${name}`, (_request, reply) =>
      reply
        .header('content-type', 'text/javascript; charset=utf-8')
        .header('cache-control', 'public, max-age=3600')
        .send(source),
    );
}

import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const CLIENT = { clientId: 'APP-TEST', clientSecret: 'a-secret-of-the-test' };

/** A real OpenID provider on loopback, which stands for ORCID and can be made to lie. */
export class OpenIdProvider {
  /** Whose iD it shows; null says no. */
  orcid: string | null = '0000-0002-1825-0097';
  /** Claims that the next ID tokens have otherwise than they ought to; signed with the provider's own key. */
  lies: Record<string, unknown> = {};
  /** Signs with a key that the provider does not publish. */
  foreignKey = false;
  private provider: Provider | undefined;
  private readonly key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  private readonly other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  static async start(): Promise<OpenIdProvider> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const made = new OpenIdProvider(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => void made.answer(request, response));
    return made;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Registers the one client, once its address is known. */
  register(redirectUri: string): void {
    const jwk = { ...this.key.export({ format: 'jwk' }), kid: 'test', alg: 'RS256', use: 'sig' };
    this.provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT.clientId,
          client_secret: CLIENT.clientSecret,
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      jwks: { keys: [jwk as never] },
      cookies: { keys: ['a key of the test'] },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
      findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      loadExistingGrant: async (context) => {
        const { client, session } = context.oidc;
        const grant = new context.oidc.provider.Grant({
          clientId: client!.clientId,
          accountId: session!.accountId!,
        });
        grant.addOIDCScope('openid');
        await grant.save();
        return grant;
      },
    });
    this.provider.use(async (context, next) => {
      await next();
      const body = context.body as { id_token?: string } | undefined;
      if (context.path === '/token' && body?.id_token)
        context.body = { ...body, id_token: this.signed(body.id_token) };
    });
  }

  private signed(token: string): string {
    const [head, payload] = token.split('.') as [string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const body = `${head}.${Buffer.from(JSON.stringify({ ...claims, ...this.lies })).toString('base64url')}`;
    const key: KeyObject = this.foreignKey ? this.other : this.key;
    return `${body}.${createSign('RSA-SHA256').update(body).sign(key, 'base64url')}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = this.provider!;
    if (!request.url!.startsWith('/interaction/')) return void provider.callback()(request, response);
    const result = this.orcid
      ? { login: { accountId: this.orcid } }
      : { error: 'access_denied', error_description: 'The person has said no.' };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  /** What a browser does that is sent there. @returns the address that it is sent back to */
  async visit(location: string, home: string): Promise<URL> {
    const cookies = new Map<string, string>();
    let next = new URL(location);
    for (let steps = 0; steps < 10; steps += 1) {
      const answer = await fetch(next, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      });
      for (const line of answer.headers.getSetCookie()) {
        const [name, value] = line.split(';')[0]!.split('=') as [string, string];
        cookies.set(name, value);
      }
      const to = answer.headers.get('location');
      if (!to) throw new Error(`${next.pathname} answers ${answer.status}: ${await answer.text()}`);
      next = new URL(to, next);
      if (next.origin === new URL(home).origin) return next;
    }
    throw new Error('sent from here to there without end');
  }
}

import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';

/** What a request brings along. */
export interface Call {
  token?: string;
  body?: unknown;
  /** Idempotency-Key; `true` takes a fresh one. With a key a request may be sent again when its answer was lost. */
  key?: string | true;
  /** The version that the caller has seen (`If-Match`). */
  version?: number;
}

/** A field of a refusal as problem+json tells it. */
export interface ProblemField {
  field: string;
  code: string;
  limit?: number | string;
  value?: number | string;
}

export interface Answer {
  status: number;
  /** Parsed where it is JSON, else the bytes. */
  body: unknown;
  bytes: Buffer;
  /** From the ETag; undefined without. */
  version: number | undefined;
}

/** An answer that the caller cannot go on with. */
export class UnexpectedAnswer extends Error {
  override name = 'UnexpectedAnswer';
  constructor(
    readonly method: string,
    readonly path: string,
    readonly answer: Answer,
  ) {
    super(`${method} ${path} answered ${answer.status}: ${describe(answer)}`);
  }
}

const SENDS = 3;
const TIMEOUT_MS = 60_000;

/** A small HTTP client over a fixed number of kept connections, as a user's program would be. */
export class Driver {
  /** Requests that were answered. */
  answered = 0;
  private readonly agent: Agent;
  readonly base: URL;

  /** @param connections how many requests are under way at once at most */
  constructor(
    base: string,
    readonly connections: number,
  ) {
    this.base = new URL(base);
    const options = { keepAlive: true, maxSockets: connections, scheduling: 'fifo' as const };
    this.agent = this.base.protocol === 'https:' ? new TlsAgent(options) : new Agent(options);
  }

  /**
   * One request. A lost connection or a 503 is tried again where that is harmless: reading, or with a key.
   * @throws Error when no answer came.
   */
  async send(method: string, path: string, call: Call = {}): Promise<Answer> {
    const key = call.key === true ? randomUUID() : call.key;
    const harmless = method === 'GET' || key !== undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.once(method, path, { ...call, ...(key !== undefined && { key }) });
        if (answer.status !== 503 || !harmless || attempt >= SENDS) return answer;
      } catch (error) {
        if (!harmless || attempt >= SENDS) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100 * attempt));
    }
  }

  /** One request whose answer must have this status. @throws UnexpectedAnswer */
  async ask<T>(status: number, method: string, path: string, call: Call = {}): Promise<T> {
    const answer = await this.send(method, path, call);
    if (answer.status !== status) throw new UnexpectedAnswer(method, path, answer);
    return answer.body as T;
  }

  /** All items of a list, page by page. @throws UnexpectedAnswer */
  async list<T>(path: string, token: string): Promise<T[]> {
    const items: T[] = [];
    let after: string | null = null;
    do {
      const url = new URL(path, this.base);
      url.searchParams.set('limit', '200');
      if (after !== null) url.searchParams.set('after', after);
      const page: { items: T[]; next: string | null } = await this.ask(
        200,
        'GET',
        `${url.pathname}${url.search}`,
        { token },
      );
      items.push(...page.items);
      after = page.next;
    } while (after !== null);
    return items;
  }

  /** Does the same for every item, as many at once as there are connections; results in the order of the items. */
  async each<T, R>(items: readonly T[], act: (item: T, index: number) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < items.length) {
        const index = next;
        next += 1;
        results[index] = await act(items[index]!, index);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.connections, items.length) }, work));
    return results;
  }

  close(): void {
    this.agent.destroy();
  }

  /** One request, never tried again. @throws Error when no answer came. */
  once(method: string, path: string, call: Call = {}): Promise<Answer> {
    const key = call.key === true ? randomUUID() : call.key;
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const headers: Record<string, string | number> = {
      accept: 'application/json',
      ...(call.token !== undefined && { authorization: `Bearer ${call.token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(call.version !== undefined && { 'if-match': `"${call.version}"` }),
      ...(body && { 'content-type': 'application/json', 'content-length': body.length }),
    };
    const send = this.base.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const sent = send(
        new URL(path, this.base),
        { method, headers, agent: this.agent, timeout: TIMEOUT_MS },
        (response) => {
          this.answered += 1;
          resolve(read(response));
        },
      );
      sent.on('timeout', () =>
        sent.destroy(new Error(`${method} ${path} was not answered within ${TIMEOUT_MS / 1000} s`)),
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

/** The fields at fault of a refusal; empty for any other answer. */
export function fieldsOf(answer: Answer): ProblemField[] {
  const { fields } = (answer.body ?? {}) as { fields?: ProblemField[] };
  return Array.isArray(fields) ? fields : [];
}

/** Code and fields of a refusal on one line, without anything that people have typed. */
export function describe(answer: Answer): string {
  const { code } = (answer.body ?? {}) as { code?: string };
  const fields = fieldsOf(answer).map(({ field, code: rule, limit, value }) => {
    const numbers = [
      typeof value === 'number' ? String(value) : '',
      limit === undefined ? '' : `limit ${limit}`,
    ].filter(Boolean);
    return `${field} ${rule}${numbers.length > 0 ? ` (${numbers.join(', ')})` : ''}`;
  });
  return [code ?? `status ${answer.status}`, ...fields].join('; ');
}

async function read(response: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  const isJson = /json/.test(response.headers['content-type'] ?? '');
  const etag = /^(?:W\/)?"(\d+)"$/.exec(response.headers.etag ?? '')?.[1];
  return {
    status: response.statusCode ?? 0,
    body: isJson && bytes.length > 0 ? (JSON.parse(bytes.toString()) as unknown) : undefined,
    bytes,
    version: etag === undefined ? undefined : Number(etag),
  };
}

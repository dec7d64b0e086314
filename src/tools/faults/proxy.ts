import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What becomes of bytes on their way: passed on, kept for ever as if the line were dead, or the link is cut before them. */
export type Verdict = 'pass' | 'hold' | 'cut';

/** What looks at one link; each is called with the bytes before they go on. */
export interface Tap {
  client?(part: Buffer): Verdict;
  server?(part: Buffer): Verdict;
}

/** A TCP proxy on loopback that does what networks do on a bad day. Settings may change at any time. */
export interface Proxy {
  port: number;
  /** New links so far. */
  connections: number;
  /** Bytes that servers have sent so far through it. */
  answered: number;
  /** Milliseconds that bytes wait in each direction. */
  delayMs: number;
  /** Whether new links are refused and old ones cut. */
  setDown(down: boolean): void;
  /** Looks at each new link. */
  tap: ((connection: number) => Tap) | undefined;
  /** How long the bytes from the server of a link are spread, by the number of the link: milliseconds a byte. */
  slowness: ((connection: number) => number) | undefined;
  stop(): Promise<void>;
}

/** Starts a proxy before a port of 127.0.0.1. */
export async function startProxy(target: number): Promise<Proxy> {
  const links = new Set<Socket>();
  let down = false;
  const proxy: Proxy = {
    port: 0,
    connections: 0,
    answered: 0,
    delayMs: 0,
    tap: undefined,
    slowness: undefined,
    setDown(now) {
      down = now;
      if (down) for (const link of links) link.destroy();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const link of links) link.destroy();
      }),
  };
  const server = createServer((client) => {
    if (down) return void client.resetAndDestroy();
    proxy.connections += 1;
    const number = proxy.connections;
    const tap = proxy.tap?.(number) ?? {};
    const far = connect(target, '127.0.0.1');
    const cut = (): void => {
      client.destroy();
      far.destroy();
    };
    for (const socket of [client, far]) {
      links.add(socket);
      socket.setNoDelay(true);
      socket.on('error', cut);
      socket.on('close', () => {
        links.delete(socket);
        cut();
      });
    }
    carry(
      client,
      far,
      (part) => tap.client?.(part) ?? 'pass',
      cut,
      () => [proxy.delayMs, 0],
    );
    carry(
      far,
      client,
      (part) => {
        const verdict = tap.server?.(part) ?? 'pass';
        if (verdict === 'pass') proxy.answered += part.length;
        return verdict;
      },
      cut,
      () => [proxy.delayMs, proxy.slowness?.(number) ?? 0],
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  proxy.port = typeof address === 'object' && address ? address.port : 0;
  return proxy;
}

/** Carries bytes one way, in their order. */
function carry(
  from: Socket,
  to: Socket,
  judge: (part: Buffer) => Verdict,
  cut: () => void,
  pace: () => [delayMs: number, msPerByte: number],
): void {
  let dead = false;
  let last = Promise.resolve();
  from.on('data', (part: Buffer) => {
    if (dead) return;
    const verdict = judge(part);
    if (verdict !== 'pass') {
      dead = true;
      // What came before it is still on its way.
      if (verdict === 'cut') void last.then(cut);
      return;
    }
    const [delayMs, msPerByte] = pace();
    const due = performance.now() + delayMs;
    const before = last;
    last = (async () => {
      await before;
      const wait = due - performance.now();
      if (wait > 0) await sleep(wait);
      if (msPerByte === 0) {
        if (!to.destroyed) to.write(part);
        return;
      }
      for (const byte of part) {
        if (to.destroyed) return;
        to.write(Buffer.from([byte]));
        await sleep(msPerByte);
      }
    })();
  });
  from.on('end', () => void last.then(() => to.end()));
}

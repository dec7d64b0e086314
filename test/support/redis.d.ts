/** A Redis on a free port of 127.0.0.1 that keeps nothing; undefined where `redis-server` is not installed. */
export function startRedis(folder: string): Promise<{ url: string; stop(): Promise<void> } | undefined>;

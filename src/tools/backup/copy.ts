import type { Client, Connection, Submittable } from 'pg';

/** A connection of pg with what COPY needs; its types leave that out. */
interface CopyConnection extends Connection {
  stream: Connection['stream'] & { pause(): void; resume(): void };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/** What pg's client calls while a statement is under way. */
abstract class Copy implements Submittable {
  protected connection!: CopyConnection;
  readonly done: Promise<void>;
  protected settle!: { resolve: () => void; reject: (error: Error) => void };
  private failure: Error | undefined;

  constructor(private readonly statement: string) {
    this.done = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
  }

  submit(connection: Connection): void {
    this.connection = connection as CopyConnection;
    this.connection.query(this.statement);
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(_message: { chunk: Buffer }): void {}

  handleError(error: Error): void {
    this.failure = error;
    // A lost connection is followed by nothing.
    this.settle.reject(error);
  }

  handleReadyForQuery(): void {
    if (this.failure) this.settle.reject(this.failure);
    else this.settle.resolve();
  }
}

class CopyOut extends Copy {
  private parts: Buffer[] = [];
  private bytes = 0;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    statement: string,
    private readonly partBytes: number,
    private readonly take: (part: Buffer) => Promise<void>,
  ) {
    super(statement);
  }

  override handleCopyData({ chunk }: { chunk: Buffer }): void {
    // The client uses its buffer again.
    this.parts.push(Buffer.from(chunk));
    this.bytes += chunk.length;
    if (this.bytes >= this.partBytes) this.flush();
  }

  override handleReadyForQuery(): void {
    if (this.bytes > 0) this.flush();
    void this.writing.then(() => super.handleReadyForQuery(), this.settle.reject);
  }

  private flush(): void {
    const part = Buffer.concat(this.parts);
    this.parts = [];
    this.bytes = 0;
    this.connection.stream.pause();
    this.writing = this.writing.then(() => this.take(part)).finally(() => this.connection.stream.resume());
    this.writing.catch(() => undefined);
  }
}

class CopyIn extends Copy {
  constructor(
    statement: string,
    private readonly parts: AsyncIterable<Buffer> | Iterable<Buffer>,
  ) {
    super(statement);
  }

  override handleCopyInResponse(): void {
    void this.send().catch((error: Error) => this.connection.sendCopyFail(error.message));
  }

  private async send(): Promise<void> {
    for await (const part of this.parts) this.connection.sendCopyFromChunk(part);
    this.connection.endCopyFrom();
  }
}

/**
 * Reads a table as lines of PostgreSQL's COPY.
 * @param statement `copy … to stdout`
 * @param take gets parts of about `partBytes` bytes, each of whole lines, one after the other
 */
export async function copyOut(
  client: Client,
  statement: string,
  partBytes: number,
  take: (part: Buffer) => Promise<void>,
): Promise<void> {
  await client.query(new CopyOut(statement, partBytes, take)).done;
}

/** Writes lines of PostgreSQL's COPY. @param statement `copy … from stdin` */
export async function copyIn(client: Client, statement: string, parts: Iterable<Buffer>): Promise<void> {
  await client.query(new CopyIn(statement, parts)).done;
}

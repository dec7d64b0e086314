import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { Receipts } from '../audit/receipts.js';
import { systemActor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { LOGGER } from '../platform/platform.module.js';
import { Queues } from '../platform/queue.js';
import { Storage } from '../platform/storage.js';
import { Work } from '../platform/work.js';
import { archiveName, bookFile, volumeFiles } from './build-files.js';
import { PROGRESS_AT, type BuildProblem, type BuildStage } from './build-stages.js';
import { ProceedingsBuild, ProceedingsFile } from './proceedings-build.entity.js';
import { readingWords } from './reading-words.js';
import { snapshotHash, type PageSpans, type VolumeSnapshot } from './snapshot.js';
import { typeset, TypesettingFailed } from './typeset.js';
import { archive, type LazyFile } from './zip.js';

/** Waiting times in milliseconds. The defaults are for use, others for tests. */
export interface BuildWorkerSettings {
  sweepEveryMs: number;
  /** The typesetting is stopped after this time. */
  timeoutMs: number;
  /** A running build is taken over after this time, whoever has it. */
  takeOverMs: number;
}

export const BUILD_WORKER_SETTINGS: BuildWorkerSettings = {
  sweepEveryMs: 5_000,
  timeoutMs: 120_000,
  takeOverMs: 10 * 60_000,
};

/** Percentage that is reached when the book's pages are laid out and only their writing is left. */
const WRITING = 55;

/** A build in our hands; the start tells our claim from an earlier or later one of the same build. */
interface ClaimedBuild {
  id: string;
  conferenceId: string;
  snapshot: VolumeSnapshot;
  snapshotHash: string;
  startedAt: Date;
}

type StoredFile = Omit<ProceedingsFile, 'buildId'>;

/** What a build has made; the bytes are in the storage. */
interface Made {
  pages: PageSpans;
  files: StoredFile[];
}

/** Somebody else has taken the build over. */
class Lost extends Error {}

/** The stored snapshot is not the one that was frozen. */
class SnapshotChanged extends Error {}

/**
 * The session that works on a build holds an advisory lock on it; whoever can have the lock of a running build knows that
 * its worker is gone. The start is part of the key, so that a claim that hangs keeps nobody from the next one.
 */
const lockKey = (id: string, startedAt: string): string =>
  `hashtextextended('proceedings_build:' || ${id} || ':' || floor(extract(epoch from ${startedAt}) * 1000)::bigint, 0)`;

/**
 * Makes the files of requested builds, one at a time. The queue wakes it, the sweeper finds what the queue has lost and takes
 * back what a lost worker left; a row's state decides who builds, so that any number of workers build it once.
 */
@Injectable()
export class BuildWorker {
  private settings = BUILD_WORKER_SETTINGS;
  private state: 'new' | 'running' | 'stopped' = 'new';
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly receipts: Receipts,
    private readonly queues: Queues,
    private readonly storage: Storage,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Starts to work the queue and to sweep. */
  start(settings: Partial<BuildWorkerSettings> = {}): void {
    if (this.state !== 'new') return;
    this.settings = { ...BUILD_WORKER_SETTINGS, ...settings };
    this.state = 'running';
    this.queues.work('builds', 1, (id) => this.build(id));
    this.sweepAgain(0);
  }

  /** Takes up nothing new and lets the build under way finish. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    clearTimeout(this.timer);
    await this.sweeping;
    await this.last;
  }

  /** Makes one build if it is queued and nobody else has it, after those that were asked for before. Never throws. */
  build(id: string): Promise<void> {
    this.last = this.last.then(() =>
      this.state === 'running'
        ? this.hold(id).catch((error: Error) =>
            this.logger.error({ build: id, error: error.message }, 'a build was left to the next sweep'),
          )
        : undefined,
    );
    return this.last;
  }

  private sweepAgain(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep()
        .catch((error: Error) =>
          this.logger.warn({ error: error.message }, 'the build sweeper could not look'),
        )
        .finally(() => {
          if (this.state === 'running') this.sweepAgain(this.settings.sweepEveryMs);
        });
    }, afterMs);
  }

  /** Looks by state, never by a last id: takes back what was left lying, builds what is queued. */
  private async sweep(): Promise<void> {
    const now = await this.clock.now();
    const [left] = await this.db.query<[{ id: string }[], number]>(
      `update proceedings_build set status = 'queued', stage = 'queued', progress = 0, started_at = null
       where status = 'running'
         and (started_at <= $1 or pg_try_advisory_xact_lock(${lockKey('id', 'started_at')})) returning id`,
      [new Date(now.getTime() - this.settings.takeOverMs)],
    );
    for (const { id } of left) this.logger.warn({ build: id }, 'a build was taken back: its worker is gone');
    const queued: { id: string }[] = await this.db.query(
      `select id from proceedings_build where status = 'queued' order by created_at, id limit 100`,
    );
    for (const { id } of queued) await this.build(id);
  }

  /** Claims the build and works on it while a session of its own holds its lock. */
  private async hold(id: string): Promise<void> {
    const startedAt = await this.clock.now();
    const session = this.db.createQueryRunner();
    try {
      await session.query(`select pg_advisory_lock(${lockKey('$1::text', '$2::timestamptz')})`, [
        id,
        startedAt,
      ]);
      const [rows] = await this.db.query<[Omit<ClaimedBuild, 'startedAt'>[], number]>(
        `update proceedings_build set status = 'running', stage = 'snapshot', progress = $3, started_at = $2
         where id = $1 and status = 'queued'
         returning id, conference_id as "conferenceId", snapshot, snapshot_hash as "snapshotHash"`,
        [id, startedAt, PROGRESS_AT.snapshot],
      );
      if (rows[0]) await this.handle({ ...rows[0], startedAt });
    } finally {
      await session
        .query(`select pg_advisory_unlock(${lockKey('$1::text', '$2::timestamptz')})`, [id, startedAt])
        .catch(() => undefined);
      await session.release();
    }
  }

  private async handle(build: ClaimedBuild): Promise<void> {
    try {
      await this.finish(build, await this.make(build));
      this.logger.info({ build: build.id }, 'a build is done');
    } catch (error) {
      if (error instanceof Lost)
        this.logger.warn({ build: build.id }, 'a build was taken over by another worker');
      else if (this.state === 'stopped') await this.giveBack(build);
      else await this.fail(build, problemOf(error), error);
    }
  }

  /** Makes the files one after the other and stores each, so that no two of them are in memory at once. */
  private async make(build: ClaimedBuild): Promise<Made> {
    const { snapshot } = build;
    if (snapshotHash(snapshot) !== build.snapshotHash)
      throw new SnapshotChanged(`${snapshotHash(snapshot)} instead of ${build.snapshotHash}`);
    await this.mark(build, 'typesetting');
    let writing: Promise<void> = Promise.resolve();
    const { pdf, pages } = await typeset(snapshot, {
      timeoutMs: this.settings.timeoutMs,
      onStage: (stage) => {
        // Whether the mark could be made shows at the next one.
        if (stage === 'writing') writing = this.mark(build, 'typesetting', WRITING).catch(() => undefined);
      },
    });
    await writing;
    const book = bookFile(snapshot, pdf);
    const { single, folders } = volumeFiles(snapshot, pages, readingWords(snapshot));
    const files: StoredFile[] = [];
    const packed: LazyFile[] = [];
    let stage: BuildStage = 'typesetting';
    for (const file of [{ ...book, stage, stored: true, data: () => pdf }, ...single]) {
      if (file.stage !== stage) await this.mark(build, (stage = file.stage));
      const data = await file.data();
      const sha256 = await this.storage.put(data);
      files.push({ name: file.name, mediaType: file.mediaType, size: data.length, sha256 });
      packed.push({ name: file.name, stored: file.stored ?? false, data: () => this.storage.read(sha256) });
    }
    await this.mark(build, 'archive');
    const signer = await this.work.run((tx) => this.receipts.textSigner(tx));
    const zip = await this.storage.putStream(
      archive([...packed, ...folders], new Date(snapshot.frozenAt), build.snapshotHash, signer),
    );
    return {
      pages,
      files: [...files, { name: archiveName(snapshot), mediaType: 'application/zip', ...zip }],
    };
  }

  /** @throws Lost */
  private async mark(
    { id, startedAt }: ClaimedBuild,
    stage: BuildStage,
    progress: number = PROGRESS_AT[stage],
  ): Promise<void> {
    const [, count] = await this.db.query<[unknown, number]>(
      `update proceedings_build set stage = $3, progress = $4 where id = $1 and started_at = $2 and status = 'running'`,
      [id, startedAt, stage, progress],
    );
    if (count !== 1) throw new Lost();
  }

  /** Says in one transaction what was made: all files are there, or none. @throws Lost */
  private async finish(build: ClaimedBuild, { files, pages }: Made): Promise<void> {
    const rows = files.map((file) => ({ buildId: build.id, ...file }));
    await this.work.run(async (tx) => {
      const { id, startedAt, conferenceId } = build;
      const { affected } = await tx.manager.update(
        ProceedingsBuild,
        { id, startedAt, status: 'running' },
        { status: 'done', stage: 'done', progress: PROGRESS_AT.done, finishedAt: tx.now, pages },
      );
      if (affected !== 1) throw new Lost();
      await tx.manager.insert(ProceedingsFile, rows);
      await this.audit.record(tx, systemActor('build'), {
        conferenceId,
        action: 'build.done',
        subject: ['proceedings_build', id],
        before: { status: 'running' },
        after: { status: 'done', files: rows.map(({ name, sha256 }) => ({ name, sha256 })) },
      });
    });
  }

  /** We are stopping, and what we started with us: whoever starts next builds it. */
  private async giveBack({ id, startedAt }: ClaimedBuild): Promise<void> {
    await this.db.manager.update(
      ProceedingsBuild,
      { id, startedAt, status: 'running' },
      { status: 'queued', stage: 'queued', progress: 0, startedAt: null },
    );
  }

  private async fail(
    { id, startedAt, conferenceId }: ClaimedBuild,
    problem: BuildProblem,
    error: unknown,
  ): Promise<void> {
    this.logger.error(
      {
        build: id,
        code: problem.code,
        paper: problem.paperId,
        error: error instanceof Error ? error.message : String(error),
      },
      'a build failed',
    );
    await this.work.run(async (tx) => {
      const { affected } = await tx.manager.update(
        ProceedingsBuild,
        { id, startedAt, status: 'running' },
        { status: 'failed', problem, finishedAt: tx.now },
      );
      if (affected !== 1) return;
      await this.audit.record(tx, systemActor('build'), {
        conferenceId,
        action: 'build.failed',
        subject: ['proceedings_build', id],
        before: { status: 'running' },
        after: { status: 'failed', code: problem.code, ...(problem.paperId && { paperId: problem.paperId }) },
      });
    });
  }
}

/** What an organiser is told; of a fault of ours no more than its kind, because its words name the server's files. */
function problemOf(error: unknown): BuildProblem {
  if (error instanceof TypesettingFailed)
    return { code: 'typesetting', ...(error.paperId && { paperId: error.paperId }), detail: error.message };
  if (error instanceof SnapshotChanged) return { code: 'snapshot', detail: error.message };
  if (!(error instanceof Error)) return { code: 'internal', detail: '' };
  return { code: 'internal', detail: 'code' in error ? String(error.code) : error.name };
}

import { pathToFileURL } from 'node:url';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { PersonKeys } from '../people/person-keys.js';
import { systemActor } from '../platform/actor.js';
import { LOGGER } from '../platform/platform.module.js';
import { builtFile } from '../platform/program.js';
import { Work } from '../platform/work.js';
import { AssignmentProof, AssignmentRun, type RunFailure } from './assignment-run.entity.js';
import { pairsHash } from './pairs-hash.js';
import { inputDigest, RunLoader } from './run-loader.service.js';
import { outcomeOf, type RunReport, type StoredProposal } from './run-outcome.js';
import { runProblem, type RunInput, type RunProblem } from './run-problem.js';
import type { Progress } from './solver/assign.js';
import { solveInThread } from './solver/solve-in-thread.js';
import type { Result, Task } from './solver/task.js';
import { pricesFor, storedClaim, type StoredClaim } from './stored-claim.js';

const SWEEP_EVERY_MS = 5_000;
/** How often progress is written down, and a cancelled run noticed. */
const MARK_EVERY_MS = 300;
const SOLVER = pathToFileURL(builtFile('reviews/solver/solver-thread.js'));

/** Somebody has cancelled the run, or another process has finished it. */
class NoLonger extends Error {}

const lockKey = (id: string): string => `hashtextextended('assignment_run:' || ${id}, 0)`;

interface Solved {
  proposal: StoredProposal;
  report: RunReport;
  digest: string;
  claim: StoredClaim;
}

/**
 * Computes runs, each in a thread of its own, one after the other in a process: whoever is asked for one begins at once. The
 * process that computes a run holds a lock in the database; a worker that can have the lock of a run that is still computing
 * knows that its process is gone, and computes it anew. What a run becomes is written in one transaction, and only while it
 * is computing.
 */
@Injectable()
export class RunSolver implements OnModuleDestroy {
  private last: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly keys: PersonKeys,
    private readonly loader: RunLoader,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Computes a run after those that were begun before, unless another process does. Never throws. */
  begin(id: string): Promise<void> {
    this.last = this.last.then(() =>
      this.stopping.signal.aborted
        ? undefined
        : this.hold(id).catch((error: Error) =>
            this.logger.error({ run: id, error: error.message }, 'a run was left to the next sweep'),
          ),
    );
    return this.last;
  }

  /** Takes up, now and again and again, what a process has left that ended. For those who work queues. */
  start(): void {
    const sweep = async (): Promise<void> => {
      try {
        const rows: { id: string }[] = await this.db.query(
          `select id from assignment_run where status = 'computing' order by created_at, id limit 100`,
        );
        for (const { id } of rows) await this.begin(id);
      } catch (error) {
        this.logger.warn({ error: (error as Error).message }, 'the sweeper of runs could not look');
      }
      if (!this.stopping.signal.aborted) this.timer = setTimeout(() => void sweep(), SWEEP_EVERY_MS);
    };
    this.timer = setTimeout(() => void sweep(), 0);
  }

  /** Ends what is under way; whoever starts next computes it anew. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.stopping.abort(new NoLonger('The process is stopping.'));
    await this.last;
  }

  /** Before the database is closed. */
  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  private async hold(id: string): Promise<void> {
    const session = this.db.createQueryRunner();
    try {
      const [lock]: { got: boolean }[] = await session.query(
        `select pg_try_advisory_lock(${lockKey('$1::text')}) as got`,
        [id],
      );
      if (!lock!.got) return;
      try {
        const run = await this.db.manager.findOneBy(AssignmentRun, { id, status: 'computing' });
        if (run) await this.compute(run);
      } finally {
        await session.query(`select pg_advisory_unlock(${lockKey('$1::text')})`, [id]);
      }
    } finally {
      await session.release();
    }
  }

  private async compute(run: AssignmentRun): Promise<void> {
    try {
      const { input, fitOf } = await this.loader.input(run);
      const ready = runProblem(input);
      if (ready.lockedInConflict.length > 0) {
        await this.fail(run, { code: 'locked', pairs: ready.lockedInConflict });
        return;
      }
      const result = await this.solved(run, await this.taskFor(run, input, ready));
      if (result.kind === 'refused')
        throw new Error(`The problem contradicts itself: ${result.troubles[0]!.kind}`);
      if (result.fault) throw new Error(`The proof does not hold: ${result.fault}`);
      const submissions = input.submissions.map(({ id }) => id);
      await this.finish(run, {
        ...outcomeOf(input, ready, result.pairs, run.proposal.seed, fitOf),
        digest: inputDigest(input, ready.problem),
        claim: storedClaim(
          result.proven.claim,
          submissions,
          input.reviewers.map(({ id }) => id),
        ),
      });
    } catch (error) {
      if (error instanceof NoLonger) return;
      this.logger.error({ run: run.id, error: (error as Error).message }, 'a run failed');
      await this.fail(run, { code: 'fault', detail: (error as Error).name });
    }
  }

  /** From where the run that was applied last ended, so that a small change is solved in little time. */
  private async taskFor(run: AssignmentRun, input: RunInput, { problem, stands }: RunProblem): Promise<Task> {
    const { objective, likelyAtMost } = run.settings;
    const { seed } = run.proposal;
    if (objective === 'by chance')
      return { problem, options: { objective, seed, chances: sharesOf(likelyAtMost ?? 50) } };
    const claim = stands.length > 0 ? await this.loader.lastClaim(run.conferenceId) : undefined;
    const free = stands.filter((pair) => problem.locked[pair] === 0);
    const ids = {
      submissions: input.submissions.map(({ id }) => id),
      reviewers: input.reviewers.map(({ id }) => id),
    };
    const earlier = claim && { pairs: free, prices: pricesFor(claim, problem, ids) };
    return { problem, options: { objective, seed, ...(earlier && { earlier }) } };
  }

  /** @throws NoLonger */
  private async solved(run: AssignmentRun, task: Task): Promise<Result> {
    const wanted = new AbortController();
    const signal = AbortSignal.any([wanted.signal, this.stopping.signal]);
    let latest: Progress | undefined;
    const mark = async (): Promise<void> => {
      const [, count] = await this.db.query<[unknown, number]>(
        `update assignment_run set progress = coalesce($2::jsonb, progress) where id = $1 and status = 'computing'`,
        [run.id, latest ? JSON.stringify(latest) : null],
      );
      if (count === 0) wanted.abort(new NoLonger('The run was cancelled.'));
    };
    const timer = setInterval(() => void mark().catch(() => undefined), MARK_EVERY_MS);
    try {
      const isBalanced = task.problem.balance.groups.length > 0;
      return await solveInThread(task, SOLVER, {
        signal,
        // That a rule had to be relaxed shows in the stages, and of the balance of few panels nothing is told.
        progress: (progress) => {
          latest = isBalanced ? { stage: 'total', steps: progress.steps } : progress;
        },
      });
    } finally {
      clearInterval(timer);
    }
  }

  private async finish(
    { id, conferenceId }: AssignmentRun,
    { proposal, report, digest, claim }: Solved,
  ): Promise<void> {
    await this.work.run(async (tx) => {
      const { affected } = await tx.manager.update(
        AssignmentRun,
        { id, status: 'computing' },
        { status: 'proposed', progress: null, proposal, report },
      );
      if (affected !== 1) throw new NoLonger('The run was cancelled.');
      await tx.manager.insert(AssignmentProof, {
        runId: id,
        inputDigest: digest,
        sealed: this.keys.sealOwn(`proof ${id}`, JSON.stringify(claim)),
      });
      const { pairs, stays, goes, seed } = proposal;
      await this.audit.record(tx, systemActor('assignment'), {
        conferenceId,
        action: 'assignment_run.proposed',
        subject: ['assignment_run', id],
        before: { status: 'computing' },
        after: {
          status: 'proposed',
          pairs: pairs.length,
          pairsHash: pairsHash(pairs),
          stays: stays.length,
          goes: goes.length,
          goesHash: pairsHash(goes),
          open: report.openPlaces.reduce((sum, { missing }) => sum + missing, 0),
          seed,
          inputDigest: digest,
        },
      });
    });
  }

  private async fail({ id, conferenceId }: AssignmentRun, failure: RunFailure): Promise<void> {
    await this.work.run(async (tx) => {
      const { affected } = await tx.manager.update(
        AssignmentRun,
        { id, status: 'computing' },
        { status: 'failed', progress: null, failure },
      );
      if (affected !== 1) return;
      await this.audit.record(tx, systemActor('assignment'), {
        conferenceId,
        action: 'assignment_run.failed',
        subject: ['assignment_run', id],
        before: { status: 'computing' },
        after: { status: 'failed', code: failure.code },
      });
    });
  }
}

/** Percent as a share of few units. */
const sharesOf = (percent: number): { units: number; share: number } =>
  percent === 50 ? { units: 2, share: 1 } : { units: 4, share: percent / 25 };

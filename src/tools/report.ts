import type { Writable } from 'node:stream';
import { table } from './table.js';

/** What a stage has done. */
export interface StageResult {
  /** How many things it did. */
  count: number;
}

/** Something that was refused, and why; never a person's name or words. */
export interface NotedRefusal {
  stage: string;
  /** Which abstract, line or submission. */
  what: string;
  reason: string;
}

/** The course of a rehearsal: stages with their times, refusals, and checks that failed. */
export class Report {
  readonly refusals: NotedRefusal[] = [];
  readonly broken: string[] = [];
  private readonly stages: { stage: string; count: number; seconds: number; refusals: number }[] = [];
  private readonly started = performance.now();

  /**
   * @param results where figures go: a table at the end, or JSON lines as they come
   * @param progress where a person sees it go on; nothing is written there with `json`
   */
  constructor(
    private readonly results: Writable,
    private readonly progress: Writable | undefined,
    private readonly json: boolean,
  ) {}

  /** Runs one stage and notes its figures, also when it throws. */
  async stage<T extends StageResult>(stage: string, act: () => Promise<T>): Promise<T> {
    const from = performance.now();
    const before = this.refusals.length;
    let count = 0;
    try {
      const result = await act();
      count = result.count;
      return result;
    } finally {
      const figures = {
        stage,
        count,
        seconds: round((performance.now() - from) / 1000),
        refusals: this.refusals.length - before,
      };
      this.stages.push(figures);
      if (this.json) this.line(figures);
      else this.progress?.write(`${stage}: ${count} in ${figures.seconds} s\n`);
    }
  }

  refuse(stage: string, what: string, reason: string): void {
    this.refusals.push({ stage, what, reason });
    if (this.json) this.line({ refused: { stage, what, reason } });
  }

  /** A check: what is not so is told at the end and makes the rehearsal fail. */
  check(holds: boolean, broken: () => string): void {
    if (holds) return;
    this.broken.push(broken());
    if (this.json) this.line({ broken: this.broken.at(-1) });
  }

  /** Prints the end. @returns whether nothing is broken */
  finish(facts: Record<string, string | number>): boolean {
    const seconds = round((performance.now() - this.started) / 1000);
    const ok = this.broken.length === 0;
    if (this.json) {
      this.line({ rehearsal: { seconds, ok, ...facts } });
      return ok;
    }
    const rows = this.stages.map(({ stage, count, seconds: took, refusals }) => [
      stage,
      count,
      took.toFixed(1),
      refusals,
    ]);
    const write = (text: string): void => void this.results.write(`${text}\n`);
    write(
      `\n${table(['stage', 'count', 'seconds', 'refusals'], [...rows, ['in all', '', seconds.toFixed(1), this.refusals.length]])}`,
    );
    if (this.refusals.length > 0)
      write(
        `\n${table(
          ['refused in', 'what', 'why'],
          this.refusals.map(({ stage, what, reason }) => [stage, what, reason]),
        )}`,
      );
    write(
      `\n${Object.entries(facts)
        .map(([name, value]) => `${name}: ${value}`)
        .join(', ')}`,
    );
    write(
      ok
        ? 'Every check holds.'
        : `${this.broken.length} checks failed:\n${this.broken.map((text) => `- ${text}`).join('\n')}`,
    );
    return ok;
  }

  private line(value: unknown): void {
    this.results.write(`${JSON.stringify(value)}\n`);
  }
}

const round = (seconds: number): number => Math.round(seconds * 100) / 100;

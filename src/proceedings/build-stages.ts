/** Where a build stands. */
export const BUILD_STATUSES = ['queued', 'running', 'done', 'failed'] as const;
export type BuildStatus = (typeof BUILD_STATUSES)[number];

/** What a build is at, in order. */
export const BUILD_STAGES = [
  'queued',
  'snapshot',
  'typesetting',
  'bibliography',
  'tables',
  'reading',
  'archive',
  'done',
] as const;
export type BuildStage = (typeof BUILD_STAGES)[number];

/** The percentage that is reached when a stage begins. */
export const PROGRESS_AT: Record<BuildStage, number> = {
  queued: 0,
  snapshot: 5,
  typesetting: 15,
  bibliography: 70,
  tables: 75,
  reading: 80,
  archive: 88,
  done: 100,
};

/**
 * Why a build failed: `typesetting`: the book could not be set; `snapshot`: the stored snapshot is not what was frozen;
 * `internal`: anything else. Catalogue keys below `proceedings:problem.`.
 */
export const BUILD_FAILURES = ['typesetting', 'snapshot', 'internal'] as const;
export type BuildFailure = (typeof BUILD_FAILURES)[number];

/** A failure with the paper to blame, where one alone is, and the machine's own words. */
export interface BuildProblem {
  code: BuildFailure;
  paperId?: string;
  detail: string;
}

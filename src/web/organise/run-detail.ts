import type { AssignmentRun } from '../../reviews/assignment-run.entity.js';
import { visibleBalance } from '../../reviews/assignment-run.view.js';
import type { Pair } from '../../reviews/run-problem.js';
import { loadsAfter, samePairs, visibleProposal } from '../../reviews/run-rules.js';
import type { PairRow, RunDetail } from '../views/organise-run.view.js';
import { pairKey, type RunReviewer, type RunSubmission } from './assignment.queries.js';

/** Pairs on the page; all of them are in the API's answer. */
const SHOWN = 100;

/** What is known around a run when it is shown. */
export interface RunSurroundings {
  /** Ids of the submissions that are hidden from the viewer. */
  hidden: ReadonlySet<string>;
  submissions: ReadonlyMap<string, RunSubmission>;
  reviewers: ReadonlyMap<string, RunReviewer>;
  shared: ReadonlyMap<string, string[]>;
  /** Titles of the topics of submissions with open places. */
  topics: ReadonlyMap<string, string[]>;
  /** Assignments that stand now. */
  standing: readonly Pair[];
  by: string | null;
}

/** A run as its page tells it: what comes, stays and goes, what stays open and why, and what is no longer possible. */
export function runDetail(run: AssignmentRun, around: RunSurroundings): RunDetail {
  const seen = visibleProposal(run.proposal, run.report, around.hidden);
  const load = loadsAfter(run.proposal, around.hidden);
  const isShown = (pair: Pair): boolean => !around.hidden.has(pair.submissionId);
  const title = (submissionId: string): string => around.submissions.get(submissionId)?.title ?? '';
  const row = (pair: Pair): PairRow => ({
    submissionId: pair.submissionId,
    title: title(pair.submissionId),
    reviewer: around.reviewers.get(pair.reviewerId)?.name ?? '',
    sharedTopics: around.shared.get(pairKey(pair)) ?? [],
    load: load.get(pair.reviewerId) ?? 0,
    maxLoad: around.reviewers.get(pair.reviewerId)?.maxLoad ?? 0,
  });
  const rows = (pairs: readonly Pair[]): PairRow[] => pairs.toSorted(bySubmission).slice(0, SHOWN).map(row);
  const possible = (pair: Pair): boolean =>
    around.submissions.get(pair.submissionId)?.open === true &&
    around.reviewers.get(pair.reviewerId)?.accepted === true;
  return {
    id: run.id,
    version: run.version,
    status: run.status,
    perSubmission: run.perSubmission,
    objective: run.settings.objective,
    likelyAtMost: run.settings.likelyAtMost,
    seed: run.proposal.seed,
    createdAt: run.createdAt,
    by: around.by,
    appliedAt: run.appliedAt,
    progress: run.progress,
    failure: run.failure && {
      code: run.failure.code,
      pairs: run.failure.code === 'locked' ? run.failure.pairs.filter(isShown).map(row) : [],
    },
    pairs: seen.pairs.length,
    stays: seen.stays.length,
    goes: seen.goes.length,
    submissions: new Set(seen.pairs.map(({ submissionId }) => submissionId)).size,
    reviewers: new Set(seen.pairs.map(({ reviewerId }) => reviewerId)).size,
    sharingTopic: seen.pairs.filter((pair) => around.shared.has(pairKey(pair))).length,
    loads: seen.loads.map((reviewers, index) => ({ load: index, reviewers })),
    fits: seen.fits,
    mean:
      seen.pairs.length + seen.stays.length === 0 ? 0 : seen.total / (seen.pairs.length + seen.stays.length),
    worstPair: seen.worstPair,
    worstServed: seen.worstServed.map((one) => ({ ...one, title: title(one.submissionId) })),
    short: seen.short.map(({ reviewerId, missing }) => ({
      name: around.reviewers.get(reviewerId)?.name ?? '',
      missing,
    })),
    balance: visibleBalance(run),
    open: seen.openPlaces.map((place) => ({
      ...place,
      title: title(place.submissionId),
      topics: around.topics.get(place.submissionId) ?? [],
    })),
    openPlaces: seen.openPlaces.reduce((sum, { missing }) => sum + missing, 0),
    wanted: wantedTopics(seen.openPlaces, around.topics),
    shown: rows(seen.pairs),
    leaving: rows(seen.goes),
    skipped: (run.report.skipped ?? []).filter(isShown).length,
    outdated: run.status === 'proposed' ? seen.pairs.filter((pair) => !possible(pair)).length : 0,
    changed:
      run.status === 'proposed' &&
      !samePairs(around.standing.filter(isShown), run.proposal.standing.filter(isShown)),
  };
}

/** What one more reviewer should know, so that they could take most of the open places: topics by places, the most first. */
function wantedTopics(
  places: readonly { submissionId: string; missing: number }[],
  topics: ReadonlyMap<string, string[]>,
): RunDetail['wanted'] {
  const counts = new Map<string, number>();
  for (const { submissionId } of places)
    for (const topic of topics.get(submissionId) ?? []) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return Array.from(counts, ([topic, submissions]) => ({ topic, submissions }))
    .toSorted((a, b) => b.submissions - a.submissions || a.topic.localeCompare(b.topic, 'en'))
    .slice(0, 3);
}

const bySubmission = (a: Pair, b: Pair): number =>
  a.submissionId < b.submissionId ? -1 : a.submissionId > b.submissionId ? 1 : 0;

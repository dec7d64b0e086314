import type { AssignmentRun } from '../../reviews/assignment.entity.js';
import type { Pair } from '../../reviews/greedy.js';
import { samePairs, visibleProposal } from '../../reviews/run-rules.js';
import type { RunDetail } from '../views/organise-assignment.view.js';
import { pairKey, type RunReviewer, type RunSubmission } from './assignment.queries.js';

/** Pairs on the page; all of them are in the file. */
const SHOWN = 100;

/** What is known around a run when it is shown. */
export interface RunSurroundings {
  /** Ids of the submissions that are hidden from the viewer. */
  hidden: ReadonlySet<string>;
  submissions: ReadonlyMap<string, RunSubmission>;
  reviewers: ReadonlyMap<string, RunReviewer>;
  shared: ReadonlyMap<string, string[]>;
  /** Assignments that stand now. */
  standing: readonly Pair[];
  by: string | null;
}

/** A run as its page tells it: what is proposed, what stays open and why, and what is no longer possible. */
export function runDetail(run: AssignmentRun, around: RunSurroundings): RunDetail {
  const { pairs, openPlaces, loads } = visibleProposal(run.proposal, run.report.openPlaces, around.hidden);
  const load = loadsAfter(run, pairs, around.hidden);
  const reason = whyOpen(run, load, around.reviewers);
  const possible = (pair: Pair): boolean =>
    around.submissions.get(pair.submissionId)?.open === true &&
    around.reviewers.get(pair.reviewerId)?.accepted === true;
  return {
    id: run.id,
    version: run.version,
    status: run.status,
    perSubmission: run.perSubmission,
    createdAt: run.createdAt,
    by: around.by,
    appliedAt: run.appliedAt,
    pairs: pairs.length,
    submissions: new Set(pairs.map(({ submissionId }) => submissionId)).size,
    reviewers: new Set(pairs.map(({ reviewerId }) => reviewerId)).size,
    sharingTopic: pairs.filter((pair) => around.shared.has(pairKey(pair))).length,
    loads: loads.map((reviewers, index) => ({ load: index, reviewers })),
    open: openPlaces.map(({ submissionId, missing }) => ({
      submissionId,
      title: around.submissions.get(submissionId)?.title ?? '',
      missing,
      reason,
    })),
    openPlaces: openPlaces.reduce((sum, { missing }) => sum + missing, 0),
    shown: pairs
      .toSorted((a, b) => (a.submissionId < b.submissionId ? -1 : a.submissionId > b.submissionId ? 1 : 0))
      .slice(0, SHOWN)
      .map((pair) => ({
        submissionId: pair.submissionId,
        title: around.submissions.get(pair.submissionId)?.title ?? '',
        reviewer: around.reviewers.get(pair.reviewerId)?.name ?? '',
        sharedTopics: around.shared.get(pairKey(pair)) ?? [],
        load: load.get(pair.reviewerId) ?? 0,
        maxLoad: around.reviewers.get(pair.reviewerId)?.maxLoad ?? 0,
      })),
    outdated: run.status === 'proposed' ? pairs.filter((pair) => !possible(pair)).length : 0,
    changed:
      run.status === 'proposed' &&
      !samePairs(seen(around.standing, around.hidden), seen(run.proposal.standing, around.hidden)),
  };
}

/** Pairs about which the viewer may know. */
const seen = (pairs: readonly Pair[], hidden: ReadonlySet<string>): Pair[] =>
  pairs.filter(({ submissionId }) => !hidden.has(submissionId));

function loadsAfter(
  run: AssignmentRun,
  pairs: readonly Pair[],
  hidden: ReadonlySet<string>,
): Map<string, number> {
  const load = new Map<string, number>();
  for (const { reviewerId } of [...seen(run.proposal.standing, hidden), ...pairs])
    load.set(reviewerId, (load.get(reviewerId) ?? 0) + 1);
  return load;
}

/** Why places stay open: fewer reviewers than a panel has, nobody with room, or conflicts of those who have. */
function whyOpen(
  run: AssignmentRun,
  load: ReadonlyMap<string, number>,
  reviewers: ReadonlyMap<string, RunReviewer>,
): 'noRoom' | 'conflicts' | 'fewReviewers' {
  if (run.proposal.reviewers.length < run.perSubmission) return 'fewReviewers';
  const room = run.proposal.reviewers.some((id) => (load.get(id) ?? 0) < (reviewers.get(id)?.maxLoad ?? 0));
  return room ? 'conflicts' : 'noRoom';
}

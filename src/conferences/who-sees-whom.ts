/**
 * Who may see who wrote a submission and who reviews it: the one place that decides, for every page, answer, list, search,
 * count, export and mail. In SQL the same is said by `VISIBLE` (what an organiser may look at) and `ownedBy` (what they wrote).
 */

/** Who is hidden while a submission is judged: `double` authors and reviewers, `single` reviewers, `open` reviewers until the decision. */
export type Blindness = 'open' | 'single' | 'double';

/**
 * When somebody who is hidden is named: to a reviewer once their own review is handed in and can no longer change, when
 * the submission's decision is released, or never.
 */
export const OPENINGS = ['review', 'decision', 'never'] as const;
export type Opening = (typeof OPENINGS)[number];

/** What a call promises. Each opening counts only where `blindness` hides that side. */
export interface Promises {
  blindness: Blindness;
  /** When its reviewers learn who wrote a submission. */
  authorsOpen: Opening;
  /** When its authors learn who has reviewed it. */
  reviewersOpen: Exclude<Opening, 'review'>;
  /** When its reviewers learn of each other. */
  panelOpen: Opening;
}

/** What holds in effect, side by side; `start`: never hidden. */
export interface Openings {
  authors: Opening | 'start';
  reviewers: Exclude<Opening, 'review'>;
  panel: Opening;
}

export const openingsOf = (call: Promises): Openings => ({
  authors: call.blindness === 'double' ? call.authorsOpen : 'start',
  reviewers: call.blindness === 'open' ? 'decision' : call.reviewersOpen,
  panel: call.panelOpen,
});

/** How somebody stands to a submission. Whoever wrote it is its author and nothing else, whatever their roles. */
export type Stance = 'author' | 'organiser' | 'reviewer' | 'none';

/** How far a submission is. */
export interface Progress {
  /** A decision on it has been released. */
  decided: boolean;
  /** The viewer's own review of it is handed in. */
  handedIn: boolean;
}

const isOpen = (opening: Opening | 'start', { decided, handedIn }: Progress): boolean =>
  opening === 'start' ||
  (opening === 'review' && (handedIn || decided)) ||
  (opening === 'decision' && decided);

/** Whether somebody may see who wrote a submission. */
export function maySeeAuthors(call: Promises, stance: Stance, progress: Progress): boolean {
  if (stance === 'author' || stance === 'organiser') return true;
  return stance === 'reviewer' && isOpen(openingsOf(call).authors, progress);
}

/** Whether somebody may see who reviews a submission or has; a reviewer always knows of themselves. */
export function maySeeReviewers(call: Promises, stance: Stance, progress: Progress): boolean {
  if (stance === 'organiser') return true;
  const { reviewers, panel } = openingsOf(call);
  if (stance === 'author') return isOpen(reviewers, { ...progress, handedIn: false });
  return stance === 'reviewer' && isOpen(panel, progress);
}

/** Whether a review must stay as it was handed in, because its reviewer learns a name by handing it in. */
export function isFinal(call: Promises): boolean {
  const { authors, panel } = openingsOf(call);
  return authors === 'review' || panel === 'review';
}

const ORDER: readonly (Opening | 'start')[] = ['start', 'review', 'decision', 'never'];
const isEarlier = (before: Opening | 'start', after: Opening | 'start'): boolean =>
  ORDER.indexOf(after) < ORDER.indexOf(before);

/**
 * Whose promise a change of a call would break: `authors` or `reviewers` would be named earlier than they were told.
 * Naming somebody later, or never, breaks none.
 */
export function broken(before: Promises, after: Promises): ('authors' | 'reviewers')[] {
  const old = openingsOf(before);
  const next = openingsOf(after);
  const sides: ('authors' | 'reviewers')[] = [];
  if (isEarlier(old.authors, next.authors)) sides.push('authors');
  if (isEarlier(old.reviewers, next.reviewers) || isEarlier(old.panel, next.panel)) sides.push('reviewers');
  return sides;
}

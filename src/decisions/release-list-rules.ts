import { createHash } from 'node:crypto';
import type { Outcome, Status } from '../submissions/submission-states.js';
import { mayDecide } from './decision-rules.js';

const sha256 = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** What is fixed of one decision on a list. */
export interface FrozenLine {
  submissionId: string;
  outcome: Outcome;
  version: number;
  /** Tells a pending decision from one that was cleared and made anew under the same version. */
  decidedAt: Date;
  submissionVersion: number;
  wordsHash: string;
  commentsHash: string;
}

/** The hash of everything that authors will read from the chair: title, words, conditions; and of the rank. */
export const wordsHashOf = (words: {
  title: string;
  textToAuthors: string;
  conditions: string;
  rank: number | null;
}): string => sha256([words.title, words.textToAuthors, words.conditions, words.rank]);

/** The hash of the reviewers' comments to the authors, in their order. */
export const commentsHashOf = (comments: readonly string[]): string => sha256(comments);

/**
 * SHA-256 of a list of pending decisions in any order: of what is decided, the chair's words, the version of the abstract and
 * the reviewers' comments. What was looked at is what is released.
 */
export function listHash(list: readonly FrozenLine[]): string {
  const lines = list.map((line) =>
    [
      line.submissionId,
      line.outcome,
      line.version,
      line.decidedAt.getTime(),
      line.submissionVersion,
      line.wordsHash,
      line.commentsHash,
    ].join(':'),
  );
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');
}

/**
 * What has become of a line since it was frozen: `gone` no decision is pending any more; `state` the submission has moved on,
 * as by a withdrawal; `outcome` it was decided otherwise; `words` the chair's words or rank changed; `abstract` its authors
 * changed it; `comments` a reviewer changed a comment or handed one in.
 */
export type ChangeOfLine = 'gone' | 'state' | 'outcome' | 'words' | 'abstract' | 'comments';

/** One line of a list that is not as it was. */
export interface ListChange {
  submissionId: string;
  change: ChangeOfLine;
}

/** A line as it stands now, with the submission's state. */
export type StandingLine = FrozenLine & { status: Status };

/** Everything that differs from the frozen list, in its order; of each line the gravest difference. */
export function changesOf(
  frozen: readonly FrozenLine[],
  now: ReadonlyMap<string, StandingLine>,
): ListChange[] {
  return frozen.flatMap((line): ListChange[] => {
    const change = changeOf(line, now.get(line.submissionId));
    return change ? [{ submissionId: line.submissionId, change }] : [];
  });
}

function changeOf(frozen: FrozenLine, now: StandingLine | undefined): ChangeOfLine | undefined {
  if (!now) return 'gone';
  if (!mayDecide(now.status, now.outcome)) return 'state';
  if (now.outcome !== frozen.outcome) return 'outcome';
  if (now.submissionVersion !== frozen.submissionVersion) return 'abstract';
  if (now.wordsHash !== frozen.wordsHash || now.version !== frozen.version) return 'words';
  if (now.decidedAt.getTime() !== frozen.decidedAt.getTime()) return 'words';
  return now.commentsHash === frozen.commentsHash ? undefined : 'comments';
}

/** Why somebody may not be the second to confirm a list. */
export type SecondProblem = 'same' | 'organisationUnknown' | 'organisationSame';

/**
 * Whether a chair may confirm what another has frozen.
 * @param organisations for which both act; undefined where nobody has written it down
 */
export function secondProblem(
  rule: { twoOrganisations: boolean },
  first: { personId: string; organisation: string | undefined },
  second: { personId: string; organisation: string | undefined },
): SecondProblem | undefined {
  if (first.personId === second.personId) return 'same';
  if (!rule.twoOrganisations) return undefined;
  if (!first.organisation || !second.organisation) return 'organisationUnknown';
  return plain(first.organisation) === plain(second.organisation) ? 'organisationSame' : undefined;
}

const plain = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

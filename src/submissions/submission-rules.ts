import { normaliseEmail } from '../people/email.js';
import { givesAway } from '../people/identity.js';
import { isStandIn } from '../people/stand-in.js';
import { normaliseOrcid } from '../people/orcid.js';
import { normaliseRor } from '../people/ror.js';
import type { FieldProblem } from '../platform/refusal.js';
import { beginning } from '../platform/text.js';
import { countWords, overlongWord } from './words.js';

/** What is needed to judge whether a text may be submitted. */
export interface Candidate {
  title: string;
  abstract: string;
  topics: readonly string[];
  authors: readonly {
    name: string;
    nativeName?: string | undefined;
    email?: string | undefined;
    orcid?: string | undefined;
    ror?: string | undefined;
    corresponding?: boolean | undefined;
    protect?: boolean | undefined;
    publicName?: string | undefined;
  }[];
  namedConflicts: readonly {
    name?: string | undefined;
    email?: string | undefined;
    reason?: string | undefined;
  }[];
}

/**
 * Everything that keeps a draft from being submitted, field by field; empty when it is complete.
 * The rules are the call's: title, authors, contact, at least one topic, and at most `wordLimit` words.
 */
export function problemsBeforeSubmitting(candidate: Candidate, wordLimit: number): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (candidate.title === '') problems.push({ field: 'title', code: 'required' });
  if (candidate.abstract === '') problems.push({ field: 'abstract', code: 'required' });
  const words = countWords(candidate.abstract);
  if (words > wordLimit) problems.push({ field: 'abstract', code: 'words', limit: wordLimit, value: words });
  if (candidate.topics.length === 0) problems.push({ field: 'topics', code: 'topics', limit: 1, value: 0 });
  if (candidate.authors.length === 0)
    problems.push({ field: 'authors', code: 'authors', limit: 1, value: 0 });
  const corresponding = candidate.authors.filter((author) => author.corresponding);
  if (candidate.authors.length > 0 && corresponding.length !== 1)
    problems.push({ field: 'authors', code: 'corresponding', limit: 1, value: corresponding.length });
  for (const [index, author] of candidate.authors.entries())
    problems.push(...problemsOf(author, `authors[${index}]`));
  for (const [index, { name, email, reason }] of candidate.namedConflicts.entries()) {
    const path = `namedConflicts[${index}]`;
    if (!name && !email) problems.push({ field: `${path}.name`, code: 'namedConflict' });
    if (!reason && !(email && isStandIn(email))) problems.push({ field: `${path}.reason`, code: 'required' });
    if (email && normaliseEmail(email) === undefined)
      problems.push({ field: `${path}.email`, code: 'email', value: email });
  }
  return problems;
}

function problemsOf(author: Candidate['authors'][number], path: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { name, email, orcid } = author;
  if (name === '') problems.push({ field: `${path}.name`, code: 'required' });
  if (author.corresponding && !email) problems.push({ field: `${path}.email`, code: 'correspondingEmail' });
  if (email && normaliseEmail(email) === undefined)
    problems.push({ field: `${path}.email`, code: 'email', value: email });
  const { publicName } = author;
  if (author.protect && !publicName) problems.push({ field: `${path}.publicName`, code: 'publicName' });
  if (publicName && !(email && isStandIn(email)) && givesAway(publicName, [name, author.nativeName, email]))
    problems.push({ field: `${path}.publicName`, code: 'givesAway', value: publicName });
  if (orcid && normaliseOrcid(orcid) === undefined)
    problems.push({ field: `${path}.orcid`, code: 'orcid', value: orcid });
  if (author.ror && normaliseRor(author.ror) === undefined)
    problems.push({ field: `${path}.ror`, code: 'ror', value: author.ror });
  return problems;
}

/** What is refused even in a draft: it could never become right by writing on. */
export function problemsInDraft(candidate: Candidate): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const overlong = overlongWord(candidate.abstract);
  if (overlong !== undefined)
    problems.push({
      field: 'abstract',
      code: 'overlongWord',
      limit: 80,
      value: beginning(overlong, 100),
    });
  const seen = new Map<string, number>();
  for (const [index, author] of candidate.authors.entries()) {
    const email = author.email?.toLowerCase();
    if (!email) continue;
    // Two authors may share an address; the same name with the same address is one person entered twice.
    const key = `${email}\n${author.name}`;
    if (seen.has(key))
      problems.push({ field: `authors[${index}].email`, code: 'authorTwice', value: author.name });
    seen.set(key, index);
  }
  return problems;
}

/** Statuses in which authors may still change the text while the call is open. */
export const EDITABLE: readonly string[] = ['draft', 'submitted'];

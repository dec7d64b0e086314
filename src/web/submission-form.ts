import { countWords } from '../submissions/words.js';
import type { SubmissionDto } from '../submissions/submission.dto.js';
import { EMPTY_AUTHOR, type AuthorValues, type SubmissionValues } from './views/submit.view.js';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const list = (value: unknown): unknown[] =>
  Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null
      ? Object.values(value)
      : value === undefined
        ? []
        : [value];

/** What a person has typed into the submission form, and which button they pressed. */
export interface TypedForm {
  act: string;
  values: SubmissionValues;
  wordCount: number;
}

/** Reads the form as it was sent; anything odd becomes the empty string, nothing is judged here. */
export function readForm(body: unknown): TypedForm {
  const form = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const corresponding = text(form['corresponding']);
  const authors = list(form['authors']).map((row, index): AuthorValues => {
    const one = (typeof row === 'object' && row !== null ? row : {}) as Record<string, unknown>;
    return {
      name: text(one['name']),
      nativeName: text(one['nativeName']),
      affiliation: text(one['affiliation']),
      country: text(one['country']),
      email: text(one['email']),
      orcid: text(one['orcid']),
      corresponding: corresponding === String(index),
      presenting: text(one['presenting']) === 'true',
      protect: text(one['protect']) === 'true',
      publicName: text(one['publicName']),
    };
  });
  const values = {
    title: text(form['title']),
    abstract: text(form['abstract']),
    topics: list(form['topics']).map(text).filter(Boolean),
    authors: authors.length > 0 ? authors : [{ ...EMPTY_AUTHOR, corresponding: true }],
  };
  return { act: text(form['act']) || 'save', values, wordCount: countWords(values.abstract) };
}

/** `add-author`, `remove-author:2`, `move-up:2`, `move-down:2`: the author list's buttons, which work without scripts. */
export function changeAuthors(values: SubmissionValues, act: string): SubmissionValues | undefined {
  const [what, at] = act.split(':');
  const index = Number(at);
  const authors = [...values.authors];
  if (what === 'add-author') authors.push({ ...EMPTY_AUTHOR });
  else if (!authors[index]) return undefined;
  else if (what === 'remove-author') {
    authors.splice(index, 1);
    if (authors.length === 0) authors.push({ ...EMPTY_AUTHOR, corresponding: true });
  } else if (what === 'move-up' || what === 'move-down') {
    const other = what === 'move-up' ? index - 1 : index + 1;
    if (!authors[other]) return undefined;
    [authors[index], authors[other]] = [authors[other], authors[index]];
  } else return undefined;
  return { ...values, authors };
}

const isEmpty = (author: AuthorValues): boolean =>
  [author.name, author.nativeName, author.affiliation, author.email, author.orcid, author.publicName].every(
    (value) => value.trim() === '',
  );

/** The input that the API would get for the same words; rows left empty at the end of the list are no authors. */
export function inputOf(values: SubmissionValues): Record<string, unknown> & SubmissionDto {
  const authors = [...values.authors];
  while (authors.length > 0 && isEmpty(authors.at(-1)!)) authors.pop();
  return {
    title: values.title,
    abstract: values.abstract,
    topics: [...values.topics],
    authors: authors.map((author) => ({ ...author })),
  };
}

import { countWords } from '../submissions/words.js';
import type { SubmissionDto } from '../submissions/submission.dto.js';
import {
  EMPTY_AUTHOR,
  EMPTY_NAMED,
  type AuthorValues,
  type NamedValues,
  type SubmissionValues,
} from './views/submit.view.js';

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
      ror: text(one['ror']),
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
    language: text(form['language']),
    namedConflicts: list(form['namedConflicts']).map((row): NamedValues => {
      const one = (typeof row === 'object' && row !== null ? row : {}) as Record<string, unknown>;
      return {
        name: text(one['name']),
        affiliation: text(one['affiliation']),
        email: text(one['email']),
        reason: text(one['reason']),
      };
    }),
  };
  return { act: text(form['act']) || 'save', values, wordCount: countWords(values.abstract) };
}

/** `add-author`, `remove-author:2`, `move-up:2`, `move-down:2`, `add-named`, `remove-named:0`: the lists' buttons, which work without scripts. */
export function changeAuthors(values: SubmissionValues, act: string): SubmissionValues | undefined {
  const [what, at] = act.split(':');
  const index = Number(at);
  if (what === 'add-named')
    return { ...values, namedConflicts: [...values.namedConflicts, { ...EMPTY_NAMED }] };
  if (what === 'remove-named')
    return { ...values, namedConflicts: values.namedConflicts.filter((_one, place) => place !== index) };
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
  [
    author.name,
    author.nativeName,
    author.affiliation,
    author.ror,
    author.email,
    author.orcid,
    author.publicName,
  ].every((value) => value.trim() === '');

/** The input that the API would get for the same words; rows left empty at the end of a list name nobody. */
export function inputOf(values: SubmissionValues): Record<string, unknown> & SubmissionDto {
  const authors = [...values.authors];
  while (authors.length > 0 && isEmpty(authors.at(-1)!)) authors.pop();
  const namedConflicts = [...values.namedConflicts];
  while (Object.values(namedConflicts.at(-1) ?? { none: '-' }).every((value: string) => value.trim() === ''))
    namedConflicts.pop();
  return {
    title: values.title,
    abstract: values.abstract,
    topics: [...values.topics],
    authors: authors.map((author) => ({ ...author })),
    language: values.language,
    namedConflicts: namedConflicts.map((one) => ({ ...one })),
  };
}

/**
 * SQL condition: the person started the submission or is one of its authors. Whoever organises a conference is only an
 * author there: its reviewers, reviews and decision are kept from them, also in lists, counts and search.
 * @param submission alias of the table `submission`.
 * @param person the parameter with the person's id, as `$2`; null owns nothing.
 */
export const ownedBy = (submission: string, person: string): string =>
  `(${submission}.created_by is not distinct from ${person} or exists (select 1 from submission_author own
     where own.submission_id = ${submission}.id and own.person_id = ${person}))`;

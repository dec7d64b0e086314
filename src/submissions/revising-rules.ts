import type { RevisableField } from '../conferences/deciding-settings.entity.js';
import type { SubmissionDto } from './submission.dto.js';
import type { Status } from './submission-states.js';

/** States in which authors may still change what the conference lets them. */
export const REVISABLE: readonly Status[] = ['accepted', 'conditionally_accepted', 'confirmed'];

type Author = NonNullable<SubmissionDto['authors']>[number];

/** An author as far as a change of one is a change of the authors; what is empty is as good as absent. */
const said = (author: Omit<Author, 'protect' | 'publicName'>): string =>
  JSON.stringify([
    author.name ?? '',
    author.nativeName ?? '',
    author.affiliation ?? '',
    author.country ?? '',
    (author.email ?? '').toLowerCase(),
    author.orcid ?? '',
    Boolean(author.corresponding),
    Boolean(author.presenting),
  ]);

interface Standing {
  submission: { title: string; abstract: string };
  topics: readonly string[];
  authors: readonly {
    name: string;
    nativeName: string | null;
    affiliation: string | null;
    country: string | null;
    address: string | null;
    orcid: string | null;
    corresponding: boolean;
    presenting: boolean;
  }[];
}

/** Which parts of a submission a form would change; what is not given stays. */
export function changedFields(before: Standing, dto: SubmissionDto): RevisableField[] {
  const changed: RevisableField[] = [];
  if (dto.title !== undefined && dto.title !== before.submission.title) changed.push('title');
  if (dto.abstract !== undefined && dto.abstract !== before.submission.abstract) changed.push('abstract');
  if (dto.topics && dto.topics.toSorted().join() !== before.topics.toSorted().join()) changed.push('topics');
  const standing = before.authors.map(({ nativeName, affiliation, country, address, orcid, ...author }) =>
    said({
      ...author,
      ...(nativeName && { nativeName }),
      ...(affiliation && { affiliation }),
      ...(country && { country }),
      ...(address && { email: address }),
      ...(orcid && { orcid }),
    }),
  );
  if (dto.authors && dto.authors.map(said).join('\n') !== standing.join('\n')) changed.push('authors');
  return changed;
}

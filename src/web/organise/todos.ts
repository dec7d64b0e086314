import type { Stage, Todo } from '../views/organise-overview.view.js';
import { conflictPaths } from '../views/organise-conflicts.view.js';
import { organisePaths, withQuery } from '../views/organise-parts.js';
import type { OverviewFacts } from './overview.queries.js';

/** What waits for a person, the most pressing first; each line says where to go. */
export function todosOf(
  slug: string,
  stage: Stage,
  facts: OverviewFacts,
  set: { topics: number; criteria: number; decides: boolean },
): Todo[] {
  const reviewing = stage === 'reviewing' || stage === 'deciding';
  const preparing = stage === 'before' || stage === 'open' || stage === 'closed';
  const all: Todo[] = [
    {
      kind: 'mailUncertain',
      count: facts.uncertain,
      href: withQuery(organisePaths.mail(slug), { state: 'uncertain' }),
    },
    {
      kind: 'mailRefused',
      count: facts.refused,
      href: withQuery(organisePaths.mail(slug), { state: 'refused' }),
    },
    { kind: 'conflicted', count: facts.conflicted, href: `${conflictPaths.conference(slug)}#flagged` },
    {
      kind: 'noTopics',
      count: preparing && set.topics === 0 ? 1 : 0,
      href: `${organisePaths.settings(slug)}#topics`,
    },
    {
      kind: 'noCriteria',
      count: preparing && set.criteria === 0 ? 1 : 0,
      href: `${organisePaths.settings(slug)}#criteria`,
    },
    {
      kind: 'noReviewers',
      count: (stage === 'closed' || reviewing) && facts.invited === 0 ? 1 : 0,
      href: organisePaths.reviewers(slug),
    },
    { kind: 'proposalWaiting', count: facts.proposals, href: organisePaths.assignment(slug) },
    {
      kind: 'unassigned',
      count: reviewing && facts.invited > 0 ? facts.unassigned : 0,
      href: organisePaths.assignment(slug),
    },
    { kind: 'freePlaces', count: facts.freePlaces, href: organisePaths.places(slug) },
    {
      kind: 'reviewersSilent',
      count: facts.silent,
      href: withQuery(organisePaths.reviewers(slug), { status: 'invited' }),
    },
    {
      kind: 'fewReviews',
      count: stage === 'deciding' ? facts.fewReviews : 0,
      href: withQuery(organisePaths.submissions(slug), { missing: 'reviews' }),
    },
    {
      kind: 'disagreements',
      count: reviewing ? facts.disagreements : 0,
      href: withQuery(organisePaths.submissions(slug), { sort: '-spread' }),
    },
    {
      kind: 'undecided',
      count: reviewing ? facts.ready : 0,
      href: withQuery(organisePaths.decisions(slug), { outcome: 'none' }),
    },
    {
      kind: 'unreleased',
      count: facts.pending,
      href: set.decides ? organisePaths.release(slug) : organisePaths.decisions(slug),
    },
    { kind: 'letters', count: facts.letters, href: organisePaths.partners(slug) },
    {
      kind: 'buildFailed',
      count: facts.failedBuild === null ? 0 : 1,
      href: organisePaths.build(slug, facts.failedBuild ?? ''),
    },
  ];
  return all.filter(({ count }) => count > 0);
}

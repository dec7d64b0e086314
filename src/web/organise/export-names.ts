/** What can be taken out of a conference, in the order in which it is offered. */
export const EXPORTS = [
  'submissions',
  'authors',
  'reviewers',
  'assignments',
  'reviews',
  'decisions',
  'registrations',
  'letters',
  'mail',
  'record',
] as const;
export type ExportName = (typeof EXPORTS)[number];

export const FORMATS = ['csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** Exports that name people together with their addresses. */
export const PERSONAL: readonly ExportName[] = ['submissions', 'authors', 'reviewers', 'registrations', 'letters', 'mail'];

/** Columns of the CSV in their order; lists become one cell. */
export const COLUMNS: Record<ExportName, readonly string[]> = {
  submissions:
    ['id', 'status', 'title', 'abstract', 'wordCount', 'authors', 'topics', 'mean', 'spread', 'submittedAt', 'withdrawnAt', 'withdrawalReason', 'held', 'textHash', 'version', 'createdAt', 'updatedAt'],
  authors:
    ['submission', 'position', 'name', 'nativeName', 'affiliation', 'country', 'email', 'orcid', 'corresponding', 'presenting'],
  reviewers:
    ['id', 'name', 'affiliation', 'country', 'email', 'status', 'topics', 'load', 'maxLoad', 'handedIn', 'invitedAt', 'answeredAt', 'declineReason'],
  assignments:
    ['submission', 'id', 'reviewer', 'name', 'affiliation', 'status', 'review', 'assignedAt', 'endedAt', 'endReason'],
  reviews:
    ['submission', 'assignment', 'reviewer', 'status', 'overall', 'confidence', 'scores', 'commentsToAuthors', 'commentsToOrganisers', 'handedInAt'],
  decisions: ['submission', 'title', 'released', 'version', 'outcome', 'textToAuthors', 'comments', 'releasedAt'],
  registrations:
    ['id', 'name', 'email', 'affiliation', 'country', 'attendance', 'interpretation', 'accessNeeds', 'status', 'createdAt', 'cancelledAt', 'version'],
  letters:
    ['id', 'organisation', 'country', 'website', 'contactName', 'email', 'contribution', 'letter', 'wordCount', 'status', 'answer', 'answeredAt', 'createdAt', 'version'],
  mail: ['id', 'kind', 'to', 'subject', 'state', 'attempts', 'createdAt', 'nextAttemptAt', 'settledAt', 'response', 'resendOf'],
  record: ['at', 'by', 'byKind', 'action', 'subjectType', 'subjectId', 'before', 'after', 'reason', 'sealed'],
};

/** What can be exported, and how. */
export const EXPORTS = ['submissions', 'reviews', 'decisions', 'registrations', 'letters'] as const;
export type ExportName = (typeof EXPORTS)[number];
export const FORMATS = ['csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

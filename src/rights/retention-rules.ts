/** How many days each thing is kept, counted from when it is no longer needed. */
export interface RetentionDays {
  /** Drafts that were never submitted, after the call has closed. */
  draftsDays: number;
  /** What attendees wrote about their access needs, after the conference's last day. */
  accessNeedsDays: number;
  /** Letters of interest that were declined or withdrawn. */
  lettersDays: number;
  /** What mail said, after it was sent; that it was sent stays. */
  mailDays: number;
}

export const RETENTION_KEYS = ['draftsDays', 'accessNeedsDays', 'lettersDays', 'mailDays'] as const;

/** Half a year to come back to a draft, a month to settle what access needs cost, a year for disputes. */
export const RETENTION_DEFAULTS: RetentionDays = {
  draftsDays: 180,
  accessNeedsDays: 30,
  lettersDays: 365,
  mailDays: 365,
};

/** What the installation keeps for itself, in days; the same for every conference. */
export const INSTALLATION_DAYS = {
  /** Used and expired links of sign-in and confirmation. */
  links: 30,
  /** Ended login sessions, and tokens that no longer work. */
  sessions: 90,
  /** What makes a repeated request harmless. */
  repeats: 30,
} as const;

import type { MailKind } from '../mail/kinds.js';

/** None of these says what was written, or of which submission: organisers read the outbox, and one may be its author. */
const PANEL_URL = 'https://conference.example.org/me/reviews/example/panel';

/** Tells a reviewer that the panel of one of their submissions discusses. */
export const DISCUSSION_MAIL: MailKind = {
  kind: 'discussion_opened',
  variables: { panelUrl: "page with the panel's reviews and what it says" },
  sample: { panelUrl: PANEL_URL },
};

/** Tells a reviewer, once a day at most, that somebody has written. */
export const POST_MAIL: MailKind = {
  kind: 'discussion_post',
  optional: true,
  variables: { panelUrl: "page with the panel's reviews and what it says" },
  sample: { panelUrl: PANEL_URL },
};

import type { JSX } from 'preact';
import type { Openings } from '../../conferences/who-sees-whom.js';
import { useView } from './context.js';

/** To authors: who will see their names and when, and whose names they will see. */
export function NamesToAuthors({ opens }: { opens: Openings }): JSX.Element {
  const { t } = useView();
  return (
    <ul class="bullets">
      <li>{t(`names:toAuthors.reviewers.${opens.authors}`)}</li>
      <li>{t('names:toAuthors.organisers')}</li>
      <li>{t('names:toAuthors.published')}</li>
      <li>{t(`names:toAuthors.theirs.${opens.reviewers}`)}</li>
      <li>{t('names:toAuthors.kept')}</li>
    </ul>
  );
}

/** To reviewers, before they accept: who will see their names and when, and whose names they will see. */
export function NamesToReviewers({ opens }: { opens: Openings }): JSX.Element {
  const { t } = useView();
  return (
    <ul class="bullets">
      <li>{t(`names:toReviewers.authors.${opens.reviewers}`)}</li>
      <li>{t(`names:toReviewers.panel.${opens.panel}`)}</li>
      <li>{t('names:toReviewers.organisers')}</li>
      <li>{t(`names:toReviewers.theirs.${opens.authors}`)}</li>
      {opens.authors === 'review' || opens.panel === 'review' ? (
        <li>{t('names:toReviewers.final')}</li>
      ) : null}
      <li>{t('names:toReviewers.kept')}</li>
    </ul>
  );
}

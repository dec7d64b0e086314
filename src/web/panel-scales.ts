import type { Criterion } from '../conferences/criterion.entity.js';
import type { Translate } from '../platform/i18n.js';
import type { ReviewingSettings } from '../reviews/reviewing-settings.entity.js';
import type { PanelScale } from './views/panel.view.js';

/** Words for 1 to 5 of the two scales that every review has: the organisers', or the usual ones. */
export function scaleWords(
  t: Translate,
  scale: 'overall' | 'confidence',
  settings: Pick<ReviewingSettings, 'overallWords' | 'confidenceWords'>,
): string[] {
  const own = scale === 'overall' ? settings.overallWords : settings.confidenceWords;
  return own.length > 0 ? own : [1, 2, 3, 4, 5].map((n) => t(`review:scale.${scale}.${n}`));
}

/** The scales of a panel: overall first, then the criteria in their order. */
export const panelScales = (
  t: Translate,
  criteria: readonly Criterion[],
  settings: ReviewingSettings,
): PanelScale[] => [
  { id: 'overall', title: t('panel:overall'), weight: null, words: scaleWords(t, 'overall', settings) },
  ...criteria.map(({ id, title, weight, anchors }) => ({ id, title, weight, words: anchors })),
];

import { Button, TextArea } from '../components/forms.js';
import { page } from '../layout.js';
import { formatNumber, paths, type View } from '../view.js';

export interface WordsPageData {
  /** A text to count, as typed, with the server's count of it; empty and 0 at first. */
  sample: { text: string; count: number };
  limit: number;
}

/** Examples of the rule, each with the number that the rule gives. */
export const WORD_EXAMPLES: readonly { text: string; count: number; why: string }[] = [
  { text: 'state-of-the-art', count: 1, why: 'hyphen' },
  { text: 'war – and after', count: 3, why: 'dash' },
  { text: 'war—and after', count: 3, why: 'dashInside' },
  { text: 'and/or', count: 1, why: 'slash' },
  { text: '1994 2020', count: 2, why: 'numbers' },
  { text: 'https://example.org/a', count: 1, why: 'address' },
  { text: 'Խաղաղություն և երկխոսություն', count: 3, why: 'scripts' },
];

/** How words are counted, with a field to try it. The form sends GET with `text`. */
export function wordsPage(view: View, data: WordsPageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('help:words.title'), area: 'public', scripts: ['words'], width: 'narrow' },
    <>
      <h1>{t('help:words.title')}</h1>
      <div class="text section first">
        <p class="lead">{t('help:words.lead')}</p>
        <ul>
          <li>{t('help:words.space')}</li>
          <li>{t('help:words.dashes')}</li>
          <li>{t('help:words.hyphens')}</li>
          <li>{t('help:words.invisible')}</li>
          <li>{t('help:words.cjk')}</li>
          <li>{t('help:words.long')}</li>
        </ul>
        <p>{t('help:words.limit')}</p>
      </div>
      <section class="section" aria-labelledby="examples">
        <h2 id="examples">{t('help:words.examples')}</h2>
        <dl class="pairs facts examples">
          {WORD_EXAMPLES.map((example) => (
            <div key={example.text}>
              <dt dir="auto">{example.text}</dt>
              <dd>
                <b class="num">{formatNumber(view, example.count)}</b>{' '}
                <span class="soft">{t(`help:words.why.${example.why}`)}</span>
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <form class="section" method="get" action={paths.words}>
        <TextArea
          name="text"
          label={t('help:words.try')}
          hint={t('help:words.tryHint')}
          rows={6}
          value={data.sample.text}
          words={{ count: data.sample.count, limit: data.limit }}
          dir="auto"
        />
        <div class="actions">
          <Button look="second">{t('help:words.count')}</Button>
        </div>
      </form>
    </>,
  );
}

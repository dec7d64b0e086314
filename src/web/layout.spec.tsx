import { translator } from '../platform/i18n.js';
import { Bars, Histogram, StackedBar } from './components/charts.js';
import { ErrorSummary, TextArea, TextField, errorOf, fieldId } from './components/forms.js';
import { page } from './layout.js';
import type { View } from './view.js';

const view: View = {
  t: translator('en'),
  locale: 'en',
  now: new Date('2027-10-08T10:00:00Z'),
  viewer: null,
  path: '/conferences/p?x="1"',
  requestId: 'r',
  conference: {
    slug: 'p',
    name: 'A <b>conference</b>',
    isExample: true,
    nav: { call: '/c', partners: '/p', register: '/r' },
    organises: true,
    reviews: true,
    counts: { mail: 1 },
  },
};

/** What the content security policy would block. */
function expectNothingInline(html: string): void {
  expect(html).not.toMatch(/\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:/);
}

describe('page', () => {
  it.each(['public', 'organiser', 'reviewer'] as const)(
    'is a whole document without anything inline: %s',
    (area) => {
      const html = page(
        { ...view, notice: { kind: 'problem', text: 'No <i>' } },
        { title: 'T & U', area },
        <h1>Hello</h1>,
      );
      expect(html).toMatch(/^<!doctype html><html lang="en" dir="ltr">/);
      expect(html).toContain('Example: people and texts here are invented');
      expect(html).toContain('role="alert"');
      expect(html).not.toContain('<b>conference');
      expect(html).not.toContain('No <i>');
      expectNothingInline(html);
    },
  );

  it('marks where the reader is and leads to sign-in and back', () => {
    const html = page(view, { title: 'T', area: 'public', active: 'call' }, null);
    expect(html).toContain('href="/c" aria-current="page"');
    expect(html).toContain('/sign-in?next=%2Fconferences%2Fp');
  });

  it('loads the scripts a page names, once', () => {
    const html = page(view, { title: 'T', area: 'organiser', scripts: ['keys', 'words'] }, null);
    expect(html.match(/src="\/assets\/js\/keys\.js"/g)).toHaveLength(1);
    expect(html).toContain('src="/assets/js/words.js"');
  });
});

describe('controls', () => {
  it('finds the error of a field under both spellings of its path', () => {
    expect(fieldId('authors[0][name]')).toBe('f-authors-0-name');
    expect(fieldId('topics[]')).toBe('f-topics');
    expect(errorOf({ 'authors[0].name': 'x' }, 'authors[0][name]')).toEqual({ message: 'x' });
    expect(errorOf({ 'authors.0.name': 'x' }, 'authors[1][name]')).toBeUndefined();
    expect(errorOf(undefined, 'title')).toBeUndefined();
  });

  it('ties label, hint, error and count to the control and shows everything typed', () => {
    const errors = { title: 'Too long', abstract: 'Too many' };
    const html = page(
      view,
      { title: 'T', area: 'public' },
      <form>
        <ErrorSummary errors={errors} />
        <TextField
          name="title"
          label="Title"
          hint="Short"
          value={'a "<b>'}
          error={errorOf(errors, 'title')}
        />
        <TextArea name="abstract" label="Abstract" value="</textarea>x" words={{ count: 301, limit: 300 }} />
      </form>,
    );
    expect(html).toContain('href="#f-title"');
    expect(html).toContain('aria-describedby="f-title-hint f-title-error" aria-invalid="true"');
    expect(html).toContain('value="a &quot;&lt;b>"');
    expect(html).toContain('&lt;/textarea>x');
    expect(html).toContain('301 words, 1 more than the limit of 300');
    expectNothingInline(html);
  });
});

describe('charts', () => {
  it('say their statement and carry their numbers, also when there is nothing to draw', () => {
    const bars = [{ label: '1 May', value: 0 }];
    const html = page(
      view,
      { title: 'T', area: 'organiser' },
      <>
        <Bars title="A day" text="none" bars={[]} />
        <Bars title="A day" text="none" bars={bars} />
        <StackedBar title="Reviews" text="0 of 0" parts={[{ label: 'in', value: 0, tone: 'first' }]} />
        <Histogram title="Scores" text="mean" domain={[1, 5]} bars={bars} mark={{ at: 3, label: 'mean 3' }} />
      </>,
    );
    expect(html).not.toContain('NaN');
    expect(html).toContain('aria-label="Scores. mean"');
    expect(html).toContain('<th scope="row">1 May</th>');
    expectNothingInline(html);
  });
});

import { fill, faultOf } from './liquid.js';
import type { MailKind } from './kinds.js';
import {
  builtIn,
  faultIn,
  FRAME,
  hashOfWording,
  sampleOf,
  Texts,
  variablesOf,
  type OwnText,
} from './wording.js';

const KIND: MailKind = {
  kind: 'decision_accepted',
  variables: { code: 'c', title: 't', textToAuthors: 'x', conditions: 'k', earlierOn: 'e', statusUrl: 'l' },
  sample: { code: 'EX-1', title: 'T', textToAuthors: 'x', statusUrl: 'https://conference.example.org/s' },
};
const english = builtIn('decision_accepted', 'en')!;
const own = (change: Partial<OwnText>): OwnText => ({
  kind: 'decision_accepted',
  locale: 'en',
  version: 1,
  subject: 'S',
  text: 'T',
  englishHash: null,
  ...change,
});

describe('faultOf', () => {
  it.each([
    ['Dear {{ name', 'unclosed', 1, '{{ name'],
    ['One\n{% if name %}two', 'unclosed', 2, '{% if name %}'],
    ['{% for a in list %}{{ a }}', 'unclosed', 1, '{% for a in list %}'],
    ['One\n\n{{ nmae }}', 'unknownVariable', 3, 'nmae'],
    ['{% if x %}{{ name }}{% endif %}\n{{ y }}', 'unknownVariable', 1, 'x'],
    ['{{ name | eval }}', 'unknownFilter', 1, 'eval'],
    ['{{ name | sha256 }}', 'unknownFilter', 1, 'sha256'],
    ['{% include "/etc/passwd" %}', 'unknownTag', 1, 'include'],
    ['{% assign name = 1 %}', 'unknownTag', 1, 'assign'],
    ['{% endif %}', 'unknownTag', 1, 'endif'],
    ['{{ }}', 'broken', 1, ''],
  ])('%j: %s in line %i, %j', (source, code, line, word) => {
    expect(faultOf(source, ['name', 'list'])).toMatchObject({
      code,
      line,
      word: expect.stringContaining(word),
    });
  });

  it('finds nothing in what can be filled, lists and their own words included', () => {
    const source = '{% for one in list %}{{ forloop.index }} {{ one.text | upcase }}{% endfor %}{{ name }}';
    expect(faultOf(source, ['name', 'list'])).toBeUndefined();
  });
});

describe('fill', () => {
  it('leaves empty what is not given, or refuses it', () => {
    expect(fill('[{{ name }}]', {}, false)).toBe('[]');
    expect(() => fill('[{{ name }}]', {})).toThrow('name');
  });

  it('takes values as data, and reaches nothing but them', () => {
    expect(fill('{{ name }}', { name: '{{ 7 }}<b>' })).toBe('{{ 7 }}<b>');
    expect(fill('{{ name.constructor }}{{ name.__proto__ }}', { name: {} }, false)).toBe('');
  });

  it('forgets the oldest of many templates, and fills them all the same', () => {
    for (let i = 0; i < 600; i += 1) expect(fill(`${i} {{ n }}`, { n: 1 })).toBe(`${i} 1`);
    expect(fill('0 {{ n }}', { n: 2 })).toBe('0 2');
  });

  it('ends what would take for ever', () => {
    expect(() => fill('{% for a in (1..100000000) %}{{ a }}{% endfor %}', {})).toThrow(
      'memory alloc limit exceeded',
    );
  });
});

describe('texts', () => {
  it('are the program’s where a conference has none of its own, and again once it has taken its own back', () => {
    for (const texts of [new Texts([]), new Texts([own({ version: 2, subject: null, text: null })])]) {
      expect(texts.english('decision_accepted')).toEqual(english);
      expect(texts.ownIn('decision_accepted', 'en')).toBeNull();
    }
    expect(new Texts([]).version('decision_accepted', 'en')).toBe(0);
    expect(new Texts([own({ version: 3 })]).version('decision_accepted', 'en')).toBe(3);
    expect(() => new Texts([]).english('no_such_kind')).toThrow('no_such_kind');
  });

  it('know whether a translation is there and says what the English text says now', () => {
    const stands = (...rows: OwnText[]) => new Texts(rows).standing('decision_accepted', 'hy');
    const translated = own({ locale: 'hy', englishHash: hashOfWording(english) });
    expect(stands()).toBe('missing');
    expect(stands(translated)).toBe('current');
    expect(stands(translated, own({ text: 'Other English' }))).toBe('older');
    expect(new Texts([]).standing('decision_accepted', 'en')).toBe('current');
    expect(new Texts([]).inLanguage('decision_accepted', 'hy')).toBeNull();
    expect(new Texts([translated]).inLanguage('decision_accepted', 'hy')).toMatchObject({ text: 'T' });
    expect(new Texts([]).inLanguage('decision_accepted', 'en')).toEqual(english);
  });

  it('that the program brings along in a language are older once the English one is reworded', () => {
    expect(builtIn(FRAME, 'hy')).not.toBeNull();
    expect(new Texts([]).standing(FRAME, 'hy')).toBe('current');
    expect(new Texts([own({ kind: FRAME, subject: '' })]).standing(FRAME, 'hy')).toBe('older');
  });

  it('speak a language only with greeting and close', () => {
    const translated = own({ locale: 'hy', englishHash: hashOfWording(english) });
    expect(new Texts([translated]).speaks('decision_accepted', 'hy')).toBe(true);
    expect(new Texts([translated, own({ kind: FRAME, subject: '' })]).speaks('decision_accepted', 'hy')).toBe(
      false,
    );
    expect(new Texts([]).speaks('decision_accepted', 'hy')).toBe(false);
  });
});

describe('faultIn', () => {
  it('names field, line and word', () => {
    expect(faultIn(KIND, { subject: '{{ cod }}', text: '{{ statusUrl }}' })).toEqual({
      field: 'subject',
      code: 'unknownVariable',
      line: 1,
      word: 'cod',
    });
    expect(faultIn(KIND, { subject: 'S', text: 'a\n{{ statusUrl' })).toMatchObject({
      field: 'text',
      line: 2,
    });
  });

  it('misses a link that the program’s text has, and nothing else', () => {
    expect(faultIn(KIND, { subject: 'S', text: 'Hello {{ title }}' })).toMatchObject({
      code: 'noLink',
      word: 'statusUrl',
    });
    expect(faultIn(KIND, { subject: 'S', text: '{{ statusUrl }}' })).toBeUndefined();
    expect(faultIn(KIND, english)).toBeUndefined();
    expect(faultIn({ ...KIND, variables: { ...KIND.variables, oddUrl: 'o' } }, english)).toBeUndefined();
  });

  it('wants what each mail says within the frame', () => {
    expect(faultIn(FRAME, { subject: '', text: 'Hello' })).toMatchObject({ code: 'noLink', word: 'body' });
    expect(faultIn(FRAME, { subject: '', text: '{{ body }}' })).toMatchObject({ word: 'stopUrl' });
    for (const locale of ['en', 'hy', 'az', 'ru', 'tr'])
      expect(faultIn(FRAME, builtIn(FRAME, locale)!)).toBeUndefined();
    expect(Object.keys(variablesOf(FRAME))).toContain('body');
    expect(sampleOf(KIND)).toBe(KIND.sample);
  });
});

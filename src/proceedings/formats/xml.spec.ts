import { el, filled, legible, raw, xmlDocument } from './xml.js';

describe('el', () => {
  it('escapes texts and values, and never what is markup already', () => {
    const inside = el('b', { title: '"<&>' }, ']]> <script>', 1, [null, undefined, false, ' & ']);
    expect(el('p', { lang: undefined, n: 2 }, inside, raw('<i>x</i>')).text).toBe(
      '<p n="2"><b title="&quot;&lt;&amp;&gt;">]]&gt; &lt;script&gt;1 &amp; </b><i>x</i></p>',
    );
  });

  it('gives every element an end that HTML wants one of', () => {
    expect([el('br', {}), el('div', {}), el('meta', {}, 'x')].map(({ text }) => text)).toEqual([
      '<br/>',
      '<div></div>',
      '<meta>x</meta>',
    ]);
  });

  it('leaves out what would be empty where that is wanted', () => {
    expect(filled('a', {}, '', null, [])).toBeNull();
    expect(filled('a', {}, 0)?.text).toBe('<a>0</a>');
    expect(xmlDocument(el('a', {}))).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<a></a>\n');
  });
});

describe('legible', () => {
  it('takes away what no reader should see, and keeps letters, joiners and line ends', () => {
    const kept = 'əğş Աննա ნინო محمد\u200c\u200d\u200e\t\nx 😀 和';
    expect(legible(kept)).toBe(kept);
    expect(legible('a\u0000\u0007\u0085\ud800b\ufffe\u202e\u2066\u{e0041}\ufeff\r\nc\rd')).toBe('ab\nc\nd');
  });
});

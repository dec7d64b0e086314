import { plainText, richText } from './rich-text.js';

describe('richText', () => {
  it('reads paragraphs, headings, lists, bold, italics and links', () => {
    const text =
      '## Thanks\nto *all* of **them**\nand us\n\n- one\n- [two](https://example.org/a?b=1)\n\n1. first\n2. second\n\n \n';
    expect(richText(text)).toEqual([
      { kind: 'heading', inline: [{ text: 'Thanks' }] },
      {
        kind: 'paragraph',
        inline: [
          { text: 'to ' },
          { text: 'all', emphasis: true },
          { text: ' of ' },
          { text: 'them', strong: true },
          { text: ' and us' },
        ],
      },
      {
        kind: 'list',
        ordered: false,
        items: [[{ text: 'one' }], [{ text: 'two', href: 'https://example.org/a?b=1' }]],
      },
      { kind: 'list', ordered: true, items: [[{ text: 'first' }], [{ text: 'second' }]] },
    ]);
    expect(richText('# Alone')).toEqual([{ kind: 'heading', inline: [{ text: 'Alone' }] }]);
    expect(plainText(text)).toBe('Thanks\n\nto all of them and us\n\none\ntwo\n\nfirst\nsecond');
  });

  it('leaves everything else the text that it is', () => {
    for (const text of [
      '<script>alert(1)</script>',
      '[x](javascript:alert(1))',
      '#read("/etc/passwd") ]]> \\input{x}',
      '2 * 3 * 4 ** 5',
      '![img](https//x)',
    ])
      expect(richText(text)).toEqual([{ kind: 'paragraph', inline: [{ text }] }]);
    expect(richText('')).toEqual([]);
    expect(richText('a\u202eb')).toEqual([{ kind: 'paragraph', inline: [{ text: 'ab' }] }]);
  });
});

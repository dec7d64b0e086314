import { countWords, overlongWord } from '../submissions/words.js';
import { ABSTRACT_CORES } from './example-abstracts.js';
import { exampleAbstract, LONGEST, SHORTEST } from './example-sentences.js';

describe('the abstracts of the example', () => {
  const texts = ABSTRACT_CORES.map((_, index) => exampleAbstract(index));
  const lengths = texts.map(countWords);

  it('are 36, no two alike, the same whenever they are made', () => {
    expect(texts).toHaveLength(36);
    expect(new Set(texts).size).toBe(36);
    expect(new Set(ABSTRACT_CORES.map(({ title }) => title)).size).toBe(36);
    expect(texts).toEqual(ABSTRACT_CORES.map((_, index) => exampleAbstract(index)));
  });

  it('are of many lengths, all within the limits', () => {
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(SHORTEST);
    expect(Math.min(...lengths)).toBeLessThan(90);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(LONGEST);
    expect(Math.max(...lengths)).toBeGreaterThan(230);
    expect(texts.filter((text) => overlongWord(text) !== undefined)).toEqual([]);
  });

  it('have paragraphs where they are long', () => {
    expect(texts.some((text) => text.split('\n\n').length === 3)).toBe(true);
    expect(texts.some((text) => !text.includes('\n'))).toBe(true);
  });

  it('hold no sentence twice', () => {
    for (const text of texts) {
      const sentences = text.split(/(?<=[.?!])\s+/);
      expect(new Set(sentences).size).toBe(sentences.length);
    }
  });
});

import { countWords } from '../submissions/words.js';
import { invented, oncePerPerson } from './population.js';

describe('an invented population', () => {
  const population = invented(250, 7);

  it('is the same for the same seed, another for another', () => {
    expect(invented(250, 7)).toEqual(population);
    expect(invented(250, 8)).not.toEqual(population);
  });

  it('has some abstracts over 300 words and one of exactly 300', () => {
    const counts = population.abstracts.map(({ text }) => countWords(text));
    expect(counts.filter((words) => words > 300)).toHaveLength(3);
    expect(counts[0]).toBe(300);
    expect(Math.max(...counts)).toBeLessThan(350);
  });

  it('names each author of an abstract and each reviewer once, at a reserved domain', () => {
    for (const { authors, title } of population.abstracts) {
      const addresses = authors.map(({ person }) => person.email);
      expect(new Set(addresses).size).toBe(addresses.length);
      expect(authors.filter(({ presenting }) => presenting)).toHaveLength(1);
      expect(title.length).toBeLessThan(300);
      for (const address of addresses) expect(address).toMatch(/^p-[a-z0-9-]+@rehearsal\.example$/);
    }
    const reviewers = population.reviewers.map(({ person }) => person.email);
    expect(new Set(reviewers).size).toBe(reviewers.length);
    expect(reviewers.length).toBeGreaterThan(80);
  });

  it('can be as small as one abstract, and not smaller', () => {
    const { abstracts, reviewers, topics } = invented(1, 1);
    expect([abstracts.length, topics.length]).toEqual([1, 1]);
    expect(reviewers.length).toBeGreaterThanOrEqual(3);
    expect(() => invented(0, 1)).toThrow('at least one');
    expect(() => invented(1.5, 1)).toThrow('at least one');
  });

  it('joins the topics of somebody who appears twice', () => {
    const person = { email: 'p-1@rehearsal.example', name: 'A', affiliation: 'B' };
    expect(
      oncePerPerson([
        { person, topics: ['x'] },
        { person, topics: ['y', 'x'] },
      ]),
    ).toEqual([{ person, topics: ['x', 'y'] }]);
  });
});

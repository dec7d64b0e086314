import { affinityOf } from './affinity.js';

test('affinity is the share of the topics that the reviewer knows, in millionths', () => {
  expect(affinityOf({ sharedTopics: 0, topics: 3 })).toBe(0);
  expect(affinityOf({ sharedTopics: 1, topics: 3 })).toBe(333_333);
  expect(affinityOf({ sharedTopics: 2, topics: 2 })).toBe(1_000_000);
});

test('a submission without topics fits everybody alike', () => {
  expect(affinityOf({ sharedTopics: 0, topics: 0 })).toBe(0);
});

import { pairsHash } from './pairs-hash.js';

it('hashes pairs in their order', () => {
  const one = { submissionId: 'a', reviewerId: 'b' };
  const other = { submissionId: 'c', reviewerId: 'd' };
  expect(pairsHash([])).toMatch(/^[0-9a-f]{64}$/);
  expect(pairsHash([one, other])).not.toBe(pairsHash([other, one]));
});

import { createHash } from 'node:crypto';
import {
  CompactRange,
  consistencyPath,
  EMPTY_ROOT,
  fullSubtrees,
  inclusionPath,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
  type Range,
} from './merkle.js';

/*
 * RFC 9162, section 2.1, written down once more, word for word and recursively: it shares nothing with `merkle.ts`.
 * Subtrees are remembered by their range so that a thousand sizes take seconds.
 */
const data = Array.from({ length: 1001 }, (_, index) => Buffer.from(`leaf ${index}`));
const sha = (...parts: Buffer[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const known = new Map<string, Buffer>();

/** The largest power of two smaller than n. */
function k(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

/** MTH(D[from:to]) */
function mth(from: number, to: number): Buffer {
  const key = `${from}:${to}`;
  const found = known.get(key);
  if (found) return found;
  const n = to - from;
  let result: Buffer;
  if (n === 0) result = sha();
  else if (n === 1) result = sha(Buffer.of(0x00), data[from]!);
  else result = sha(Buffer.of(0x01), mth(from, from + k(n)), mth(from + k(n), to));
  known.set(key, result);
  return result;
}

/** PATH(m, D[from:to]) */
function path(m: number, from: number, to: number): Buffer[] {
  const n = to - from;
  if (n === 1) return [];
  return m < k(n)
    ? [...path(m, from, from + k(n)), mth(from + k(n), to)]
    : [...path(m - k(n), from + k(n), to), mth(from, from + k(n))];
}

/** SUBPROOF(m, D[from:to], b) */
function subproof(m: number, from: number, to: number, b: boolean): Buffer[] {
  const n = to - from;
  if (m === n) return b ? [] : [mth(from, to)];
  return m <= k(n)
    ? [...subproof(m, from, from + k(n), b), mth(from + k(n), to)]
    : [...subproof(m - k(n), from + k(n), to, false), mth(from, from + k(n))];
}

const leaves = data.map((bytes) => leafHash(bytes.toString()));
/** Hashes of ranges, made from the subtrees of `merkle.ts`. */
const hashesOf = (ranges: readonly Range[]): Buffer[] =>
  ranges.map(({ from, to }) => (known.get(`${from}:${to}`) ? mth(from, to) : rootOf(leaves.slice(from, to))));
const same = (one: readonly Buffer[], other: readonly Buffer[]): boolean =>
  one.length === other.length && one.every((hash, at) => hash.equals(other[at]!));
const changed = (hash: Buffer): Buffer => {
  const copy = Buffer.from(hash);
  copy[7]! ^= 1;
  return copy;
};

/** Which leaves or older sizes of a tree are looked at: all of a small one, of a large one the edges and some between. */
function looked(size: number): number[] {
  if (size <= 130) return Array.from({ length: size }, (_, index) => index);
  const edges = [0, 1, 2, k(size) - 1, k(size), k(size) + 1, size - 3, size - 2, size - 1];
  const between = Array.from({ length: 16 }, (_, step) => (step * 61 + size * 7) % size);
  return [...new Set([...edges, ...between])].filter((index) => index >= 0 && index < size);
}

describe('the Merkle tree, beside an implementation of its own from RFC 9162', () => {
  it('has the same root at every size to 1,000, grown leaf by leaf and made at once', () => {
    const tree = new CompactRange();
    expect(tree.root()).toEqual(mth(0, 0));
    for (let size = 1; size <= 1000; size += 1) {
      tree.append(leaves[size - 1]!);
      expect(tree.size).toBe(size);
      if (!tree.root().equals(mth(0, size))) throw new Error(`another root at ${size}`);
    }
    expect(rootOf(leaves.slice(0, 1000))).toEqual(mth(0, 1000));
    expect(EMPTY_ROOT.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it('has the same inclusion proofs at every size to 1,000, and they verify', () => {
    let proofs = 0;
    for (let size = 1; size <= 1000; size += 1)
      for (const index of looked(size)) {
        const expected = path(index, 0, size);
        const proof = hashesOf(inclusionPath(index, size));
        if (!same(proof, expected)) throw new Error(`another proof of ${index} in ${size}`);
        if (!verifyInclusion(leaves[index]!, index, size, proof, mth(0, size)))
          throw new Error(`the proof of ${index} in ${size} does not verify`);
        proofs += 1;
      }
    expect(proofs).toBeGreaterThan(25_000);
  });

  it('has the same consistency proofs at every size to 1,000, and they verify', () => {
    let proofs = 0;
    for (let to = 1; to <= 1000; to += 1)
      for (const from of [...looked(to).filter((size) => size > 0), to]) {
        const expected = from === to ? [] : subproof(from, 0, to, true);
        const proof = hashesOf(consistencyPath(from, to));
        if (!same(proof, expected)) throw new Error(`another proof from ${from} to ${to}`);
        if (!verifyConsistency(from, to, proof, mth(0, from), mth(0, to)))
          throw new Error(`the proof from ${from} to ${to} does not verify`);
        proofs += 1;
      }
    expect(proofs).toBeGreaterThan(25_000);
  });

  it('refuses every proof of a small tree with another leaf, place, size, root, step, or number of steps', () => {
    const taken: string[] = [];
    for (let size = 1; size <= 40; size += 1)
      for (let index = 0; index < size; index += 1) {
        const proof = path(index, 0, size);
        const root = mth(0, size);
        const wrong: boolean[] = [
          verifyInclusion(changed(leaves[index]!), index, size, proof, root),
          verifyInclusion(leaves[index]!, index, size, proof, changed(root)),
          verifyInclusion(leaves[index]!, index, size, [...proof, root], root),
          verifyInclusion(leaves[index]!, index, size, proof.slice(1), root) && proof.length > 0,
          verifyInclusion(leaves[index]!, size, size, proof, root),
          ...proof.map((_, at) =>
            verifyInclusion(
              leaves[index]!,
              index,
              size,
              proof.map((step, one) => (one === at ? changed(step) : step)),
              root,
            ),
          ),
        ];
        for (let other = 0; other < size; other += 1)
          if (other !== index) wrong.push(verifyInclusion(leaves[index]!, other, size, proof, root));
        if (wrong.includes(true)) taken.push(`${index} in ${size}`);
      }
    expect(taken).toEqual([]);
  });

  it('refuses every consistency proof of a small tree with another root, size, step, or number of steps', () => {
    const taken: string[] = [];
    for (let to = 2; to <= 40; to += 1)
      for (let from = 1; from < to; from += 1) {
        const proof = subproof(from, 0, to, true);
        const [before, after] = [mth(0, from), mth(0, to)];
        const wrong = [
          verifyConsistency(from, to, proof, changed(before), after),
          verifyConsistency(from, to, proof, before, changed(after)),
          verifyConsistency(from, to, [...proof, before], before, after),
          verifyConsistency(from, to, proof.slice(1), before, after),
          verifyConsistency(from, to, [], before, after),
          ...proof.map((_, at) =>
            verifyConsistency(
              from,
              to,
              proof.map((step, one) => (one === at ? changed(step) : step)),
              before,
              after,
            ),
          ),
        ];
        if (wrong.includes(true)) taken.push(`${from} to ${to}`);
      }
    expect(taken).toEqual([]);
  });

  it('takes an empty tree as the beginning of every tree, and no tree as the beginning of a smaller one', () => {
    expect(consistencyPath(0, 5)).toEqual([]);
    expect(verifyConsistency(0, 5, [], EMPTY_ROOT, mth(0, 5))).toBe(true);
    expect(verifyConsistency(0, 5, [mth(0, 1)], EMPTY_ROOT, mth(0, 5))).toBe(false);
    expect(verifyConsistency(0, 5, [], mth(0, 1), mth(0, 5))).toBe(false);
    expect(verifyConsistency(5, 5, [], mth(0, 5), mth(0, 4))).toBe(false);
    expect(verifyConsistency(6, 5, [], mth(0, 6), mth(0, 5))).toBe(false);
    expect(verifyConsistency(0.5, 5, [], mth(0, 1), mth(0, 5))).toBe(false);
    expect(() => consistencyPath(6, 5)).toThrow(RangeError);
  });

  it('knows no leaf beyond the tree and no part of a leaf', () => {
    expect(() => inclusionPath(5, 5)).toThrow('a tree of 5 has no leaf 5');
    expect(() => inclusionPath(-1, 5)).toThrow(RangeError);
    expect(() => inclusionPath(1.5, 5)).toThrow(RangeError);
    expect(verifyInclusion(leaves[0]!, -1, 5, [], mth(0, 1))).toBe(false);
  });

  it('works beyond 2^32 leaves', () => {
    const size = 2 ** 40 + 3;
    expect(inclusionPath(size - 1, size)).toEqual([
      { from: 2 ** 40, to: 2 ** 40 + 2 },
      { from: 0, to: 2 ** 40 },
    ]);
    expect(consistencyPath(2 ** 40, size)).toEqual([{ from: 2 ** 40, to: size }]);
  });

  it('splits ragged ranges into full subtrees', () => {
    expect(fullSubtrees({ from: 8, to: 15 })).toEqual([
      { from: 8, to: 12 },
      { from: 12, to: 14 },
      { from: 14, to: 15 },
    ]);
    expect(fullSubtrees({ from: 4, to: 4 })).toEqual([]);
    expect(nodeHash(mth(0, 1), mth(1, 2))).toEqual(mth(0, 2));
  });
});

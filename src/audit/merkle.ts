import { hash } from 'node:crypto';

/**
 * The Merkle tree of RFC 9162, section 2.1, over SHA-256. Hashes are Buffers of 32 bytes. Leaves are numbered from 0; a
 * range is half open. Everything here works on numbers and hashes alone; where hashes are kept is told by `tiles.ts`.
 */

/** Leaves `from` (inclusive) to `to` (exclusive). */
export interface Range {
  from: number;
  to: number;
}

const sha256 = (bytes: string | Buffer): Buffer => hash('sha256', bytes, 'buffer');

/** The hash of a tree without leaves. */
export const EMPTY_ROOT = sha256('');

/** The hash of a leaf: SHA-256 of 0x00 and the UTF-8 of its text. */
export const leafHash = (text: string): Buffer => sha256(`\0${text}`);

/** 0x01 and two hashes. */
const pair = Buffer.alloc(65, 1);

/** The hash of an inner node: SHA-256 of 0x01 and both children. */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  left.copy(pair, 1);
  right.copy(pair, 33);
  return sha256(pair);
}

/** The root over leaf hashes, or over the hashes of equally large full subtrees. */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  const tree = new CompactRange();
  for (const one of hashes) tree.append(one);
  return tree.root();
}

/**
 * A tree that grows and keeps only the roots of its full subtrees, largest first: as many as its size has ones in
 * binary. Enough for the root at every size.
 */
export class CompactRange {
  private readonly roots: Buffer[] = [];
  private leaves = 0;

  get size(): number {
    return this.leaves;
  }

  append(leaf: Buffer): void {
    let top = leaf;
    // Each full pair that the new leaf completes becomes one.
    for (let size = this.leaves; size % 2 === 1; size = (size - 1) / 2)
      top = nodeHash(this.roots.pop()!, top);
    this.roots.push(top);
    this.leaves += 1;
  }

  root(): Buffer {
    return combine(this.roots);
  }
}

/** The root over the roots of full subtrees, from the left, each smaller than the one before it. */
export function combine(roots: readonly Buffer[]): Buffer {
  let root = roots.at(-1);
  if (!root) return EMPTY_ROOT;
  for (let at = roots.length - 2; at >= 0; at -= 1) root = nodeHash(roots[at]!, root);
  return root;
}

/**
 * The full subtrees that together are the range, from the left. A range must begin where a subtree as large as itself,
 * rounded up to a power of two, begins: as every subtree of a tree does, also the ragged one at its right edge.
 */
export function fullSubtrees({ from, to }: Range): Range[] {
  const parts: Range[] = [];
  for (let at = from; at < to;) {
    const size = 2 ** Math.floor(Math.log2(to - at));
    parts.push({ from: at, to: at + size });
    at += size;
  }
  return parts;
}

/**
 * The subtrees whose hashes prove that a leaf is in the tree, from the leaf's neighbour to below the root.
 * @throws RangeError unless 0 <= index < size
 */
export function inclusionPath(index: number, size: number): Range[] {
  checkWhole(index, size);
  if (index >= size) throw new RangeError(`a tree of ${size} has no leaf ${index}`);
  return [...neighbours(index, size - 1, 0, size)];
}

/**
 * The subtrees whose hashes prove that the tree of `to` leaves begins with the tree of `from` leaves.
 * Nothing is needed where `from` is 0 or both are equal.
 * @throws RangeError unless 0 <= from <= to
 */
export function consistencyPath(from: number, to: number): Range[] {
  checkWhole(from, to);
  if (from > to) throw new RangeError(`a tree of ${to} does not begin with one of ${from}`);
  if (from === 0 || from === to) return [];
  let node = from - 1;
  let last = to - 1;
  let level = 0;
  for (; node % 2 === 1; level += 1) {
    node = half(node);
    last = half(last);
  }
  const width = 2 ** level;
  // The largest full subtree at the right edge of the old tree; known to the reader where it is the whole old tree.
  const seed: Range[] = node === 0 ? [] : [{ from: node * width, to: (node + 1) * width }];
  return [...seed, ...neighbours(node, last, level, to)];
}

/** Siblings on the way up from a node at a level to the root of a tree of `size` leaves, whose last node there is `last`. */
function* neighbours(node: number, last: number, level: number, size: number): Generator<Range> {
  for (let width = 2 ** level; last > 0; width *= 2) {
    if (node % 2 === 1) yield { from: (node - 1) * width, to: node * width };
    else if (node < last) yield { from: (node + 1) * width, to: Math.min((node + 2) * width, size) };
    node = half(node);
    last = half(last);
  }
}

/**
 * Whether the path proves that the leaf with this hash is number `index` in the tree of `size` leaves with this root
 * (RFC 9162, section 2.1.3.2).
 */
export function verifyInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  path: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!isWhole(index) || !isWhole(size) || index >= size) return false;
  let node = index;
  let last = size - 1;
  let reached = leaf;
  for (const step of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      reached = nodeHash(step, reached);
      for (; node % 2 === 0 && node !== 0; node = half(node)) last = half(last);
    } else reached = nodeHash(reached, step);
    node = half(node);
    last = half(last);
  }
  return last === 0 && reached.equals(root);
}

/**
 * Whether the path proves that the tree of `to` leaves begins with the tree of `from` leaves (RFC 9162, section
 * 2.1.4.2). An empty tree begins every tree.
 */
export function verifyConsistency(
  from: number,
  to: number,
  path: readonly Buffer[],
  fromRoot: Buffer,
  toRoot: Buffer,
): boolean {
  if (!isWhole(from) || !isWhole(to) || from > to) return false;
  if (from === 0) return path.length === 0 && fromRoot.equals(EMPTY_ROOT);
  if (from === to) return path.length === 0 && fromRoot.equals(toRoot);
  const steps = Number.isInteger(Math.log2(from)) ? [fromRoot, ...path] : [...path];
  const seed = steps.shift();
  if (!seed) return false;
  let node = from - 1;
  let last = to - 1;
  for (; node % 2 === 1; node = half(node)) last = half(last);
  let before = seed;
  let after = seed;
  for (const step of steps) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      before = nodeHash(step, before);
      after = nodeHash(step, after);
      for (; node % 2 === 0 && node !== 0; node = half(node)) last = half(last);
    } else after = nodeHash(after, step);
    node = half(node);
    last = half(last);
  }
  return last === 0 && before.equals(fromRoot) && after.equals(toRoot);
}

/** Beyond 2^31 the operators on bits would be wrong. */
const half = (n: number): number => Math.floor(n / 2);
const isWhole = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

function checkWhole(...numbers: number[]): void {
  for (const n of numbers) if (!isWhole(n)) throw new RangeError(`${n} is no number of leaves`);
}

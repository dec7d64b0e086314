import { combine, fullSubtrees, rootOf, type Range } from './merkle.js';

/**
 * Where the hashes of the tree are kept: in tiles of up to 256, as transparency logs do. A tile of level 0 holds leaf
 * hashes, one of level n the roots of full tiles of level n - 1. That is 32 bytes for each leaf and little more, a proof
 * reads two tiles for each level, and a tile never changes but by growing at its end.
 */

export const TILE = 256;
const TILE_BITS = Math.log2(TILE);
const HASH_BYTES = 32;

export interface TilePlace {
  level: number;
  /** Number of the tile in its level, from 0. */
  position: number;
}

export interface Tile extends TilePlace {
  /** The hashes one after another, 32 bytes each. */
  hashes: Buffer;
}

/** Names a place, as the key of a map. */
export const placeKey = ({ level, position }: TilePlace): string => `${level}/${position}`;

/** The hashes of a tile, one by one. */
export function hashesIn(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.floor(bytes.length / HASH_BYTES) }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/** Where the hash of a full subtree comes from: `count` hashes of a tile, beginning with number `start`. */
function placeOf({ from, to }: Range): TilePlace & { start: number; count: number } {
  const level = Math.floor(Math.log2(to - from) / TILE_BITS);
  const unit = TILE ** level;
  const first = from / unit;
  return { level, position: Math.floor(first / TILE), start: first % TILE, count: (to - from) / unit };
}

/** The tiles from which the hashes of these ranges are made, each once. */
export function tilesFor(ranges: readonly Range[]): TilePlace[] {
  const places = new Map<string, TilePlace>();
  for (const part of ranges.flatMap(fullSubtrees)) {
    const { level, position } = placeOf(part);
    places.set(placeKey({ level, position }), { level, position });
  }
  return [...places.values()];
}

/**
 * The hash of a range, made from tiles.
 * @param tiles by {@link placeKey}: those that {@link tilesFor} names
 * @throws RangeError when a tile or a hash in it is missing
 */
export function hashOf(range: Range, tiles: ReadonlyMap<string, Buffer>): Buffer {
  return combine(
    fullSubtrees(range).map((part) => {
      const { level, position, start, count } = placeOf(part);
      const hashes = hashesIn(tiles.get(placeKey({ level, position })) ?? Buffer.alloc(0));
      const taken = hashes.slice(start, start + count);
      if (taken.length < count)
        throw new RangeError(`tile ${level}/${position} lacks hash ${start + taken.length}`);
      return rootOf(taken);
    }),
  );
}

/** The tiles at the right edge of a tree of this size that are begun and not full: what must be known to let it grow. */
export function openTiles(size: number): TilePlace[] {
  const places: TilePlace[] = [];
  for (let level = 0; TILE ** level <= size; level += 1)
    if (Math.floor(size / TILE ** level) % TILE > 0)
      places.push({ level, position: Math.floor(size / TILE ** (level + 1)) });
  return places;
}

/** A tree that grows by its tiles. */
export class TileTree {
  private leaves = 0;
  /** By level, the hashes of the tile that is begun. */
  private readonly open: Buffer[][] = [];
  private readonly filled = new Map<string, Tile>();
  private readonly touched = new Set<number>();

  /**
   * Goes on from a tree of this size.
   * @param tiles by {@link placeKey}: those that {@link openTiles} names
   * @throws RangeError when one of them does not hold what it must
   */
  static at(size: number, tiles: ReadonlyMap<string, Buffer>): TileTree {
    const tree = new TileTree();
    tree.leaves = size;
    for (let level = 0; TILE ** level <= size; level += 1) {
      const count = Math.floor(size / TILE ** level) % TILE;
      const position = Math.floor(size / TILE ** (level + 1));
      const hashes = count === 0 ? [] : hashesIn(tiles.get(placeKey({ level, position })) ?? Buffer.alloc(0));
      if (hashes.length !== count)
        throw new RangeError(`tile ${level}/${position} holds ${hashes.length} hashes, not ${count}`);
      tree.open[level] = hashes;
    }
    return tree;
  }

  /** Another tree that begins with this one, and has changed nothing yet. */
  fork(): TileTree {
    const tree = new TileTree();
    tree.leaves = this.leaves;
    tree.open.push(...this.open.map((hashes) => [...hashes]));
    return tree;
  }

  get size(): number {
    return this.leaves;
  }

  append(leaf: Buffer): void {
    this.leaves += 1;
    let hash = leaf;
    for (let level = 0, isFull = true; isFull; level += 1) {
      const tile = (this.open[level] ??= []);
      tile.push(hash);
      isFull = tile.length === TILE;
      if (!isFull) {
        this.touched.add(level);
        continue;
      }
      const position = this.leaves / TILE ** (level + 1) - 1;
      this.filled.set(placeKey({ level, position }), { level, position, hashes: Buffer.concat(tile) });
      this.touched.delete(level);
      this.open[level] = [];
      hash = rootOf(tile);
    }
  }

  root(): Buffer {
    const roots = this.open
      .toReversed()
      .flatMap((hashes) =>
        fullSubtrees({ from: 0, to: hashes.length }).map(({ from, to }) => rootOf(hashes.slice(from, to))),
      );
    return combine(roots);
  }

  /** The tiles that have changed since this was last asked, as they are now. */
  changed(): Tile[] {
    const open = [...this.touched].map((level) => ({
      level,
      position: Math.floor(this.leaves / TILE ** (level + 1)),
      hashes: Buffer.concat(this.open[level]!),
    }));
    const tiles = [...this.filled.values(), ...open];
    this.filled.clear();
    this.touched.clear();
    return tiles;
  }
}

import { consistencyPath, EMPTY_ROOT, inclusionPath, leafHash, rootOf } from './merkle.js';
import { hashOf, openTiles, placeKey, TILE, tilesFor, TileTree } from './tiles.js';

const leaves = Array.from({ length: 3 * TILE + 5 }, (_, index) => leafHash(`${index}`));

/** A tree grown in steps of these sizes, each by a new writer that knows only what is stored. */
function grown(...steps: number[]): { tiles: Map<string, Buffer>; size: number; root: Buffer } {
  const tiles = new Map<string, Buffer>();
  let size = 0;
  let root = EMPTY_ROOT;
  for (const step of steps) {
    const known = new Map(
      openTiles(size).map((place) => [placeKey(place), tiles.get(placeKey(place))!] as const),
    );
    const tree = TileTree.at(size, known);
    for (let at = 0; at < step; at += 1) tree.append(leaves[size + at]!);
    for (const tile of tree.changed()) tiles.set(placeKey(tile), tile.hashes);
    size = tree.size;
    root = tree.root();
  }
  return { tiles, size, root };
}

describe('tiles', () => {
  it('grow the same tree in any steps', () => {
    for (const steps of [[0], [1], [1, 1, 1], [255, 1], [256], [300, 212, 1], [257, 0, 255, 256, 5]]) {
      const { size, root, tiles } = grown(...steps);
      expect(root).toEqual(rootOf(leaves.slice(0, size)));
      expect([...tiles.values()].reduce((sum, bytes) => sum + bytes.length, 0)).toBe(
        32 * (size + Math.floor(size / TILE)),
      );
    }
  });

  it('fork: what one of two trees takes up leaves the other as it was', () => {
    const { tiles, size, root } = grown(300);
    const known = new Map(openTiles(size).map((place) => [placeKey(place), tiles.get(placeKey(place))!]));
    const tree = TileTree.at(size, known);
    const other = tree.fork();
    other.append(leaves[size]!);
    expect(tree.root()).toEqual(root);
    expect(other.root()).toEqual(rootOf(leaves.slice(0, size + 1)));
  });

  it('give the hash of every subtree that a proof may need, at every size that was', () => {
    const { tiles, size } = grown(leaves.length);
    const wrong: string[] = [];
    const check = (ranges: ReturnType<typeof inclusionPath>): void => {
      const known = new Map(tilesFor(ranges).map((place) => [placeKey(place), tiles.get(placeKey(place))!]));
      for (const range of ranges)
        if (!hashOf(range, known).equals(rootOf(leaves.slice(range.from, range.to))))
          wrong.push(`${range.from} to ${range.to}`);
    };
    for (let at = 1; at <= size; at += 13) {
      check(inclusionPath((at * 31) % at, at));
      check(inclusionPath(at - 1, at));
      check(consistencyPath(Math.ceil(at / 2), at));
    }
    expect(wrong).toEqual([]);
  });

  it('do not let a tree go on from what is not there', () => {
    expect(() => TileTree.at(1, new Map())).toThrow('tile 0/0 holds 0 hashes, not 1');
  });

  it('have places of higher levels in a large tree', () => {
    expect(openTiles(0)).toEqual([]);
    expect(openTiles(TILE)).toEqual([{ level: 1, position: 0 }]);
    expect(openTiles(TILE ** 2 + 1)).toEqual([
      { level: 0, position: TILE },
      { level: 2, position: 0 },
    ]);
    expect(tilesFor([{ from: TILE ** 2, to: 2 * TILE ** 2 }])).toEqual([{ level: 2, position: 0 }]);
    expect(
      tilesFor([
        { from: 0, to: 1 },
        { from: 1, to: 2 },
      ]),
    ).toEqual([{ level: 0, position: 0 }]);
  });

  it('are missed by name', () => {
    expect(() => hashOf({ from: 0, to: 2 }, new Map([['0/0', leaves[0]!]]))).toThrow('tile 0/0 lacks hash 1');
    expect(() => hashOf({ from: 0, to: 2 }, new Map())).toThrow('tile 0/0 lacks hash 0');
    expect(() => TileTree.at(2, new Map([['0/0', leaves[0]!]]))).toThrow('tile 0/0 holds 1 hashes, not 2');
  });

  it('let a tree fork', () => {
    const tree = TileTree.at(0, new Map());
    for (const leaf of leaves.slice(0, 257)) tree.append(leaf);
    const other = tree.fork();
    tree.append(leaves[257]!);
    other.append(leaves[300]!);
    expect(tree.root()).toEqual(rootOf(leaves.slice(0, 258)));
    expect(other.root()).toEqual(rootOf([...leaves.slice(0, 257), leaves[300]!]));
    expect(other.changed()).toHaveLength(1);
  });

  it('tell each change once', () => {
    const tree = TileTree.at(0, new Map());
    tree.append(leaves[0]!);
    expect(tree.changed()).toEqual([{ level: 0, position: 0, hashes: leaves[0] }]);
    expect(tree.changed()).toEqual([]);
  });
});

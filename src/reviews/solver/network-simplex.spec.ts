import { NetworkSimplex, type Network } from './network-simplex.js';

/** Arcs as [from, to, cost, capacity]. */
const network = (nodes: number, arcs: [number, number, number, number][]): Network => ({
  nodes,
  from: Int32Array.from(arcs, ([from]) => from),
  to: Int32Array.from(arcs, ([, to]) => to),
  cost: Float64Array.from(arcs, ([, , cost]) => cost),
  capacity: Int32Array.from(arcs, ([, , , capacity]) => capacity),
});

// Node 1 wants 4 units and node 2 wants 2; both get them dearly at first.
const dear = (): Network =>
  network(3, [
    [0, 1, 10, 9],
    [0, 2, 10, 9],
    [0, 1, 2, 3],
    [2, 1, 1, 5],
    [0, 2, 3, 4],
  ]);
const start = { flow: Int32Array.of(4, 2, 0, 0, 0), treeArc: Int32Array.of(-1, 0, 1) };

describe('NetworkSimplex', () => {
  it('finds the cheapest flow and its prices', () => {
    const simplex = new NetworkSimplex(dear(), start);
    expect(simplex.cost).toBe(60);
    simplex.run();
    // Three at 2; three at 3, one of them passed on for 1.
    expect(Array.from(simplex.flow)).toEqual([0, 0, 3, 1, 3]);
    expect(simplex.cost).toBe(16);
    expect(Array.from(simplex.price)).toEqual([0, 4, 3]);
    // The start is left as it was.
    expect(Array.from(start.flow)).toEqual([4, 2, 0, 0, 0]);
  });

  it('goes on from where it stands when costs change', () => {
    const changing = dear();
    const simplex = new NetworkSimplex(changing, start);
    simplex.run();
    changing.cost[2] = 9;
    simplex.reprice();
    expect(simplex.cost).toBe(37);
    simplex.run();
    expect(Array.from(simplex.flow)).toEqual([0, 0, 2, 2, 4]);
    expect(simplex.cost).toBe(32);
  });

  it('stops where it is cheap enough, and steps before that are watched', () => {
    const simplex = new NetworkSimplex(dear(), start);
    simplex.run(undefined, 60);
    expect(simplex.steps).toBe(0);
    simplex.run(undefined, 59);
    expect(simplex.cost).toBeLessThan(60);
    expect(simplex.cost).toBeGreaterThan(16);

    // A long chain of arcs, each with a better one beside it.
    const count = 600;
    const chain = network(
      count + 1,
      Array.from({ length: 2 * count }, (_, at) => [0, 1 + (at >> 1), at % 2 === 0 ? 5 : 1, 1]),
    );
    const long = new NetworkSimplex(chain, {
      flow: Int32Array.from({ length: 2 * count }, (_, at) => 1 - (at % 2)),
      treeArc: Int32Array.from({ length: count + 1 }, (_, node) => 2 * (node - 1)),
    });
    const seen: number[] = [];
    long.run((steps) => seen.push(steps));
    expect(long.cost).toBe(count);
    expect(seen).toEqual([256, 512]);
    const ended = new NetworkSimplex(chain, {
      flow: Int32Array.from({ length: 2 * count }, (_, at) => 1 - (at % 2)),
      treeArc: Int32Array.from({ length: count + 1 }, (_, node) => 2 * (node - 1)),
    });
    expect(() =>
      ended.run(() => {
        throw new Error('enough');
      }),
    ).toThrow('enough');
  });
});

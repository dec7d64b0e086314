/**
 * Least-cost flow by the primal network simplex method, on typed arrays. After Ahuja, Magnanti and Orlin, "Network Flows"
 * (1993), chapter 11, with strongly feasible trees (Cunningham 1976), which cannot cycle, and the search for the entering arc
 * by blocks (Grigoriadis 1986). All numbers are whole and stay below 2^53, so every comparison is exact.
 */

/** A network whose node 0 is the root of all trees. Every arc carries from 0 to its capacity. */
export interface Network {
  readonly nodes: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly cost: Float64Array;
  readonly capacity: Int32Array;
}

/**
 * A flow to start from, and for each node but the root the arc to its parent in a spanning tree. Every arc outside the tree is
 * empty or full, and from every node the tree has room to send one unit more to the root (the tree is strongly feasible).
 */
export interface Start {
  readonly flow: Int32Array;
  readonly treeArc: Int32Array;
}

/** Called between steps, with the number of steps so far. May throw, which ends the search. */
export type Watch = (steps: number) => void;

const NONE = -1;
const EMPTY = 1;
const IN_TREE = 0;
const FULL = -1;
const STEPS_BETWEEN_WATCHES = 256;

export class NetworkSimplex {
  readonly flow: Int32Array;
  /** For each node its price: the cost of bringing one unit from the root to it. */
  readonly price: Float64Array;
  /** The cost of the flow. Exact only while it stays within 2^53. */
  cost = 0;
  steps = 0;

  readonly #network: Network;
  readonly #state: Int8Array;
  readonly #parent: Int32Array;
  /** The arc to the parent, and whether it leads up, to the parent (1) or down (0). */
  readonly #arc: Int32Array;
  readonly #up: Int8Array;
  readonly #depth: Int32Array;
  /** Children as lists linked in both directions. */
  readonly #child: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #block: number;
  #place = 0;

  constructor(network: Network, start: Start) {
    const { nodes, from, to } = network;
    this.#network = network;
    this.flow = start.flow.slice();
    this.price = new Float64Array(nodes);
    this.#state = new Int8Array(from.length);
    this.#parent = new Int32Array(nodes).fill(NONE);
    this.#arc = new Int32Array(nodes).fill(NONE);
    this.#up = new Int8Array(nodes);
    this.#depth = new Int32Array(nodes);
    this.#child = new Int32Array(nodes).fill(NONE);
    this.#next = new Int32Array(nodes).fill(NONE);
    this.#previous = new Int32Array(nodes).fill(NONE);
    this.#block = Math.ceil(Math.sqrt(from.length)) + 1;
    // In loops over all arcs fields are read once: until they are compiled, each reading is slow.
    const [flow, state] = [this.flow, this.#state];
    for (let arc = 0; arc < flow.length; arc += 1) state[arc] = flow[arc] === 0 ? EMPTY : FULL;
    for (let node = 1; node < nodes; node += 1) {
      const arc = start.treeArc[node]!;
      const up = from[arc] === node;
      this.#state[arc] = IN_TREE;
      this.#hang(node, up ? to[arc]! : from[arc]!, arc, up ? 1 : 0);
    }
    this.reprice();
  }

  /** Computes all prices anew from the tree; to be called when costs have changed. The flow stays as it is. */
  reprice(): void {
    const { cost } = this.#network;
    const { flow, price } = this;
    const [parents, arcs, ups, depth] = [this.#parent, this.#arc, this.#up, this.#depth];
    let sum = 0;
    for (let arc = 0; arc < flow.length; arc += 1) if (flow[arc] !== 0) sum += flow[arc]! * cost[arc]!;
    this.cost = sum;
    price[0] = 0;
    for (let node = this.#following(0, 0); node !== 0; node = this.#following(node, 0)) {
      const parent = parents[node]!;
      const arc = arcs[node]!;
      price[node] = price[parent]! + (ups[node] === 1 ? -cost[arc]! : cost[arc]!);
      depth[node] = depth[parent]! + 1;
    }
  }

  /** Goes on until no flow costs less, or this one costs no more than `enough`. */
  run(watch?: Watch, enough = -Infinity): void {
    while (this.cost > enough) {
      const arc = this.#entering();
      if (arc === NONE) return;
      this.#pivot(arc);
      this.steps += 1;
      if (this.steps % STEPS_BETWEEN_WATCHES === 0) watch?.(this.steps);
    }
  }

  /** The arc that promises most in the first block of arcs that has a promising one. */
  #entering(): number {
    const { from, to, cost } = this.#network;
    const state = this.#state;
    const price = this.price;
    const arcs = from.length;
    let best = 0;
    let found = NONE;
    let left = this.#block;
    let arc = this.#place;
    for (let seen = 0; seen < arcs; seen += 1) {
      const saved = state[arc]! * (cost[arc]! + price[from[arc]!]! - price[to[arc]!]!);
      if (saved < best) {
        best = saved;
        found = arc;
      }
      arc += 1;
      if (arc === arcs) arc = 0;
      left -= 1;
      if (left === 0) {
        if (found !== NONE) break;
        left = this.#block;
      }
    }
    this.#place = arc;
    return found;
  }

  /** Sends what can be sent around the cycle that an arc closes, and exchanges arcs in the tree. */
  #pivot(entering: number): void {
    const { from, to, cost, capacity } = this.#network;
    const flow = this.flow;
    const parent = this.#parent;
    const treeArc = this.#arc;
    const up = this.#up;
    const depth = this.#depth;
    const isEmpty = this.#state[entering] === EMPTY;
    // Flow goes from `tail` over the arc to `head`, from there up to where both paths meet, and down again to `tail`.
    const tail = isEmpty ? from[entering]! : to[entering]!;
    const head = isEmpty ? to[entering]! : from[entering]!;

    // The last arc on that way, from the meeting node on, that lets no more through leaves: so the tree stays strongly feasible.
    let room = Infinity;
    let leaving = NONE;
    let roomUp = Infinity;
    let leavingUp = NONE;
    let down = tail;
    let climb = head;
    while (down !== climb) {
      if (depth[down]! >= depth[climb]!) {
        const arc = treeArc[down]!;
        const free = up[down] === 1 ? flow[arc]! : capacity[arc]! - flow[arc]!;
        if (free < room) {
          room = free;
          leaving = down;
        }
        down = parent[down]!;
      } else {
        const arc = treeArc[climb]!;
        const free = up[climb] === 1 ? capacity[arc]! - flow[arc]! : flow[arc]!;
        if (free <= roomUp) {
          roomUp = free;
          leavingUp = climb;
        }
        climb = parent[climb]!;
      }
    }
    const meeting = down;
    const own = capacity[entering]!;
    const amount = Math.min(own, room, roomUp);

    if (amount > 0) {
      const reduced = cost[entering]! + this.price[from[entering]!]! - this.price[to[entering]!]!;
      this.cost -= amount * Math.abs(reduced);
      flow[entering]! += isEmpty ? amount : -amount;
      for (let node = tail; node !== meeting; node = parent[node]!)
        flow[treeArc[node]!]! += up[node] === 1 ? -amount : amount;
      for (let node = head; node !== meeting; node = parent[node]!)
        flow[treeArc[node]!]! += up[node] === 1 ? amount : -amount;
    }
    if (roomUp > amount && own === amount) {
      this.#state[entering] = isEmpty ? FULL : EMPTY;
      return;
    }

    // The branch below the leaving arc is hung up anew by the entering one.
    const last = roomUp === amount ? leavingUp : leaving;
    let node = roomUp === amount ? head : tail;
    let above = roomUp === amount ? tail : head;
    const branch = node;
    const gone = treeArc[last]!;
    this.#state[gone] = flow[gone] === 0 ? EMPTY : FULL;
    this.#state[entering] = IN_TREE;
    let arc = entering;
    let leadsUp = from[entering] === node ? 1 : 0;
    const shift = this.price[above]! + (leadsUp === 1 ? -cost[arc]! : cost[arc]!) - this.price[node]!;
    for (;;) {
      const oldParent = parent[node]!;
      const oldArc = treeArc[node]!;
      const oldUp = up[node]!;
      this.#unhang(node, oldParent);
      this.#hang(node, above, arc, leadsUp);
      if (node === last) break;
      above = node;
      node = oldParent;
      arc = oldArc;
      leadsUp = 1 - oldUp;
    }
    this.#shift(branch, shift);
  }

  #hang(node: number, parent: number, arc: number, up: number): void {
    this.#parent[node] = parent;
    this.#arc[node] = arc;
    this.#up[node] = up;
    const eldest = this.#child[parent]!;
    this.#next[node] = eldest;
    this.#previous[node] = NONE;
    if (eldest !== NONE) this.#previous[eldest] = node;
    this.#child[parent] = node;
  }

  #unhang(node: number, parent: number): void {
    const next = this.#next[node]!;
    const previous = this.#previous[node]!;
    if (previous === NONE) this.#child[parent] = next;
    else this.#next[previous] = next;
    if (next !== NONE) this.#previous[next] = previous;
  }

  /** The node after another in a walk through a branch, parents first; the branch itself at the end. */
  #following(node: number, branch: number): number {
    if (this.#child[node] !== NONE) return this.#child[node]!;
    let at = node;
    while (at !== branch && this.#next[at] === NONE) at = this.#parent[at]!;
    return at === branch ? branch : this.#next[at]!;
  }

  #shift(branch: number, by: number): void {
    const price = this.price;
    const depth = this.#depth;
    const parent = this.#parent;
    const child = this.#child;
    const next = this.#next;
    let node = branch;
    for (;;) {
      price[node]! += by;
      depth[node] = depth[parent[node]!]! + 1;
      if (child[node] !== NONE) node = child[node]!;
      else {
        while (node !== branch && next[node] === NONE) node = parent[node]!;
        if (node === branch) return;
        node = next[node]!;
      }
    }
  }
}

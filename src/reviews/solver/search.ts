import type { Proof } from './certificate.js';
import { networkOf, pricesOf, setCosts, type AssignmentNetwork, type Shares } from './network.js';
import { NetworkSimplex } from './network-simplex.js';
import type { AssignmentProblem } from './problem.js';
import { startOf, type Beginning } from './start.js';
import { weightsOf, type Weights } from './weights.js';

/** A network with its simplex, and what its numbers mean for the problem. */
export class Search {
  readonly #problem: AssignmentProblem;
  readonly #network: AssignmentNetwork;
  readonly #simplex: NetworkSimplex;
  #weights: Weights;

  /** @param shares see `networkOf`; whole pairs unless given */
  constructor(problem: AssignmentProblem, beginning: Beginning, shares?: Shares) {
    this.#problem = problem;
    this.#network = networkOf(problem, shares);
    this.#weights = weightsOf(
      problem,
      Math.max(
        1,
        problem.affinity.reduce((a, b) => Math.max(a, b), 0),
      ),
    );
    setCosts(this.#network, problem, this.#weights, (pair) => problem.affinity[pair]!);
    this.#simplex = new NetworkSimplex(this.#network, startOf(problem, this.#network, beginning));
  }

  get network(): AssignmentNetwork {
    return this.#network;
  }

  /** For each arc of the network what it carries now. */
  get flow(): Int32Array {
    return this.#simplex.flow;
  }

  get steps(): number {
    return this.#simplex.steps;
  }

  get cost(): number {
    return this.#simplex.cost;
  }

  run(watch?: (steps: number) => void, enough?: number): void {
    this.#simplex.run(watch, enough);
  }

  /** Changes what pairs are worth, to 0 or `gain` at most, and goes on from where the search stands. */
  count(worth: (pair: number) => number, gain: number): void {
    this.#weights = weightsOf(this.#problem, gain);
    setCosts(this.#network, this.#problem, this.#weights, worth);
    this.#simplex.reprice();
  }

  /** The pairs that are chosen now, locked ones too, rising. */
  pairs(): Int32Array {
    const { locked } = this.#problem;
    const { arcOf } = this.#network;
    const { flow } = this.#simplex;
    const chosen: number[] = [];
    for (let pair = 0; pair < locked.length; pair += 1)
      if (locked[pair] === 1 || (arcOf[pair]! >= 0 && flow[arcOf[pair]!]! > 0)) chosen.push(pair);
    return Int32Array.from(chosen);
  }

  proof(): Proof {
    const { open, balance, least } = this.#weights;
    return {
      weights: { open, balance, least },
      prices: pricesOf(this.#problem, this.#network, this.#simplex.price, open),
    };
  }
}

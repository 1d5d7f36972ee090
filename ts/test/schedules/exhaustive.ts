import type { Machine, StepDescriptor } from '../../src/tape/schedules/index.js';

const TIERS = ['device', 'host', 'disk'] as const;

/**
 * Least seconds of any legal way to the end and back, by Dijkstra's algorithm over everything that can be told apart: which
 * state is there, whose field is at hand, how far the adjoint has come, and what lies in every tier. It knows the meaning of the
 * actions and nothing of schedules.
 *
 * @param machine - a tier that is absent is not there
 */
export function leastSeconds(steps: readonly StepDescriptor[], machine: Machine): number {
  const n = steps.length;
  const search = new Search(steps, machine);
  const best = new Map<string, number>();
  const queue = new Queue();
  queue.push(0, {
    state: -1,
    field: -1,
    adjointAt: n + 1,
    stored: TIERS.map(() => 0),
  });
  for (;;) {
    const entry = queue.pop();
    if (!entry) throw new Error('there is no way back');
    const { cost, node } = entry;
    const key = keyOf(node);
    if (best.has(key)) continue;
    best.set(key, cost);
    if (node.adjointAt === 0) return cost;
    search.neighbours(node, (extra, next) => {
      if (!best.has(keyOf(next))) queue.push(cost + extra, next);
    });
  }
}

interface Node {
  /** State that is there, −1 for none. */
  readonly state: number;
  readonly field: number;
  /** n + 1 until the end has been reached. */
  readonly adjointAt: number;
  /** By tier: bit i for state i, bit n + 1 + i for the field of step i. */
  readonly stored: readonly number[];
}

type Visit = (extra: number, next: Node) => void;

class Search {
  readonly #n: number;

  constructor(
    readonly steps: readonly StepDescriptor[],
    readonly machine: Machine,
  ) {
    this.#n = steps.length;
  }

  neighbours(node: Node, visit: Visit): void {
    this.#stepping(node, visit);
    for (let tier = 0; tier < TIERS.length; tier++) this.#storing(node, tier, visit);
  }

  #stepping(node: Node, visit: Visit): void {
    const n = this.#n;
    const { state, adjointAt } = node;
    const arrive = (at: number, field: number, extra: number) =>
      visit(extra, { ...node, state: at, field, adjointAt: at === n && adjointAt > n ? n : adjointAt });
    arrive(0, -1, this.machine.loadSeconds ?? 0);
    const ahead = this.steps[state];
    if (ahead) arrive(state + 1, computes(ahead) ? state : node.field, ahead.costs.forward);
    const behind = this.steps[state - 1];
    if (behind?.invertible) {
      const saved = node.field === state - 1 ? behind.costs.savedByField : 0;
      arrive(state - 1, behind.fieldBytes > 0 ? state - 1 : node.field, behind.costs.inverse - saved);
      if (adjointAt === state) {
        const field = behind.fieldBytes > 0 ? -1 : node.field;
        visit(behind.costs.reverse - saved, { ...node, state: state - 1, field, adjointAt: state - 1 });
      }
    }
    this.#adjoint(node, visit);
  }

  #adjoint(node: Node, visit: Visit): void {
    const due = node.adjointAt - 1;
    const step = this.steps[due];
    if (!step) return;
    const from = step.adjointFrom ?? 'input';
    const canDo =
      from === 'record'
        ? node.field === due
        : node.state === due || (from === 'either' && node.state === due + 1);
    if (!canDo) return;
    const saved = node.field === due ? step.costs.savedByField : 0;
    const field = step.fieldBytes > 0 ? -1 : node.field;
    visit(step.costs.adjoint - saved, { ...node, field, adjointAt: due });
  }

  #storing(node: Node, tier: number, visit: Visit): void {
    const spec = this.machine[TIERS[tier]!];
    if (!spec) return;
    const write = (bytes: number) => bytes / (spec.writeBandwidth ?? Number.POSITIVE_INFINITY);
    const read = (bytes: number) => bytes / (spec.readBandwidth ?? Number.POSITIVE_INFINITY);
    const mask = node.stored[tier]!;
    const set = (bits: number): Node => ({ ...node, stored: node.stored.with(tier, bits) });
    const store = (item: number, extra = 0) => {
      const bits = mask | (1 << item);
      if (bits !== mask && this.#fits(bits, spec)) visit(extra + write(this.#bytes(item)), set(bits));
    };
    if (node.state >= 0 && node.state < this.#n) store(node.state);
    if (node.field >= 0) store(this.#n + 1 + node.field);
    for (let item = 0; item <= 2 * this.#n; item++) {
      if (!(mask & (1 << item))) continue;
      visit(0, set(mask & ~(1 << item)));
      const cost = read(this.#bytes(item));
      if (item <= this.#n) visit(cost, { ...node, state: item });
      else visit(cost, { ...node, field: item - this.#n - 1 });
    }
  }

  #bytes(item: number): number {
    const { steps } = this;
    return item <= this.#n
      ? (steps[item] ?? steps.at(-1)!).stateBytes
      : steps[item - this.#n - 1]!.fieldBytes;
  }

  #fits(mask: number, { bytes, slots }: { bytes?: number; slots?: number }): boolean {
    let full = 0;
    let count = 0;
    for (let item = 0; item <= 2 * this.#n; item++) {
      if (!(mask & (1 << item))) continue;
      full += this.#bytes(item);
      count += 1;
    }
    return full <= (bytes ?? Number.POSITIVE_INFINITY) && count <= (slots ?? Number.POSITIVE_INFINITY);
  }
}

function computes(step: StepDescriptor): boolean {
  return step.fieldBytes > 0 || step.adjointFrom === 'record';
}

function keyOf({ state, field, adjointAt, stored }: Node): string {
  return `${state},${field},${adjointAt},${stored}`;
}

/** A binary heap. */
class Queue {
  readonly #heap: { cost: number; node: Node }[] = [];

  push(cost: number, node: Node): void {
    const heap = this.#heap;
    let at = heap.push({ cost, node }) - 1;
    for (let up = (at - 1) >> 1; at > 0 && heap[up]!.cost > cost; up = (at - 1) >> 1) {
      heap[at] = heap[up]!;
      heap[up] = { cost, node };
      at = up;
    }
  }

  pop(): { cost: number; node: Node } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && heap[down + 1]!.cost < heap[down]!.cost) down += 1;
      if (heap[down]!.cost >= last.cost) break;
      heap[at] = heap[down]!;
      at = down;
    }
    heap[at] = last;
    return first;
  }
}

import { describe, expect, it } from 'vitest';
import { Drift, Lattice, Marker, SpaceChargeKick } from '../../src/index.js';
import { compileLine } from '../../src/lattice/compile.js';
import { type Action, Op } from '../../src/tape/actions.js';
import { type Schedule, type Strategy, scheduleFor } from '../../src/tape/schedule.js';

const OP_NAMES = Object.keys(Op);

/** Drift, marker, kick, kick, drift, kick: a line with every kind of neighbours. */
const lattice = new Lattice([
  new Drift({ length: 1 }),
  new Marker({ name: 'm' }),
  ...[1, 2].map((i) => new SpaceChargeKick({ name: `sc${i}`, effectLength: 1, gridShape: [4, 5, 6] })),
  new Drift({ length: 1 }),
  new SpaceChargeKick({ name: 'sc3', effectLength: 1, gridShape: [7, 7, 7] }),
]);

function schedule(strategy: Strategy, markers: string[] = []): Schedule {
  const { steps, observations } = compileLine(lattice, markers);
  return scheduleFor(
    strategy,
    steps,
    observations.map(({ beforeStep }) => beforeStep),
  );
}

/** Actions as text: `forward 3`, `storeState 3 -> 1`. */
function text(actions: readonly Action[]): string[] {
  return actions.map(({ op, step, slot }) => {
    const name = OP_NAMES[op]!;
    return name.endsWith('State') || name.endsWith('Field')
      ? `${name} ${step} -> ${slot}`
      : `${name} ${step}`;
  });
}

const steps = [0, 1, 2, 3, 4];
const forward = ({ forward }: Schedule) => text(steps.flatMap(forward));
const reverse = ({ reverse }: Schedule) => text(steps.toReversed().flatMap(reverse));

describe('invert', () => {
  it('keeps nothing', () => {
    const plan = schedule('invert', ['m']);
    expect(forward(plan)).toEqual(steps.map((i) => `forward ${i}`));
    expect(reverse(plan)).toEqual(steps.toReversed().map((i) => `reverse ${i}`));
    expect([plan.stateSlots, plan.fieldSlots]).toEqual([0, []]);
  });
});

describe('fields', () => {
  it('keeps every potential but the last, which is still there when the sweep turns', () => {
    const plan = schedule('fields', ['m']);
    expect(plan.fieldSlots).toEqual([120, 120]);
    expect(plan.stateSlots).toBe(0);
    expect(forward(plan)).toEqual([
      ...['forward 0', 'forward 1', 'storeField 1 -> 0', 'forward 2', 'storeField 2 -> 1'],
      ...['forward 3', 'forward 4'],
    ]);
    expect(reverse(plan)).toEqual([
      ...['reverse 4', 'reverse 3', 'restoreField 2 -> 1', 'reverse 2', 'restoreField 1 -> 0', 'reverse 1'],
      'reverse 0',
    ]);
  });
});

describe('store', () => {
  it('keeps the input of every run but the first, whose input is the beam; kicks need no other', () => {
    const plan = schedule('store');
    expect([plan.stateSlots, plan.fieldSlots]).toEqual([1, []]);
    expect(forward(plan)).toEqual([
      ...['forward 0', 'forward 1', 'forward 2', 'storeState 3 -> 0', 'forward 3', 'forward 4'],
    ]);
    expect(reverse(plan)).toEqual([
      ...['adjoint 4', 'restoreState 3 -> 0', 'adjoint 3', 'adjoint 2', 'adjoint 1', 'load 0', 'adjoint 0'],
    ]);
  });

  it('keeps the state at an observed marker before a kick, to return to', () => {
    const plan = schedule('store', ['m']);
    expect(plan.stateSlots).toBe(2);
    expect(text(plan.returnTo(1))).toEqual(['restoreState 1 -> 0']);
    // At a run's input the sweep has the state already; at the end it has not left it.
    expect(plan.returnTo(3)).toEqual([]);
    expect(plan.returnTo(5)).toEqual([]);
  });
});

import type { Line } from '../lattice/line.js';

/** Where the grid of one kick lay, and what it missed. */
export interface KickReport {
  /** Name of the kick in the lattice. */
  readonly name: string;
  /** Position along the line in m. */
  readonly s: number;
  /** Centre of the grid in x, y and z = −β0·tau, in m. */
  readonly centre: readonly [number, number, number];
  /** Half widths of the grid in m. */
  readonly halfWidth: readonly [number, number, number];
  /** Charge outside the grid, neither deposited nor kicked, in C. */
  readonly outsideCharge: number;
}

const NUMBERS_PER_KICK = 7;
/** A larger part of the charge outside a grid than this is worth a warning. */
const OUTSIDE_WARNING = 0.01;

/** The engine's reports by kick, `[7·kicks]`, with names and places. */
export function kickReports(line: Line, numbers: Float64Array): KickReport[] {
  const kicks = line.steps.flatMap((step, i) =>
    step.kind === 'kick' ? [{ name: step.name, s: line.s[i]! }] : [],
  );
  return kicks.map(({ name, s }, kick) => {
    const at = (i: number) => numbers[kick * NUMBERS_PER_KICK + i]!;
    return {
      name,
      s,
      centre: [at(0), at(1), at(2)],
      halfWidth: [at(3), at(4), at(5)],
      outsideCharge: at(6),
    };
  });
}

/** One warning for all kicks that missed more than 1 % of the charge [C]. */
export function outsideWarnings(kicks: readonly KickReport[], charge: number): string[] {
  const missed = kicks.filter(({ outsideCharge }) => outsideCharge > OUTSIDE_WARNING * charge);
  if (missed.length === 0) return [];
  const worst = missed.reduce((a, b) => (b.outsideCharge > a.outsideCharge ? b : a));
  const percent = ((100 * worst.outsideCharge) / charge).toPrecision(3);
  const which =
    missed.length === 1 ? `the kick '${worst.name}'` : `${missed.length} kicks, most at '${worst.name}'`;
  return [
    `${percent} % of the charge lay outside the grid of ${which} and felt no space charge: widen its extent`,
  ];
}

import type { Line } from '../../src/lattice/line.js';

/** A line step by step: what it comes from, its number of maps or kind, and what is asked for it, as `'store@disk'`. */
export function stepsOf(line: Line): [name: string, what: number | 'kick' | 'custom', asked: string][] {
  return line.steps.map((step, i) => {
    const { reverse = 'auto', tier } = line.directives[i] ?? {};
    const what = step.kind === 'run' ? step.maps.length : step.kind;
    return [line.names[i]!, what, tier ? `${reverse}@${tier}` : reverse];
  });
}

/** Segments as `'joint [2, 5)'`. */
export function segmentsOf({ segments }: Line): string[] {
  return segments.map(({ from, to, mode }) => `${mode} [${from}, ${to})`);
}

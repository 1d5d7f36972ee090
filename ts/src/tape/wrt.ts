import type { Beam } from '../beam/beam.js';
import type { Coordinates } from '../beam/coordinates.js';
import { LatticeError } from '../errors.js';
import type { Lattice } from '../lattice/lattice.js';
import type { Line } from '../lattice/line.js';
import { didYouMean } from '../nearest.js';
import { dotProduct } from '../objective/sums.js';

/** Gradient of an objective by what was asked for. */
export interface Gradient {
  /** By `'element.parameter'`, `'energy'` [1/eV] and `'charge'` [1/C], in the order of `wrt`. */
  readonly parameters: Record<string, number>;
  /** By every initial coordinate of every macroparticle, `[n]` each, if `wrt` has `'beam'`. */
  readonly coordinates?: Coordinates;
  /** By every macroparticle's charge, `[n]` 1/C, if `wrt` has `'charges'`. */
  readonly charges?: Float64Array;
}

/** What to differentiate by, checked. */
export interface Wanted {
  /** Names that end up in `gradient.parameters`, in the caller's order. */
  readonly scalars: readonly string[];
  readonly energy: boolean;
  readonly charge: boolean;
  readonly coordinates: boolean;
  readonly charges: boolean;
}

const BEAM_NAMES = ['energy', 'charge', 'beam', 'charges'];

/**
 * Checks `wrt`; without it every parameter of the lattice's own elements, the energy and the charge are wanted.
 *
 * @throws LatticeError for a name that is neither a parameter nor one of energy, charge, beam, charges
 */
export function resolveWrt(wrt: readonly string[] | undefined, lattice: Lattice): Wanted {
  const names = wrt ?? [...elementParameters(lattice), 'energy', 'charge'];
  if (!Array.isArray(names)) throw new LatticeError("wrt must be a list of names such as 'q1.k1'");
  const known = [...BEAM_NAMES, ...lattice.parameterNames()];
  const lookup = new Set(known);
  for (const name of names) {
    if (!lookup.has(name))
      throw new LatticeError(`wrt: there is no '${name}'${didYouMean(String(name), known)}`);
  }
  return {
    scalars: names.filter((name) => name !== 'beam' && name !== 'charges'),
    energy: names.includes('energy'),
    charge: names.includes('charge'),
    coordinates: names.includes('beam'),
    charges: names.includes('charges'),
  };
}

function elementParameters(lattice: Lattice): string[] {
  return lattice.elements.flatMap((element) =>
    Object.keys(element.parameters).map((key) => `${element.name}.${key}`),
  );
}

/** What the engine found, before it is sorted by name. */
export interface RawGradient {
  /** By slot of the line. */
  readonly slots: Float64Array;
  /** By the reference energy, 1/eV. */
  readonly energy: number;
  readonly coordinates: Coordinates | null;
  /** By macroparticle charge, `[n]` 1/C. */
  readonly charges: Float64Array | null;
  /** By the parameters of custom steps. */
  readonly custom: ReadonlyMap<string, number>;
}

/** Sorts the engine's gradient by the names that were asked for. */
export function assembleGradient(raw: RawGradient, wanted: Wanted, line: Line, beam: Beam): Gradient {
  const byName = new Map<string, number>(wanted.scalars.map((name) => [name, 0]));
  for (const { slot, parameter, factor } of line.bindings) {
    const before = byName.get(parameter);
    if (before !== undefined) byName.set(parameter, before + factor * raw.slots[slot]!);
  }
  for (const [parameter, value] of raw.custom) if (byName.has(parameter)) byName.set(parameter, value);
  if (wanted.energy) byName.set('energy', raw.energy);
  // The bunch's charge scales every macroparticle's: q_i = Q w_i with w_i fixed.
  if (wanted.charge) byName.set('charge', dotProduct(raw.charges!, beam.charges) / beam.charge);
  return {
    parameters: Object.fromEntries(byName),
    ...(wanted.coordinates && { coordinates: raw.coordinates! }),
    ...(wanted.charges && { charges: raw.charges! }),
  };
}

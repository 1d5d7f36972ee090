import type { Beam } from '../beam/beam.js';
import type { Coordinates } from '../beam/coordinates.js';
import { LatticeError } from '../errors.js';
import type { Lattice } from '../lattice/lattice.js';
import type { Line } from '../lattice/line.js';
import { referenceKey } from '../lattice/reference.js';
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
  /** For each of them the parameters whose gradients it is the sum of. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly energy: boolean;
  readonly charge: boolean;
  readonly coordinates: boolean;
  readonly charges: boolean;
}

const BEAM_NAMES = ['energy', 'charge', 'beam', 'charges'];

/**
 * Checks `wrt`; without it every parameter of the lattice's own elements is wanted, misalignments only where
 * they are not 0, and so are the energy and the charge.
 *
 * @throws LatticeError for a name that is neither a parameter nor one of energy, charge, beam, charges
 */
export function resolveWrt(wrt: readonly string[] | undefined, lattice: Lattice): Wanted {
  const names = wrt ?? [...lattice.elementParameterNames(), 'energy', 'charge'];
  if (!Array.isArray(names)) throw new LatticeError("wrt must be a list of names such as 'q1.k1'");
  for (const name of names) {
    if (BEAM_NAMES.includes(name) || lattice.hasParameter(String(name))) continue;
    const known = [...BEAM_NAMES, ...lattice.parameterNames()];
    throw new LatticeError(`wrt: there is no '${name}'${didYouMean(String(name), known)}`);
  }
  const scalars = names.filter((name) => name !== 'beam' && name !== 'charges');
  return {
    scalars,
    members: new Map(scalars.map((name) => [name, lattice.memberPaths(name)])),
    energy: names.includes('energy'),
    charge: names.includes('charge'),
    coordinates: names.includes('beam'),
    charges: names.includes('charges'),
  };
}

/** Every parameter that is differentiated by: of an element that stands several times, those of all its occurrences. */
export function pathsOf({ members }: Wanted): string[] {
  return [...members.values()].flat();
}

/** What the engine found, before it is sorted by name. */
export interface RawGradient {
  /** By slot of the line. */
  readonly slots: Float64Array;
  /** By γ of the reference particle, under the names of its partials: what the objective itself says. */
  readonly referenceBar: readonly (readonly [string, number])[];
  readonly coordinates: Coordinates | null;
  /** By macroparticle charge, `[n]` 1/C. */
  readonly charges: Float64Array | null;
  /** By the parameters of custom steps, and by γ of the reference particle where they stand. */
  readonly custom: ReadonlyMap<string, number>;
}

/** Sorts the engine's gradient by the names that were asked for. */
export function assembleGradient(raw: RawGradient, wanted: Wanted, line: Line, beam: Beam): Gradient {
  const bars = parametersBar(raw, line);
  const byName = new Map<string, number>();
  for (const [name, paths] of wanted.members) {
    const members = paths.map((path) => bars.get(path) ?? 0);
    byName.set(
      name,
      members.reduce((sum, bar) => sum + bar, 0),
    );
  }
  if (wanted.energy) byName.set('energy', (bars.get(referenceKey(0)) ?? 0) / line.entrance.restEnergy);
  if (raw.charges) addTotalCharge(raw.charges, raw.slots, line, beam.charge);
  // The bunch's charge scales every macroparticle's: q_i = Q w_i with w_i fixed.
  if (wanted.charge) byName.set('charge', dotProduct(raw.charges!, beam.charges) / beam.charge);
  return {
    parameters: Object.fromEntries(byName),
    ...(wanted.coordinates && { coordinates: raw.coordinates! }),
    ...(wanted.charges && { charges: raw.charges! }),
  };
}

/**
 * A long beam's macroparticles share its current in proportion to their part of the whole charge, which the engine's derivatives
 * hold fixed: with 1/Q goes every such kick, as it goes with its current.
 */
function addTotalCharge(
  chargesBar: Float64Array,
  slots: Float64Array,
  { currents }: Line,
  charge: number,
): void {
  if (currents.length === 0) return;
  const bar = currents.reduce((sum, { slot, current }) => sum - current * slots[slot]!, 0) / charge;
  for (let i = 0; i < chargesBar.length; i++) chargesBar[i]! += bar;
}

/** From the numbers of maps to the parameters of elements; then from each energy of the reference particle to the one before. */
function parametersBar(
  { slots, custom, referenceBar }: RawGradient,
  { bindings, references }: Line,
): ReadonlyMap<string, number> {
  const bars = new Map<string, number>();
  const add = (name: string, bar: number) => bars.set(name, (bars.get(name) ?? 0) + bar);
  for (const { slot, parameter, factor } of bindings) add(parameter, factor * slots[slot]!);
  for (const [name, bar] of [...custom, ...referenceBar]) add(name, bar);
  for (const { key, gammaBar } of references.toReversed()) {
    const bar = bars.get(key) ?? 0;
    for (const [name, partial] of gammaBar) add(name, bar * partial);
  }
  return bars;
}

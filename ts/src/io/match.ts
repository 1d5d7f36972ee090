import type { Beam } from '../beam/beam.js';
import type { Lattice } from '../lattice/lattice.js';
import type { BeamModel } from '../match/beamModel.js';
import { LinearBeam } from '../match/linearBeam.js';
import type { MatchTarget } from '../match/targets.js';
import { TwissBeam } from '../match/twissBeam.js';
import type { MatchParameter } from '../match/variables.js';
import { buildObjective } from './objective.js';
import type { MatchFields } from './schema/match.js';
import { at, type NamedDocument } from './validate.js';

/** The `match` section of a problem file. */
export interface MatchSection {
  readonly parameters: Readonly<Record<string, MatchParameter>>;
  /** Absent where the file's objective is to be made small. */
  readonly targets?: readonly MatchTarget[];
  /** How the beam may vary. */
  readonly beam?: 'twiss' | 'linear';
  readonly tolerance?: number;
  readonly maxEvaluations?: number;
}

/**
 * The `match` section.
 *
 * @throws ProblemError for a parameter that the lattice does not have, or a target that cannot be made
 */
export function buildMatch(fields: MatchFields, lattice: Lattice, document: NamedDocument): MatchSection {
  const { parameters, targets, beam, tolerance, maxEvaluations } = fields;
  for (const name of Object.keys(parameters)) {
    if (isOfBeam(name)) continue;
    at(document, ['match', 'parameters', name], () => lattice.parameter(name));
  }
  const built = targets?.map(({ quantity, ...rest }, index) => ({
    ...rest,
    quantity: at(document, ['match', 'targets', index, 'quantity'], () => buildObjective(quantity)),
  }));
  return {
    parameters,
    ...(built && { targets: built }),
    ...(beam && { beam }),
    ...(tolerance !== undefined && { tolerance }),
    ...(maxEvaluations !== undefined && { maxEvaluations }),
  };
}

/** The beam, or the model of it through which it may vary. */
export function beamToMatch({ beam: kind }: MatchSection, beam: Beam): Beam | BeamModel {
  if (kind === 'twiss') return new TwissBeam(beam);
  return kind === 'linear' ? new LinearBeam(beam) : beam;
}

const isOfBeam = (name: string) => name === 'energy' || name === 'charge' || name.startsWith('beam.');

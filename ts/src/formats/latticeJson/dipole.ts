import { fileError } from '../failure.js';
import type { Parameters } from '../parameters.js';
import type { ElementSpec } from '../spec.js';
import { lengthOf, modelOf, type Scene, tiltOf } from './classes.js';

/** A `Dipole`: a sector bend by its arc. */
export function dipole(scene: Scene): ElementSpec {
  const { parameters } = scene;
  return sectorBend(scene, parameters.number('dipole_e1') ?? 0, parameters.number('dipole_e2') ?? 0);
}

/** An `RBend`: Cheetah's `length` is the arc of it, too, and its pole faces are turned by half the angle. */
export function rbend(scene: Scene): ElementSpec {
  const { parameters } = scene;
  const half = (parameters.number('angle') ?? 0) / 2;
  const e1 = (parameters.number('rbend_e1') ?? 0) + half;
  const e2 = (parameters.number('rbend_e2') ?? 0) + half;
  return sectorBend(scene, e1, e2);
}

function sectorBend({ parameters, warnings }: Scene, e1: number, e2: number): ElementSpec {
  const length = lengthOf(parameters);
  const angle = parameters.number('angle') ?? 0;
  if (length === 0 && angle !== 0) {
    throw fileError(parameters.at, `Dipole '${parameters.name}' bends over no length`);
  }
  const model = modelOf(parameters);
  if (model)
    warnings.add(
      parameters.placeOf('tracking_method'),
      'bends are linear here, whatever the tracking_method',
    );
  requireFringesAtBothEnds(parameters, model);
  return {
    type: 'SBend',
    options: {
      length,
      angle,
      k1: parameters.number('k1') ?? 0,
      e1,
      e2,
      ...fringes(parameters, model),
      ...tiltOf(parameters),
    },
  };
}

/** Cheetah's linear dipole has both fringes whatever `fringe_at` says. */
function requireFringesAtBothEnds(parameters: Parameters, model: string | undefined): void {
  const where = parameters.word('fringe_at', ['both', 'neither', 'entrance', 'exit']) ?? 'both';
  parameters.word('fringe_type', ['linear_edge']);
  if (where === 'both' || model === undefined) return;
  throw fileError(parameters.placeOf('fringe_at'), `fringe fields at ${where} only are not supported`);
}

function fringes(parameters: Parameters, model: string | undefined): Record<string, number> {
  const gap = parameters.number('gap') ?? 0;
  const gapExit = parameters.number('gap_exit') ?? gap;
  const entrance = parameters.number('fringe_integral') ?? 0;
  const exit = parameters.number('fringe_integral_exit') ?? entrance;
  // The linear dipole of Cheetah takes the gap at the entrance for both ends; another gap is another fringe integral.
  const scaled =
    model === undefined || gapExit === gap ? exit : gap === 0 ? Number.NaN : (exit * gapExit) / gap;
  if (Number.isNaN(scaled)) {
    throw fileError(parameters.placeOf('gap_exit'), 'a gap at the exit needs one at the entrance');
  }
  return {
    gap,
    fringeIntegral: entrance,
    ...(scaled !== entrance && { fringeIntegralExit: scaled }),
  };
}

import { LatticeError } from '../errors.js';
import type { ReferenceParticle } from '../lattice/reference.js';
import { requireOneOf } from '../options.js';
import type { Dual } from './dual.js';
import { chromaticDriftMap, driftMap, type ElementMap, exactDriftMap } from './maps.js';

/** Equations of motion: expanded about the reference; with each particle's own momentum; unexpanded. */
export const MODELS = ['linear', 'chromatic', 'exact'] as const;
/** How equations of motion are expanded: about the reference, at each particle's own momentum, or not at all. */
export type Model = (typeof MODELS)[number];

/** The option as problem files know it. */
export const MODEL_SETTING = {
  kind: 'choice',
  words: MODELS,
  meaning: 'Equations of motion: linearised, at each particle\'s own momentum, or exact; default "linear"',
} as const;

const DRIFTS = { linear: driftMap, chromatic: chromaticDriftMap, exact: exactDriftMap } as const;

/**
 * A model, `'linear'` where none is given.
 *
 * @throws LatticeError for anything else
 */
export function readModel(model: unknown, where: string): Model {
  return requireOneOf(model ?? 'linear', MODELS, `the model of ${where}`, LatticeError);
}

/** The drift of a model. */
export function modelDrift(model: Model, length: Dual, reference: ReferenceParticle): ElementMap {
  return DRIFTS[model](length, reference);
}

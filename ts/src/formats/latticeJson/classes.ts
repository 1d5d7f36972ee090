import { SPECIES, type Species } from '../../beam/species.js';
import { fileError } from '../failure.js';
import type { Parameters } from '../parameters.js';
import { type ElementSpec, OPEN } from '../spec.js';
import type { Warnings } from '../warnings.js';
import { dipole, rbend } from './dipole.js';

/** What an element is translated with. */
export interface Scene {
  readonly parameters: Parameters;
  /** Cheetah's files do not say; its beams are electrons unless they are told. */
  readonly species: Species | undefined;
  readonly warnings: Warnings;
}

type Translation = (scene: Scene) => ElementSpec;

/** The classes of Cheetah 0.6 to 0.8 by name: what they become here. */
export const CLASSES: Readonly<Record<string, Translation>> = {
  Marker: () => ({ type: 'Marker', options: {} }),
  Drift: ({ parameters }) => {
    const model = modelOf(parameters);
    return { type: 'Drift', options: { length: lengthOf(parameters), ...(model && { model }) } };
  },
  Quadrupole: ({ parameters }) => {
    const model = modelOf(parameters);
    const steps = parameters.number('num_steps') ?? 1;
    return {
      type: 'Quadrupole',
      options: {
        length: lengthOf(parameters),
        k1: parameters.number('k1') ?? 0,
        ...tiltOf(parameters),
        ...(model && { model }),
        // Cheetah counts them for every model, but takes them in one only.
        ...(model === 'exact' && { steps }),
      },
    };
  },
  Dipole: dipole,
  RBend: rbend,
  Sextupole: sextupole,
  Solenoid: ({ parameters }) => {
    requireLinear(parameters);
    // Cheetah's k is B/(2·Bρ).
    return {
      type: 'Solenoid',
      options: { length: lengthOf(parameters), ks: 2 * (parameters.number('k') ?? 0) },
    };
  },
  HorizontalCorrector: corrector('HKicker'),
  VerticalCorrector: corrector('VKicker'),
  CombinedCorrector: ({ parameters }) => {
    requireLinear(parameters);
    const hkick = parameters.number('horizontal_angle') ?? 0;
    const vkick = parameters.number('vertical_angle') ?? 0;
    return { type: 'Kicker', options: { length: lengthOf(parameters), hkick, vkick } };
  },
  Cavity: cavity,
  BPM: ({ parameters }) => {
    parameters.flag('is_active');
    return { type: 'Monitor', options: {} };
  },
  Screen: screen,
  Aperture: aperture,
  SpaceChargeKick: spaceChargeKick,
  CustomTransferMap: transferMap,
  Undulator: ({ parameters }) => {
    requireLinear(parameters);
    for (const name of ['kx', 'ky'])
      parameters.requireZero(name, 'the focusing of undulators is not supported');
    parameters.take('period');
    parameters.take('is_active');
    return { type: 'Drift', options: { length: lengthOf(parameters) } };
  },
};

/** Cheetah's ways to track, and the models of unkick nearest to them. */
const MODELS = { linear: undefined, second_order: 'chromatic', drift_kick_drift: 'exact' } as const;
/** Names of Cheetah before 0.8. */
const OLD_METHODS = { cheetah: 'linear', bmadx: 'drift_kick_drift' } as const;

/** The model to track by; `undefined` for the default, the linear one. */
export function modelOf(parameters: Parameters): 'chromatic' | 'exact' | undefined {
  const methods = [...Object.keys(MODELS), ...Object.keys(OLD_METHODS)] as (
    | keyof typeof MODELS
    | keyof typeof OLD_METHODS
  )[];
  const method = parameters.word('tracking_method', methods) ?? 'linear';
  return MODELS[
    method in OLD_METHODS ? OLD_METHODS[method as keyof typeof OLD_METHODS] : (method as 'linear')
  ];
}

/** For classes that Cheetah tracks linearly only. */
function requireLinear(parameters: Parameters): void {
  parameters.word('tracking_method', ['linear', 'cheetah']);
}

export function lengthOf(parameters: Parameters): number {
  return parameters.number('length') ?? 0;
}

export function tiltOf(parameters: Parameters): { tilt?: number } {
  const tilt = parameters.number('tilt') ?? 0;
  return tilt === 0 ? {} : { tilt };
}

function sextupole({ parameters, warnings }: Scene): ElementSpec {
  const method = parameters.word('tracking_method', ['second_order', 'linear', 'cheetah']);
  const k2 = parameters.number('k2') ?? 0;
  if (method !== undefined && method !== 'second_order' && k2 !== 0) {
    warnings.add(
      parameters.placeOf('tracking_method'),
      'Cheetah tracks this sextupole as a drift; here it has its k2',
    );
  }
  return { type: 'Sextupole', options: { length: lengthOf(parameters), k2, ...tiltOf(parameters) } };
}

function corrector(type: 'HKicker' | 'VKicker'): Translation {
  return ({ parameters }) => {
    requireLinear(parameters);
    return { type, options: { length: lengthOf(parameters), kick: parameters.number('angle') ?? 0 } };
  };
}

/** Cheetah's phase is in degrees, and a late particle sees φ − k·τ: the opposite sign of unkick's. */
function cavity({ parameters, species = SPECIES.electron }: Scene): ElementSpec {
  const sign = -Math.sign(species.chargeNumber);
  const given = parameters.number('voltage') ?? 0;
  const voltage = given === 0 ? 0 : sign * given;
  const degrees = parameters.number('phase') ?? 0;
  const phase = degrees === 0 ? 0 : (-degrees * Math.PI) / 180;
  const kind = parameters.word('cavity_type', ['standing_wave', 'traveling_wave']);
  if (kind === 'traveling_wave' && voltage !== 0) {
    throw fileError(parameters.placeOf('cavity_type'), 'travelling waves are not supported');
  }
  requireLinear(parameters);
  const frequency = parameters.number('frequency') ?? 0;
  const length = lengthOf(parameters);
  return length === 0
    ? { type: 'ShortRF', options: { voltage, frequency, phase } }
    : { type: 'RFCavity', options: { length, voltage, frequency, phase } };
}

/** The camera's pixels become bins over the same field of view. */
function screen({ parameters, warnings }: Scene): ElementSpec {
  const [width = 1024, height = 1024] = parameters.numbers('resolution', 2) ?? [];
  const [pixelX = 1e-3, pixelY = 1e-3] = parameters.numbers('pixel_size', 2) ?? [];
  const binning = parameters.number('binning') ?? 1;
  parameters.word('method', ['histogram', 'kde', 'cloud-in-cell']);
  parameters.take('kde_bandwidth');
  parameters.flag('is_active');
  if (parameters.flag('is_blocking')) {
    warnings.add(parameters.placeOf('is_blocking'), 'a screen that blocks the beam lets it pass here');
  }
  return {
    type: 'Screen',
    options: {
      bins: [Math.floor(width / binning), Math.floor(height / binning)],
      halfSize: [(width * pixelX) / 2, (height * pixelY) / 2],
    },
  };
}

/** Half widths that are not set, or infinite, limit nothing; Cheetah's default shape is a rectangle. */
function aperture({ parameters }: Scene): ElementSpec {
  const halfX = Math.min(parameters.number('x_max') ?? OPEN, OPEN);
  const halfY = Math.min(parameters.number('y_max') ?? OPEN, OPEN);
  const shape = parameters.word('shape', ['rectangular', 'elliptical']) ?? 'rectangular';
  const isActive = parameters.flag('is_active') ?? true;
  return isActive
    ? { type: 'Aperture', options: { halfX, halfY, shape } }
    : { type: 'Aperture', options: { halfX: OPEN, halfY: OPEN, shape } };
}

function spaceChargeKick({ parameters }: Scene): ElementSpec {
  const [nx = 32, ny = 32, nz = 32] = parameters.numbers('grid_shape', 3) ?? [];
  const old = (axis: string) => parameters.number(`num_grid_points_${axis}`);
  const extent = (axis: string) => parameters.number(`grid_extent_${axis}`);
  return {
    type: 'SpaceChargeKick',
    options: {
      effectLength: parameters.number('effect_length') ?? 0,
      gridShape: [old('x') ?? nx, old('y') ?? ny, old('tau') ?? nz],
      extent: { sigmas: [extent('x') ?? 3, extent('y') ?? 3, extent('tau') ?? 3] },
    },
  };
}

/** A 7×7 matrix whose last column shifts and whose last row is that of the unit matrix. */
function transferMap({ parameters }: Scene): ElementSpec {
  requireLinear(parameters);
  parameters.requireZero('length', 'a map with a length is not supported');
  const map = parameters.numbers('predefined_transfer_map', 49);
  const at = parameters.placeOf('predefined_transfer_map');
  if (map === undefined)
    throw fileError(at, `CustomTransferMap '${parameters.name}' has no predefined_transfer_map`);
  const rows = Array.from({ length: 7 }, (_, i) => map.slice(7 * i, 7 * i + 7));
  const isLinear =
    rows.every((row, i) => row[6] === (i === 6 ? 1 : 0)) && rows[6]!.slice(0, 6).every((x) => x === 0);
  if (!isLinear) throw fileError(at, 'a transfer map that shifts the beam is not supported');
  return { type: 'LinearMap', options: { matrix: rows.slice(0, 6).map((row) => row.slice(0, 6)) } };
}

import { type FileFields, unlessZero } from '../fileFields.js';
import type { ElementClass, ElementSpec } from '../spec.js';

/** Options of an element; that they are of the class is for its constructor to know. */
type Options = Readonly<Record<string, number>>;

/** An element as Cheetah's class and its parameters. */
export interface CheetahElement {
  readonly type: string;
  readonly parameters: FileFields;
}

/** How Cheetah calls the models of unkick. */
const METHODS: Readonly<Record<string, string>> = { chromatic: 'second_order', exact: 'drift_kick_drift' };

/** What Cheetah has for a class, and the sign of its voltages. What its words do not say, the metadata does. */
const CLASSES: Partial<Record<ElementClass, (options: Options, sign: number) => CheetahElement>> = {
  Marker: () => ({ type: 'Marker', parameters: {} }),
  Drift: (options) => ({ type: 'Drift', parameters: { length: options.length!, ...method(options) } }),
  Quadrupole: (options) => ({
    type: 'Quadrupole',
    parameters: {
      length: options.length!,
      k1: options.k1!,
      ...placement(options),
      ...(options.steps !== undefined && { num_steps: options.steps }),
      ...method(options),
    },
  }),
  SBend: (options) => ({ type: 'Dipole', parameters: bend(options, options.length!, 'dipole') }),
  // Cheetah's rectangular bend goes by its arc.
  RBend: (options) => ({ type: 'RBend', parameters: bend(options, arcOf(options), 'rbend') }),
  Sextupole: (options) => ({
    type: 'Sextupole',
    parameters: { length: options.length!, k2: options.k2!, ...placement(options) },
  }),
  Solenoid: (options) => {
    const { misalignment } = placement(options);
    return {
      type: 'Solenoid',
      parameters: { length: options.length!, k: options.ks! / 2, ...(misalignment && { misalignment }) },
    };
  },
  HKicker: ({ length = 0, kick }) => ({ type: 'HorizontalCorrector', parameters: { length, angle: kick! } }),
  VKicker: ({ length = 0, kick }) => ({ type: 'VerticalCorrector', parameters: { length, angle: kick! } }),
  Kicker: ({ length = 0, hkick, vkick }) => ({
    type: 'CombinedCorrector',
    parameters: { length, horizontal_angle: hkick!, vertical_angle: vkick! },
  }),
  RFCavity: ({ length, voltage, frequency, phase }, sign) => ({
    type: 'Cavity',
    parameters: {
      length: length!,
      voltage: voltage === 0 ? 0 : sign * voltage!,
      phase: phase === 0 ? 0 : (-phase! * 180) / Math.PI,
      frequency: frequency!,
      cavity_type: 'standing_wave',
    },
  }),
  Monitor: (options) => ({ type: 'BPM', parameters: { ...placement(options), is_active: true } }),
  Screen: (options) => {
    const { bins, halfSize } = options as unknown as Record<string, readonly [number, number]>;
    const pixel = (axis: 0 | 1) => (2 * halfSize![axis]) / bins![axis];
    return {
      type: 'Screen',
      parameters: {
        resolution: bins!,
        pixel_size: [pixel(0), pixel(1)],
        ...placement(options),
        is_active: true,
      },
    };
  },
  Aperture: ({ halfX, halfY, shape }) => ({
    type: 'Aperture',
    parameters: { x_max: halfX!, y_max: halfY!, shape: String(shape), is_active: true },
  }),
  SpaceChargeKick: (options) => {
    const { effectLength } = options;
    const { gridShape, extent } = options as unknown as {
      gridShape: readonly number[];
      extent: { sigmas?: readonly [number, number, number] };
    };
    const [x, y, tau] = extent.sigmas ?? [];
    return {
      type: 'SpaceChargeKick',
      parameters: {
        effect_length: effectLength!,
        grid_shape: gridShape,
        ...unlessZero({ grid_extent_x: x, grid_extent_y: y, grid_extent_tau: tau }),
      },
    };
  },
  LinearMap: (options) => {
    const { matrix } = options as unknown as { matrix: readonly (readonly number[])[] };
    const rows = [...matrix.map((row) => [...row, 0]), [0, 0, 0, 0, 0, 0, 1]];
    return { type: 'CustomTransferMap', parameters: { predefined_transfer_map: rows } };
  },
};

/**
 * An element in Cheetah's words; `undefined` where it has no class.
 *
 * @param sign - of a voltage there that accelerates: 1 for negative particles
 */
export function cheetahElement({ type, options }: ElementSpec, sign: number): CheetahElement | undefined {
  return CLASSES[type]?.(options as Options, sign);
}

function method({ model }: Options): { tracking_method?: string } {
  const name = METHODS[String(model)];
  return name === undefined ? {} : { tracking_method: name };
}

function placement({
  dx = 0,
  dy = 0,
  tilt,
}: Options): FileFields & { misalignment?: readonly [number, number] } {
  return { ...((dx !== 0 || dy !== 0) && { misalignment: [dx, dy] as const }), ...unlessZero({ tilt }) };
}

function bend(options: Options, length: number, kind: 'dipole' | 'rbend'): FileFields {
  const { angle, k1, e1, e2, tilt, gap, fringeIntegral, fringeIntegralExit = fringeIntegral } = options;
  return {
    length,
    angle: angle!,
    ...unlessZero({ k1, [`${kind}_e1`]: e1, [`${kind}_e2`]: e2, tilt, gap }),
    ...unlessZero({ fringe_integral: fringeIntegral, fringe_integral_exit: fringeIntegralExit }),
  };
}

function arcOf({ length, angle }: Options): number {
  return angle === 0 ? length! : (length! * angle!) / 2 / Math.sin(angle! / 2);
}

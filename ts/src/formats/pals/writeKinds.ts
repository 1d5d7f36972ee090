import { KIND_PREFIX } from '../extension.js';
import { type FileFields, unlessZero } from '../fileFields.js';
import type { ElementClass, ElementSpec } from '../spec.js';

/** Options of an element; that they are of the class is for its constructor to know. */
type Options = Readonly<Record<string, number>>;

/** Words and numbers that PALS has for a class; what they do not say, the extension does. */
const KINDS: Partial<Record<ElementClass, (options: Options, charge: number) => FileFields>> = {
  Drift: ({ length }) => ({ kind: 'Drift', length: length! }),
  Quadrupole: magnet('Quadrupole', 'k1', 1),
  Sextupole: magnet('Sextupole', 'k2', 2),
  Octupole: magnet('Octupole', 'k3', 3),
  Multipole: (options) => {
    const { kn = [], ks = [] } = options as unknown as Record<string, readonly number[]>;
    const strengths = { ...components(kn, 'Kn'), ...components(ks, 'Ks') };
    return { kind: 'Multipole', ...group('MagneticMultipoleP', strengths) };
  },
  SBend: (options) => ({
    kind: 'Bend',
    length: options.length!,
    BendP: {
      angle_ref: options.angle!,
      ...unlessZero({ e1: options.e1, e2: options.e2 }),
      ...edges(options),
    },
    ...gradients(options),
  }),
  RBend: (options) => ({
    kind: 'Bend',
    BendP: {
      angle_ref: options.angle!,
      L_chord: options.length!,
      e1_rect: options.e1 ?? 0,
      e2_rect: options.e2 ?? 0,
      ...edges(options),
    },
    ...gradients(options),
  }),
  Solenoid: ({ length, ks }) => ({ kind: 'Solenoid', length: length!, SolenoidP: { Ksol: ks! } }),
  HKicker: ({ length, kick }) => kicker(length, { Kn0L: -kick! }),
  VKicker: ({ length, kick }) => kicker(length, { Ks0L: kick! }),
  Kicker: ({ length, hkick, vkick }) => kicker(length, { Kn0L: -hkick!, Ks0L: vkick! }),
  RFCavity: (options, charge) => ({
    kind: 'RFCavity',
    length: options.length!,
    RFP: cavity(options, charge),
  }),
  ShortRF: (options, charge) => ({ kind: 'RFCavity', RFP: cavity(options, charge) }),
  Buncher: (options) => ({
    kind: 'RFCavity',
    RFP: { voltage: options.voltage!, frequency: options.frequency!, phase: -0.25 },
  }),
  Marker: () => ({ kind: 'Marker' }),
  Monitor: () => ({ kind: 'Instrument' }),
  Screen: () => ({ kind: 'Instrument' }),
  Aperture: (options) => ({
    kind: 'Mask',
    ApertureP: {
      x_min: -options.halfX!,
      x_max: options.halfX!,
      y_min: -options.halfY!,
      y_max: options.halfY!,
      shape: String(options.shape).toUpperCase(),
    },
  }),
};

/**
 * An element in the words of PALS; one that it has no kind for is of a kind of our own.
 *
 * @param charge - of the beam's particles in units of the elementary one, positive
 */
export function palsFields({ type, options }: ElementSpec, charge: number): FileFields {
  const write = KINDS[type];
  if (write === undefined) return { kind: `${KIND_PREFIX}${type}` };
  return { ...write(options as Options, charge), ...shift(options as Options, type) };
}

function magnet(kind: string, strength: string, order: number): (options: Options) => FileFields {
  return (options) => ({
    kind,
    length: options.length!,
    MagneticMultipoleP: { [`Kn${order}`]: options[strength]! },
  });
}

function components(values: readonly number[], name: 'Kn' | 'Ks'): FileFields {
  return unlessZero(Object.fromEntries(values.map((value, order) => [`${name}${order}L`, value])));
}

const gradients = ({ k1, k2 }: Options) => group('MagneticMultipoleP', unlessZero({ Kn1: k1, Kn2: k2 }));

/** Field integrals at the edges, FINT·HGAP; a bend's plane is turned with its reference orbit. */
function edges({
  fringeIntegral = 0,
  fringeIntegralExit = fringeIntegral,
  gap = 0,
  tilt,
}: Options): FileFields {
  return unlessZero({
    edge1_int: (fringeIntegral * gap) / 2,
    edge2_int: (fringeIntegralExit * gap) / 2,
    tilt_ref: tilt,
  });
}

const kicker = (length: number | undefined, strengths: FileFields): FileFields => ({
  kind: 'Kicker',
  ...unlessZero({ length }),
  MagneticMultipoleP: strengths,
});

/** The reference gains what the cavity gives it. */
function cavity({ voltage, frequency, phase }: Options, charge: number): FileFields {
  const turns = phase! / (2 * Math.PI);
  const gain = charge * voltage! * Math.cos(phase!);
  return { voltage: voltage!, frequency: frequency!, ...unlessZero({ phase: turns, dE_ref: gain }) };
}

function shift({ dx, dy, tilt }: Options, type: ElementClass): FileFields {
  const isBend = type === 'SBend' || type === 'RBend';
  return group('BodyShiftP', unlessZero({ x_offset: dx, y_offset: dy, z_rot: isBend ? 0 : tilt }));
}

/** A group of parameters, unless it is empty. */
function group(name: string, fields: FileFields): FileFields {
  return Object.keys(fields).length === 0 ? {} : { [name]: fields };
}

import { fileError } from '../failure.js';
import type { Parameters } from '../parameters.js';
import type { ElementClass, ElementSpec, PlacedSpec } from '../spec.js';
import { monitor, type TranslationContext, withSkew } from '../translation.js';
import { bend } from './bend.js';
import { cavity } from './cavity.js';
import { type FieldFactor, integrated, type Multipole, readMultipoles, requireOrders } from './multipoles.js';

/** What an element is translated with. */
export interface Scene {
  readonly parameters: Parameters;
  /** Those that are not 0, by order. */
  readonly multipoles: ReadonlyMap<number, Multipole>;
  readonly length: number;
  readonly fieldFactor: FieldFactor;
  readonly context: TranslationContext;
}

/** What a kind of PALS is in unkick. */
type Translation = (scene: Scene) => ElementSpec | readonly PlacedSpec[];

/** A kind of PALS by its name: what it becomes here. */
const KINDS: Readonly<Record<string, Translation>> = {
  Drift: ({ length }) => ({ type: 'Drift', options: { length } }),
  Quadrupole: magnet(1, 'Quadrupole', 'k1'),
  Sextupole: magnet(2, 'Sextupole', 'k2'),
  Octupole: magnet(3, 'Octupole', 'k3'),
  Multipole: multipole,
  Bend: ({ parameters, multipoles, fieldFactor }) => bend(parameters, multipoles, fieldFactor),
  Solenoid: solenoid,
  Kicker: kicker,
  RFCavity: cavity,
  Marker: () => ({ type: 'Marker', options: {} }),
  Instrument: ({ length }) => monitor(length),
  Mask: () => [],
  Fork: ({ parameters, context }) => {
    for (const name of parameters.names()) if (name.startsWith('ForkP.')) parameters.take(name);
    context.warnings.add(parameters.at, 'a Fork is passed as a marker: its branch is left out');
    return { type: 'Marker', options: {} };
  },
};

/** Names of the kinds that are understood. */
export const KNOWN_KINDS = Object.keys(KINDS);

/** Kinds that are thin, whatever else is said of them. */
const THIN = ['Marker', 'Mask', 'Fork'];

/**
 * What an element of PALS is in unkick; nothing for what has an aperture and nothing else.
 *
 * @throws LatticeFileError for what has no counterpart
 */
export function translateKind(
  parameters: Parameters,
  fieldFactor: FieldFactor,
  context: TranslationContext,
): readonly PlacedSpec[] {
  const { type } = parameters.element;
  const multipoles = readMultipoles(parameters, fieldFactor);
  const length = parameters.number('length') ?? 0;
  if (THIN.includes(type)) parameters.requireZero('length', `a ${type} has no length`);
  const isOn = parameters.flag('is_on') ?? true;
  if (isOn) return [KINDS[type]!({ parameters, multipoles, length, fieldFactor, context })].flat();
  if (type === 'Bend') {
    throw fileError(parameters.placeOf('is_on'), 'a Bend that is off would leave its reference orbit');
  }
  return [{ type: 'Drift', options: { length } }];
}

/** A magnet of one order; a thin one is a multipole. */
function magnet(order: number, type: ElementClass, strengthName: string): (scene: Scene) => ElementSpec {
  return (scene) => {
    const { multipoles, length, parameters } = scene;
    const own = multipoles.get(order);
    if (own === undefined) {
      requireOrders(multipoles, [order], parameters);
      return { type, options: { length, [strengthName]: 0 } };
    }
    if (length === 0) return multipole(scene);
    requireOrders(multipoles, [order], parameters);
    const { strength, tilt } = withSkew(order, own);
    return {
      type,
      options: {
        length,
        [strengthName]: own.isIntegrated ? strength / length : strength,
        ...(tilt !== 0 && { tilt }),
      },
    };
  };
}

/** A thin multipole of any orders; one with a length is the magnet of its only order. */
function multipole(scene: Scene): ElementSpec {
  const { multipoles, length, parameters } = scene;
  if (length === 0) return thinMultipole(multipoles);
  const [only, second] = multipoles.keys();
  if (only === undefined) return { type: 'Drift', options: { length } };
  const [name, strengthName] = second === undefined ? (THICK[only] ?? []) : [];
  if (name !== undefined) return magnet(only, name, strengthName!)(scene);
  throw fileError(
    parameters.at,
    `Multipole '${parameters.name}' has a length: unkick knows long ones with one order from 1 to 3 only`,
  );
}

const THICK: Readonly<Record<number, readonly [ElementClass, string]>> = {
  1: ['Quadrupole', 'k1'],
  2: ['Sextupole', 'k2'],
  3: ['Octupole', 'k3'],
};

/** Lists as long as their highest order; without any strength it is no more than a place. */
function thinMultipole(multipoles: ReadonlyMap<number, Multipole>): ElementSpec {
  const kn: number[] = [];
  const ks: number[] = [];
  for (const [order, one] of multipoles) {
    const { normal, skew } = integrated(order, one, 0);
    if (normal !== 0) kn[order] = normal;
    if (skew !== 0) ks[order] = skew;
  }
  if (kn.length === 0 && ks.length === 0) return { type: 'Marker', options: {} };
  const filled = (list: readonly number[]) => Array.from(list, (value) => value ?? 0);
  return {
    type: 'Multipole',
    options: { ...(kn.length > 0 && { kn: filled(kn) }), ...(ks.length > 0 && { ks: filled(ks) }) },
  };
}

function solenoid({ parameters, multipoles, length, fieldFactor }: Scene): ElementSpec {
  requireOrders(multipoles, [], parameters);
  const normalised = parameters.number('SolenoidP.Ksol');
  const field = parameters.number('SolenoidP.Bsol');
  if (normalised !== undefined && field !== undefined) {
    throw fileError(parameters.placeOf('SolenoidP.Bsol'), 'SolenoidP takes one of Ksol and Bsol');
  }
  const ks = normalised ?? (field ? field * fieldFactor('SolenoidP.Bsol') : 0);
  return { type: 'Solenoid', options: { length, ks } };
}

/** Δpx = −Kn0·L, Δpy = Ks0·L. */
function kicker({ parameters, multipoles, length }: Scene): ElementSpec {
  requireOrders(multipoles, [0], parameters);
  const dipole = multipoles.get(0);
  const { normal, skew } = dipole ? integrated(0, dipole, length) : { normal: 0, skew: 0 };
  const has = (component: 'n' | 's') =>
    [...parameters.names()].some((name) => /P\.[KB]([ns])0L?$/.exec(name)?.[1] === component);
  const hkick = normal === 0 ? 0 : -normal;
  if (has('n') === has('s')) return { type: 'Kicker', options: { length, hkick, vkick: skew } };
  if (dipole?.tilt) return { type: 'Kicker', options: { length, hkick, vkick: skew } };
  return has('n')
    ? { type: 'HKicker', options: { length, kick: hkick } }
    : { type: 'VKicker', options: { length, kick: skew } };
}

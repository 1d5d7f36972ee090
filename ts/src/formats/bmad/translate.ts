import { fileError } from '../failure.js';
import type { Parameters } from '../parameters.js';
import { cavityOf } from '../rf.js';
import type { ElementClass, PlacedSpec } from '../spec.js';
import {
  collimator,
  given,
  monitor,
  one,
  passive,
  refuse,
  type Scene,
  type Translation,
  type TranslationTable,
  thinMultipole,
  translatorOf,
  turnedBend,
  unlessZero,
} from '../translation.js';

const number = (parameters: Parameters, name: string) => parameters.number(name) ?? 0;
const passiveOf: Translation = (scene) => passive(length(scene));
const monitorOf: Translation = (scene) => monitor(length(scene));

function length({ parameters }: Scene): number {
  refuse(parameters, ['hkick', 'vkick', 'bl_hkick', 'bl_vkick']);
  return number(parameters, 'l');
}

/** Misalignments; what moves an element along the beam, or pitches it, has no counterpart. */
function placement({ parameters }: Scene, tiltName = 'tilt'): Record<string, unknown> {
  refuse(parameters, ['z_offset', 'x_pitch', 'y_pitch', 'roll']);
  const [dx, dy, tilt] = ['x_offset', 'y_offset', tiltName].map((name) =>
    unlessZero(parameters.number(name)),
  );
  return given({ dx, dy, tilt });
}

/** Multipole errors on top of a magnet's own field, `a0` to `b21`. */
function refuseMultipoles(parameters: Parameters): void {
  refuse(
    parameters,
    [...parameters.names()].filter((name) => /^[ab]\d+(_gradient)?$/.test(name)),
  );
}

const magnet =
  (type: ElementClass, key: string): Translation =>
  (scene) => {
    const { parameters } = scene;
    refuseMultipoles(parameters);
    refuse(parameters, ['field_master']);
    return one(type, { length: length(scene), [key]: number(parameters, key), ...placement(scene) });
  };

/** The bend's angle, by itself or from the curvature `g` or the radius `rho` of its arc. */
function angleOf(parameters: Parameters, arcOf: (g: number) => number): number {
  const angle = parameters.number('angle');
  const rho = number(parameters, 'rho');
  const g = parameters.number('g') ?? (rho === 0 ? 0 : 1 / rho);
  return angle ?? arcOf(g);
}

/** An sbend's length is that of its arc, an rbend's that of its chord. */
const bend =
  (type: 'SBend' | 'RBend'): Translation =>
  (scene) => {
    const { parameters, isReversed } = scene;
    refuseMultipoles(parameters);
    refuse(parameters, ['h1', 'h2', 'field_master', 'k3']);
    const l = length(scene);
    const angle = angleOf(parameters, (g) => (type === 'SBend' ? g * l : 2 * Math.asin((g * l) / 2)));
    const [entrance, entranceGap] = [number(parameters, 'fint'), number(parameters, 'hgap')];
    const exit = (parameters.number('fintx') ?? entrance) * exitGapRatio(parameters, entranceGap);
    const options = {
      length: l,
      angle,
      ...Object.fromEntries(['k1', 'k2', 'e1', 'e2'].map((key) => [key, unlessZero(parameters.number(key))])),
      fringeIntegral: unlessZero(entrance),
      fringeIntegralExit: exit === entrance ? undefined : exit,
      gap: unlessZero(2 * entranceGap),
      ...placement(scene, 'ref_tilt'),
    };
    const magnetSpec: PlacedSpec = { type, options: turnedBend(options, isReversed) };
    return withFieldError(magnetSpec, scene, l);
  };

/** Gap and fringe integral matter as a product: another gap at the exit is another integral. */
function exitGapRatio(parameters: Parameters, entranceGap: number): number {
  const exitGap = parameters.number('hgapx') ?? entranceGap;
  if (exitGap === entranceGap) return 1;
  if (entranceGap !== 0) return exitGap / entranceGap;
  throw fileError(parameters.placeOf('hgapx'), `hgapx of '${parameters.name}' is not read without hgap`);
}

/** A field error `dg` turns the beam by −dg·l beside the reference orbit: half of it at either end. */
function withFieldError(bendSpec: PlacedSpec, { parameters, warnings }: Scene, l: number): PlacedSpec[] {
  const dg = number(parameters, 'dg');
  if (dg === 0 || l === 0) return [bendSpec];
  warnings.add(
    parameters.placeOf('dg'),
    'the field error dg of a bend is two thin kicks of −dg·l/2 at its ends',
  );
  const kick: PlacedSpec = { type: 'HKicker', options: { kick: (-dg * l) / 2 } };
  return [{ ...kick, suffix: '_dg_entrance' }, bendSpec, { ...kick, suffix: '_dg_exit' }];
}

/** Integrated strengths `k0l`, `k1l`, … turned by `t0`, `t1`, …; `tilt` turns them all. */
const multipole: Translation = (scene) => {
  const { parameters } = scene;
  const [kn, ks]: [number[], number[]] = [[], []];
  for (const name of parameters.names()) {
    const [, digits] = /^k(\d{1,2})l$/.exec(name) ?? [];
    if (digits === undefined) continue;
    const order = Number(digits);
    const strength = number(parameters, name);
    if (order === 0 && strength !== 0) {
      throw fileError(
        parameters.placeOf(name),
        'k0l bends the reference orbit, which a thin multipole here does not',
      );
    }
    const turn = (order + 1) * number(parameters, `t${order}`);
    kn[order] = strength * Math.cos(turn);
    ks[order] = -strength * Math.sin(turn) || 0;
  }
  return thinMultipole(filled(kn), filled(ks), placement(scene));
};

/** Normal and skew parts `b0`, `a0`, …, without the factorial of the order. */
const abMultipole: Translation = (scene) => {
  const { parameters } = scene;
  const [kn, ks]: [number[], number[]] = [[], []];
  for (const name of parameters.names()) {
    const [, part, digits] = /^([ab])(\d{1,2})$/.exec(name) ?? [];
    if (digits === undefined) continue;
    const order = Number(digits);
    (part === 'b' ? kn : ks)[order] = number(parameters, name) * factorial(order);
  }
  return thinMultipole(filled(kn), filled(ks), placement(scene));
};

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
/** Orders that are not given are 0. */
const filled = (values: readonly number[]) => Array.from(values, (value) => value ?? 0);

const solenoid: Translation = (scene) =>
  one('Solenoid', { length: length(scene), ks: number(scene.parameters, 'ks'), ...placement(scene) });

const kicker =
  (type: 'HKicker' | 'VKicker'): Translation =>
  (scene) => {
    const { parameters } = scene;
    const kick = number(parameters, 'kick');
    return one(type, { length: unlessZero(length(scene)), kick, ...placement(scene) });
  };

const bothKicker: Translation = (scene) => {
  const { parameters } = scene;
  const [hkick, vkick] = [number(parameters, 'hkick'), number(parameters, 'vkick')];
  return one('Kicker', { length: unlessZero(number(parameters, 'l')), hkick, vkick, ...placement(scene) });
};

/**
 * `phi0` in turns. The gain is voltage·cos(2π·(phi0 + frequency·t)) in an lcavity and voltage·sin(2π·(phi0 − frequency·t)) in
 * an rfcavity (Bmad manual, "Lcavity" and "RFcavity").
 */
const cavity =
  (isLinac: boolean): Translation =>
  (scene) => {
    const { parameters } = scene;
    const l = length(scene);
    const lag = number(parameters, 'phi0') + (isLinac ? number(parameters, 'phi0_err') : 0);
    const voltage = parameters.number('voltage') ?? number(parameters, 'gradient') * l;
    const frequency = number(parameters, 'rf_frequency');
    if (frequency === 0 && voltage !== 0) {
      throw fileError(parameters.at, `'${parameters.name}' has a voltage but no rf_frequency`);
    }
    refuse(parameters, ['x_offset', 'y_offset', 'tilt', 'phi0_multipass']);
    const phase = isLinac ? 2 * Math.PI * lag : Math.PI / 2 - 2 * Math.PI * lag;
    return cavityOf({ length: l, voltage, frequency, phase });
  };

const collimatorOf =
  (shape: 'elliptical' | 'rectangular'): Translation =>
  (scene) => {
    const { parameters } = scene;
    const opening = { halfX: number(parameters, 'x_limit'), halfY: number(parameters, 'y_limit'), shape };
    return collimator(length(scene), opening, placement(scene));
  };

const TABLE: TranslationTable = {
  drift: (scene) => one('Drift', { length: length(scene) }),
  pipe: passiveOf,
  quadrupole: magnet('Quadrupole', 'k1'),
  sextupole: magnet('Sextupole', 'k2'),
  octupole: magnet('Octupole', 'k3'),
  sbend: bend('SBend'),
  rbend: bend('RBend'),
  multipole,
  ab_multipole: abMultipole,
  solenoid,
  hkicker: kicker('HKicker'),
  vkicker: kicker('VKicker'),
  kicker: bothKicker,
  rfcavity: cavity(false),
  lcavity: cavity(true),
  marker: () => one('Marker', {}),
  monitor: monitorOf,
  instrument: passiveOf,
  detector: passiveOf,
  ecollimator: collimatorOf('elliptical'),
  rcollimator: collimatorOf('rectangular'),
};

/** Element types of Bmad in those of unkick. */
export const translateBmad = translatorOf(TABLE, { program: 'Bmad', abbreviates: true });

import { fileError } from '../failure.js';
import type { Parameters } from '../parameters.js';
import type { ElementClass, PlacedSpec } from '../spec.js';
import {
  collimator,
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
  withSkew,
} from '../translation.js';
import { cavity } from './cavity.js';
import { matrix } from './matrix.js';

const length = ({ parameters }: Scene) => parameters.number('l') ?? 0;
const number = (parameters: Parameters, name: string) => parameters.number(name) ?? 0;
const tiltOf = ({ parameters }: Scene) => unlessZero(parameters.number('tilt'));

/** A magnet of one order with normal and skew strength, `k1` and `k1s`. */
const magnet =
  (order: number, type: ElementClass, key: string): Translation =>
  (scene) => {
    const { parameters } = scene;
    const normal = number(parameters, key);
    const skew = number(parameters, `${key}s`);
    const { strength, tilt } = withSkew(order, { normal, skew, tilt: number(parameters, 'tilt') });
    return one(type, { length: length(scene), [key]: strength, tilt: unlessZero(tilt) });
  };

const drift: Translation = (scene) => one('Drift', { length: length(scene) });
const passiveOf: Translation = (scene) => passive(length(scene));
const monitorOf: Translation = (scene) => monitor(length(scene));

/** What MAD-X's bends have in common but for their length. */
function bend(
  scene: Scene,
  type: 'SBend' | 'RBend',
  arcOrChord: (length: number, angle: number) => number,
): PlacedSpec[] {
  const { parameters } = scene;
  refuse(parameters, ['k1s', 'k2s', 'k3', 'h1', 'h2', 'k0s']);
  for (const name of ['kill_ent_fringe', 'kill_exi_fringe']) {
    if (isOn(parameters, name)) throw fileError(parameters.placeOf(name), `${name} has no counterpart here`);
  }
  const angle = number(parameters, 'angle');
  const given = length(scene);
  requireNoFieldError(parameters, angle, given);
  const entrance = number(parameters, 'fint');
  const exit = parameters.number('fintx') ?? -1; // negative: as at the entrance
  const options = {
    length: arcOrChord(given, angle),
    angle,
    k1: unlessZero(parameters.number('k1')),
    k2: unlessZero(parameters.number('k2')),
    e1: unlessZero(parameters.number('e1')),
    e2: unlessZero(parameters.number('e2')),
    fringeIntegral: unlessZero(entrance),
    fringeIntegralExit: exit < 0 || exit === entrance ? undefined : exit,
    gap: unlessZero(2 * number(parameters, 'hgap')),
    tilt: tiltOf(scene),
  };
  return [{ type, options: turnedBend(options, scene.isReversed) }];
}

/** k0 other than the reference's curvature is a field error. */
function requireNoFieldError(parameters: Parameters, angle: number, length: number): void {
  const k0 = number(parameters, 'k0');
  if (k0 === 0 || Math.abs(k0 * length - angle) <= 1e-9 * Math.abs(angle)) return;
  throw fileError(
    parameters.placeOf('k0'),
    `k0 of '${parameters.name}' is not angle/l: field errors are not read`,
  );
}

const isOn = (parameters: Parameters, name: string) => {
  const value = parameters.take(name)?.value;
  return value === true || (typeof value === 'number' && value !== 0);
};

/** The chord of an arc: the length of an rbend when `option, rbarc` is off. */
const chordOf = (arc: number, angle: number) =>
  angle === 0 ? arc : (arc * Math.sin(angle / 2)) / (angle / 2);

const rbend: Translation = (scene) => {
  const isChord = scene.parameters.take('rbarc')?.value !== false;
  return bend(scene, 'RBend', isChord ? (l) => l : chordOf);
};

const dipoleEdge: Translation = (scene) => {
  const { parameters } = scene;
  return one('DipoleEdge', {
    curvature: number(parameters, 'h'),
    e: number(parameters, 'e1'),
    fringeIntegral: unlessZero(parameters.number('fint')),
    gap: unlessZero(2 * number(parameters, 'hgap')),
    tilt: tiltOf(scene),
  });
};

const multipole: Translation = (scene) => {
  const { parameters } = scene;
  const kn = list(parameters, 'knl');
  const ks = list(parameters, 'ksl');
  parameters.take('lrad'); // a length for radiation alone
  for (const [name, values] of [
    ['knl', kn],
    ['ksl', ks],
  ] as const) {
    if (!values[0]) continue;
    throw fileError(
      parameters.placeOf(name),
      `${name}[0] of '${parameters.name}' bends the reference orbit, which a thin multipole here does not`,
    );
  }
  return thinMultipole(kn, ks, { tilt: tiltOf(scene) });
};

/** A list of numbers, of which MAD-X writes a single one without braces, too. */
function list(parameters: Parameters, name: string): readonly number[] {
  const value = parameters.take(name)?.value;
  if (typeof value === 'object') return value;
  return parameters.number(name) === undefined ? [] : [parameters.number(name)!];
}

const solenoid: Translation = (scene) => {
  refuse(scene.parameters, length(scene) === 0 ? ['ksi'] : []);
  scene.parameters.take('ksi');
  return one('Solenoid', { length: length(scene), ks: number(scene.parameters, 'ks') });
};

const kicker =
  (type: 'HKicker' | 'VKicker'): Translation =>
  (scene) => {
    const { parameters } = scene;
    refuse(parameters, ['sinkick']);
    const own = parameters.number(type === 'HKicker' ? 'hkick' : 'vkick');
    const kick = parameters.number('kick') ?? own ?? 0;
    return one(type, { length: unlessZero(length(scene)), kick, tilt: tiltOf(scene) });
  };

const bothKicker: Translation = (scene) => {
  const { parameters } = scene;
  refuse(parameters, ['sinkick']);
  const [hkick, vkick] = [number(parameters, 'hkick'), number(parameters, 'vkick')];
  return one('Kicker', { length: unlessZero(length(scene)), hkick, vkick, tilt: tiltOf(scene) });
};

/** The opening by `apertype` and `aperture`, or by the older `xsize` and `ysize`. */
const collimatorOf =
  (ownShape: 'elliptical' | 'rectangular' | undefined): Translation =>
  (scene) => {
    const { parameters } = scene;
    const word = parameters.take('apertype')?.value ?? 'circle';
    const shapes = { circle: 'elliptical', ellipse: 'elliptical', rectangle: 'rectangular' } as const;
    const shape = ownShape ?? shapes[String(word).toLowerCase() as keyof typeof shapes];
    if (!shape)
      throw fileError(parameters.placeOf('apertype'), `apertype '${word}' of a collimator is not read`);
    const [first, second] = list(parameters, 'aperture');
    const halfX = first ?? number(parameters, 'xsize');
    const halfY = second ?? (word === 'circle' ? first : undefined) ?? number(parameters, 'ysize');
    return collimator(length(scene), { halfX, halfY, shape });
  };

const TABLE: TranslationTable = {
  drift,
  quadrupole: magnet(1, 'Quadrupole', 'k1'),
  sextupole: magnet(2, 'Sextupole', 'k2'),
  octupole: magnet(3, 'Octupole', 'k3'),
  sbend: (scene) => bend(scene, 'SBend', (l) => l),
  rbend,
  dipedge: dipoleEdge,
  multipole,
  solenoid,
  hkicker: kicker('HKicker'),
  vkicker: kicker('VKicker'),
  kicker: bothKicker,
  tkicker: bothKicker,
  rfcavity: cavity,
  matrix,
  marker: () => one('Marker', {}),
  monitor: monitorOf,
  hmonitor: monitorOf,
  vmonitor: monitorOf,
  instrument: passiveOf,
  placeholder: passiveOf,
  collimator: collimatorOf(undefined),
  ecollimator: collimatorOf('elliptical'),
  rcollimator: collimatorOf('rectangular'),
};

/** Element types of MAD-X in those of unkick. */
export const translateMadx = translatorOf(TABLE, { program: 'MAD-X', abbreviates: false });

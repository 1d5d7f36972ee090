import { fileError } from '../failure.js';
import { readMatrix, refuseSecondOrder } from '../linearMap.js';
import type { Parameters } from '../parameters.js';
import { cavityOf } from '../rf.js';
import type { ElementClass } from '../spec.js';
import {
  collimator,
  given,
  monitor,
  one,
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
const length = ({ parameters }: Scene) => number(parameters, 'l');
const monitorOf: Translation = (scene) => monitor(length(scene));

/** Misalignments; what moves an element along the beam, or pitches it, has no counterpart. */
function placement({ parameters }: Scene): Record<string, unknown> {
  refuse(parameters, ['dz', 'yaw', 'pitch', 'etilt']);
  const [dx, dy, tilt] = ['dx', 'dy', 'tilt'].map((name) => unlessZero(parameters.number(name)));
  return given({ dx, dy, tilt });
}

/** A magnet of one order, whose strength a field error `fse` scales. */
const magnet =
  (type: ElementClass, key: string): Translation =>
  (scene) => {
    const { parameters } = scene;
    refuse(parameters, ['hkick', 'vkick', 'hcorrection', 'vcorrection', 'b']);
    const strength = number(parameters, key) * (1 + number(parameters, 'fse'));
    return one(type, { length: length(scene), [key]: strength, ...placement(scene) });
  };

/** The length of elegant's bends is that of the arc. FINT is a half where it is not given. */
const bend =
  (type: 'SBend' | 'RBend'): Translation =>
  (scene) => {
    const { parameters, isReversed } = scene;
    refuse(parameters, ['k3', 'k4', 'k5', 'k6', 'k7', 'k8', 'h1', 'h2', 'fse', 'xkick', 'ykick']);
    const arc = length(scene);
    const angle = number(parameters, 'angle');
    const half = angle / 2;
    const chord = half === 0 ? arc : (arc * Math.sin(half)) / half;
    const gap = 2 * number(parameters, 'hgap');
    const common = parameters.number('fint') ?? 0.5;
    const own = (name: string) => {
      const value = parameters.number(name) ?? -1; // negative: as `fint` says
      return value < 0 ? common : value;
    };
    const [entrance, exit] = [own('fint1'), own('fint2')];
    const options = {
      length: type === 'SBend' ? arc : chord,
      angle,
      ...Object.fromEntries(['k1', 'k2', 'e1', 'e2'].map((key) => [key, unlessZero(parameters.number(key))])),
      ...(gap !== 0 && {
        gap,
        fringeIntegral: entrance,
        fringeIntegralExit: exit === entrance ? undefined : exit,
      }),
      ...placement(scene),
    };
    return [{ type, options: turnedBend(options, isReversed) }];
  };

/** A multipole of one order, `knl` integrated over its length. */
const multipole: Translation = (scene) => {
  const { parameters } = scene;
  const order = parameters.number('order') ?? 1;
  if (![1, 2, 3].includes(order)) {
    throw fileError(
      parameters.placeOf('order'),
      `order ${order} of '${parameters.name}' is not read: 1, 2 and 3 are`,
    );
  }
  const [l, knl] = [length(scene), number(parameters, 'knl')];
  if (l === 0) {
    const kn = Array.from({ length: order + 1 }, (_, i) => (i === order ? knl : 0));
    return thinMultipole(kn, [], placement(scene));
  }
  const type = (['Quadrupole', 'Sextupole', 'Octupole'] as const)[order - 1]!;
  return one(type, { length: l, [`k${order}`]: knl / l, ...placement(scene) });
};

/** elegant's `ks` is −Bs/(Bρ). */
const solenoid: Translation = (scene) => {
  refuse(scene.parameters, ['b']);
  return one('Solenoid', {
    length: length(scene),
    ks: -number(scene.parameters, 'ks') || 0,
    ...placement(scene),
  });
};

const kicker =
  (type: 'HKicker' | 'VKicker'): Translation =>
  (scene) => {
    const { parameters } = scene;
    refuse(parameters, ['b2']);
    const kick = number(parameters, 'kick') * (parameters.number('calibration') ?? 1);
    return one(type, { length: unlessZero(length(scene)), kick, ...placement(scene) });
  };

const bothKicker: Translation = (scene) => {
  const { parameters } = scene;
  refuse(parameters, ['b2']);
  const hkick = number(parameters, 'hkick') * (parameters.number('hcalibration') ?? 1);
  const vkick = number(parameters, 'vkick') * (parameters.number('vcalibration') ?? 1);
  return one('Kicker', { length: unlessZero(length(scene)), hkick, vkick, ...placement(scene) });
};

/** The gain is volt·sin(2π·freq·t + phase), with the phase in degrees: 90 is on crest. */
const cavity: Translation = (scene) => {
  const { parameters, warnings } = scene;
  refuse(parameters, ['dx', 'dy', 't_reference']);
  const voltage = number(parameters, 'volt');
  const phase = ((number(parameters, 'phase') - 90) * Math.PI) / 180;
  const changesReference = number(parameters, 'change_p0') !== 0;
  if (!changesReference && Math.abs(voltage * Math.cos(phase)) > 1e-9 * Math.abs(voltage)) {
    warnings.add(
      parameters.at,
      'the reference particle is accelerated by what a cavity gives it, as if change_p0 were 1',
    );
  }
  return cavityOf({ length: length(scene), voltage, frequency: parameters.number('freq') ?? 500e6, phase });
};

/** R and the kicks C2 and C4; elegant's fifth coordinate is β·c·t and its sixth Δp/p, so that p = β0·Δp/p. */
const matrix: Translation = ({ parameters, reference }) => {
  refuseSecondOrder(parameters, 't');
  refuse(parameters, ['l', 'c1', 'c3', 'c5', 'c6']);
  parameters.take('order');
  const factors = reference && ([1 / reference.beta0, reference.beta0] as const);
  const map = { type: 'LinearMap', options: { matrix: readMatrix(parameters, 'r', factors) } } as const;
  const [hkick, vkick] = [number(parameters, 'c2'), number(parameters, 'c4')];
  if (hkick === 0 && vkick === 0) return [map];
  return [map, { type: 'Kicker', options: { hkick, vkick }, suffix: '_kick' }];
};

const collimatorOf =
  (shape: 'elliptical' | 'rectangular'): Translation =>
  (scene) => {
    const { parameters } = scene;
    const opening = { halfX: number(parameters, 'x_max'), halfY: number(parameters, 'y_max'), shape };
    return collimator(length(scene), opening, placement(scene));
  };

/** The charge of the bunch, which the reader takes from it. */
const charge: Translation = ({ parameters }) => {
  parameters.take('total');
  return one('Marker', {});
};

const [sbend, rbend] = [bend('SBend'), bend('RBend')];
const [quadrupole, sextupole, octupole] = [
  magnet('Quadrupole', 'k1'),
  magnet('Sextupole', 'k2'),
  magnet('Octupole', 'k3'),
];
const [horizontal, vertical] = [kicker('HKicker'), kicker('VKicker')];
const drift: Translation = (scene) => one('Drift', { length: length(scene) });
const marker: Translation = () => one('Marker', {});

const TABLE: TranslationTable = {
  ...{ drift, edrift: drift, csrdrift: drift, lscdrift: drift },
  ...{ quadrupole, kquad: quadrupole, sextupole, ksext: sextupole, octupole, koct: octupole },
  ...{ sbend, csbend: sbend, csrcsbend: sbend, nibend: sbend, rbend },
  ...{ multipole, solenoid, charge, ematrix: matrix },
  ...{ hkicker: horizontal, ehkick: horizontal, vkicker: vertical, evkick: vertical },
  ...{ kicker: bothKicker, ekicker: bothKicker },
  ...{ rfca: cavity, rfcw: cavity },
  ...{ marker, watch: marker, recirc: marker, floor: marker },
  ...{ monitor: monitorOf, hmonitor: monitorOf, vmonitor: monitorOf, hmon: monitorOf, vmon: monitorOf },
  ...{ ecol: collimatorOf('elliptical'), rcol: collimatorOf('rectangular') },
};

/** Element types of elegant in those of unkick. */
export const translateElegant = translatorOf(TABLE, { program: 'elegant', abbreviates: true });

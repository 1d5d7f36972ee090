import { describe, expect, it } from 'vitest';
import { translateBmad } from '../../src/formats/bmad/translate.js';
import type { LatticeDescription } from '../../src/formats/description.js';
import { translateElegant } from '../../src/formats/elegant/translate.js';
import { translateMadx } from '../../src/formats/madx/translate.js';
import type { Translator } from '../../src/formats/translation.js';
import { Warnings } from '../../src/formats/warnings.js';
import { bmad, elegant, errorOf, madx } from './texts.js';

/** What the element `a` of a line becomes, written as `Class { options }`. */
function translated(
  { elements }: LatticeDescription,
  translate: Translator,
  { isReversed = false, beta0 }: { isReversed?: boolean; beta0?: number } = {},
) {
  const warnings = new Warnings();
  const reference = beta0 === undefined ? undefined : { beta0, gamma0: 1 / Math.sqrt(1 - beta0 ** 2) };
  const specs = translate(elements.get('a')!, { isReversed, reference, lineLength: 100, warnings });
  return {
    specs: specs.map(({ type, options, suffix }) => [type + (suffix ?? ''), options]),
    warnings: warnings.list(),
  };
}

const ofMadx = (definition: string, beta0?: number) =>
  translated(madx(`a: ${definition}; x: line=(a);`), translateMadx, beta0 === undefined ? {} : { beta0 });
const ofElegant = (definition: string, options = {}) =>
  translated(elegant(`a: ${definition}\nx: line=(a)`), translateElegant, options);
const ofBmad = (definition: string, options = {}) =>
  translated(bmad(`a: ${definition}\nx: line=(a)`), translateBmad, options);

type Spec = [type: string, options: object];
const HALF_PI = Math.PI / 2;
const UNIT = Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (__, j) => (i === j ? 1 : 0)));
const unitWith = (...entries: [row: number, column: number, value: number][]) =>
  UNIT.map((row, i) =>
    row.map((value, j) => entries.find(([r, c]) => r === i + 1 && c === j + 1)?.[2] ?? value),
  );

describe('elements of MAD-X', () => {
  it.each<[definition: string, specs: Spec[]]>([
    ['drift, l=2', [['Drift', { length: 2 }]]],
    ['drift', [['Drift', { length: 0 }]]],
    ['quadrupole, l=1, k1=0.2, tilt=0.1', [['Quadrupole', { length: 1, k1: 0.2, tilt: 0.1 }]]],
    // By + i·Bx of a skew quadrupole is that of a normal one turned by −π/4.
    ['quadrupole, l=1, k1s=0.2', [['Quadrupole', { length: 1, k1: 0.2, tilt: -Math.PI / 4 }]]],
    ['quadrupole, l=1, k1=3, k1s=4', [['Quadrupole', { length: 1, k1: 5, tilt: -Math.atan2(4, 3) / 2 }]]],
    ['sextupole, l=1, k2=2', [['Sextupole', { length: 1, k2: 2 }]]],
    ['sextupole, l=1, k2s=2', [['Sextupole', { length: 1, k2: 2, tilt: -Math.PI / 6 }]]],
    ['octupole, l=1, k3=2', [['Octupole', { length: 1, k3: 2 }]]],
    [
      'sbend, l=2, angle=0.1, k1=0.3, e1=0.05, fint=0.4, hgap=0.01',
      [['SBend', { length: 2, angle: 0.1, k1: 0.3, e1: 0.05, fringeIntegral: 0.4, gap: 0.02 }]],
    ],
    [
      'sbend, l=2, angle=0.1, fint=0.4, fintx=0',
      [['SBend', { length: 2, angle: 0.1, fringeIntegral: 0.4, fringeIntegralExit: 0 }]],
    ],
    ['sbend, l=2, angle=0.1, k0=0.05', [['SBend', { length: 2, angle: 0.1 }]]],
    ['rbend, l=2, angle=0.1, tilt=pi/2', [['RBend', { length: 2, angle: 0.1, tilt: HALF_PI }]]],
    [
      'dipedge, h=0.1, e1=0.05, fint=0.5, hgap=0.02',
      [['DipoleEdge', { curvature: 0.1, e: 0.05, fringeIntegral: 0.5, gap: 0.04 }]],
    ],
    ['multipole, knl={0, 1, 2}, ksl={0, 3}, lrad=0.1', [['Multipole', { kn: [0, 1, 2], ks: [0, 3] }]]],
    ['multipole', [['Marker', {}]]],
    ['solenoid, l=1, ks=0.5', [['Solenoid', { length: 1, ks: 0.5 }]]],
    ['hkicker, kick=1e-3', [['HKicker', { kick: 1e-3 }]]],
    ['vkicker, l=0.1, kick=1e-3, tilt=0.1', [['VKicker', { length: 0.1, kick: 1e-3, tilt: 0.1 }]]],
    ['kicker, l=0.1, hkick=1e-3, vkick=-1e-3', [['Kicker', { length: 0.1, hkick: 1e-3, vkick: -1e-3 }]]],
    // volt·sin(2π(lag + f Δt)): a late particle gains at lag 0 and loses at ½; a quarter of a turn is the crest.
    [
      'rfcavity, l=1, volt=2, freq=500, lag=0',
      [['RFCavity', { length: 1, voltage: 2e6, frequency: 5e8, phase: -HALF_PI }]],
    ],
    ['rfcavity, volt=2, freq=500, lag=0.5', [['ShortRF', { voltage: 2e6, frequency: 5e8, phase: HALF_PI }]]],
    [
      'rfcavity, l=1, volt=2, freq=500, lag=0.25',
      [['RFCavity', { length: 1, voltage: 2e6, frequency: 5e8, phase: 0 }]],
    ],
    ['rfcavity, l=1, freq=500', [['Drift', { length: 1 }]]],
    ['marker', [['Marker', {}]]],
    ['monitor', [['Monitor', {}]]],
    [
      'hmonitor, l=0.2',
      [
        ['Drift_entrance', { length: 0.1 }],
        ['Monitor', {}],
        ['Drift_exit', { length: 0.1 }],
      ],
    ],
    ['instrument, l=0.2', [['Drift', { length: 0.2 }]]],
    [
      'collimator, apertype=ellipse, aperture={0.02, 0.01}',
      [['Aperture', { halfX: 0.02, halfY: 0.01, shape: 'elliptical' }]],
    ],
    [
      'collimator, l=1, apertype=circle, aperture=0.02',
      [
        ['Aperture_entrance', { halfX: 0.02, halfY: 0.02, shape: 'elliptical' }],
        ['Drift', { length: 1 }],
        ['Aperture_exit', { halfX: 0.02, halfY: 0.02, shape: 'elliptical' }],
      ],
    ],
    ['rcollimator, xsize=0.02', [['Aperture', { halfX: 0.02, halfY: 1e6, shape: 'rectangular' }]]],
    ['ecollimator, l=1', [['Drift', { length: 1 }]]],
    [
      'matrix, rm12=2, rm21=0.1, rm56=0.3, kick2=1e-3',
      [
        ['LinearMap', { matrix: unitWith([1, 2, 2], [2, 1, 0.1], [5, 6, -0.3]) }],
        ['Kicker_kick', { hkick: 1e-3, vkick: 0 }],
      ],
    ],
  ])('%s', (definition, specs) => {
    const found = ofMadx(definition).specs;
    expect(found.map(([type]) => type)).toEqual(specs.map(([type]) => type));
    for (const [i, [, options]] of specs.entries()) expect(found[i]![1]).toEqual(closeTo(options));
  });

  it('take the frequency from the harmonic number and the time of a turn', () => {
    const [[, options]] = ofMadx('rfcavity, l=1, volt=1, harmon=10, lag=0.5', 0.5).specs as [Spec];
    expect(options).toEqual(
      closeTo({ length: 1, voltage: 1e6, frequency: (10 * 0.5 * 299792458) / 100, phase: HALF_PI }),
    );
  });

  it.each<[definition: string, message: string]>([
    ['quadrupole, l=x', "1:18: variable 'x' is not defined"],
    ['quadrupole, l="x"', "l of 'a' must be a number, not 'x'"],
    ['sbend, l=2, angle=0.1, h1=0.2', "1:27: h1 of 'a': has no counterpart here unless it is 0"],
    ['sbend, l=2, angle=0.1, k0=0.06', "k0 of 'a' is not angle/l: field errors are not read"],
    ['sbend, l=2, angle=0.1, kill_ent_fringe=true', 'kill_ent_fringe has no counterpart here'],
    ['multipole, knl={0.1}', "knl[0] of 'a' bends the reference orbit"],
    ['multipole, knl={x}', "variable 'x' is not defined"],
    ['rfcavity, volt=1', "rfcavity 'a' has neither freq nor harmon"],
    ['rfcavity, volt=1, harmon=10', 'harmon needs the particle and its energy'],
    ['collimator, apertype=racetrack, aperture={1,2,3}', "apertype 'racetrack' of a collimator is not read"],
    ['matrix, tm111=1', "tm111 of 'a': has no counterpart here"],
    [
      'quadrupol',
      "'a' is of type 'quadrupol', which is no type of MAD-X that can be read — did you mean 'quadrupole'?",
    ],
    ['wiggler', "'a' is of type 'wiggler', which is no type of MAD-X that can be read"],
  ])('are refused: %s', (definition, message) => {
    expect(errorOf(() => ofMadx(definition)).message).toContain(message);
  });

  it('warn of what they ignore', () => {
    expect(ofMadx('drift, l=1, type=long, nonsense=foo').warnings).toEqual([
      "ring.madx:1:16: attribute 'type' of drift is ignored",
      "ring.madx:1:27: attribute 'nonsense' of drift is ignored",
    ]);
    expect(ofMadx('rfcavity, volt=1, freq=1, lag=0.25').warnings).toEqual([
      'ring.madx:1:30: the reference particle is accelerated by what a cavity gives it; in MAD-X it is not',
    ]);
    expect(ofMadx('sbend, l=2, angle=0.1, h1=0, k1s=0').warnings).toEqual([]);
  });
});

describe('elements of elegant', () => {
  it.each<[definition: string, specs: Spec[]]>([
    ['drif, l=2', [['Drift', { length: 2 }]]],
    ['csrdrift, l=2', [['Drift', { length: 2 }]]],
    ['quad, l=1, k1=2, tilt=0.1, dx=1e-3', [['Quadrupole', { length: 1, k1: 2, tilt: 0.1, dx: 1e-3 }]]],
    ['kquad, l=1, k1=2, fse=0.1', [['Quadrupole', { length: 1, k1: 2.2 }]]],
    ['sext, l=1, k2=2', [['Sextupole', { length: 1, k2: 2 }]]],
    ['koct, l=1, k3=2', [['Octupole', { length: 1, k3: 2 }]]],
    ['sben, l=1, angle=0.2, e2=0.1', [['SBend', { length: 1, angle: 0.2, e2: 0.1 }]]],
    [
      'csrcsbend, l=1, angle=0.2, hgap=0.02',
      [['SBend', { length: 1, angle: 0.2, gap: 0.04, fringeIntegral: 0.5 }]],
    ],
    [
      'csbend, l=1, angle=0.2, hgap=0.02, fint=0.4, fint2=0.3',
      [['SBend', { length: 1, angle: 0.2, gap: 0.04, fringeIntegral: 0.4, fringeIntegralExit: 0.3 }]],
    ],
    ['rben, l=1, angle=0.2', [['RBend', { length: Math.sin(0.1) / 0.1, angle: 0.2 }]]],
    ['mult, knl=0.3, order=2', [['Multipole', { kn: [0, 0, 0.3], ks: [] }]]],
    ['mult, l=0.5, knl=0.3, order=3', [['Octupole', { length: 0.5, k3: 0.6 }]]],
    ['sole, l=1, ks=0.5', [['Solenoid', { length: 1, ks: -0.5 }]]],
    ['hkick, kick=1e-3, calibration=2', [['HKicker', { kick: 2e-3 }]]],
    ['evkick, l=1, kick=1e-3', [['VKicker', { length: 1, kick: 1e-3 }]]],
    ['kicker, hkick=1e-3', [['Kicker', { hkick: 1e-3, vkick: 0 }]]],
    // volt·sin(ωt + phase): 90° is the crest.
    [
      'rfca, l=1, volt=1e6, freq=1e9, phase=90, change_p0=1',
      [['RFCavity', { length: 1, voltage: 1e6, frequency: 1e9, phase: 0 }]],
    ],
    ['rfca, volt=1e6, phase=0', [['ShortRF', { voltage: 1e6, frequency: 5e8, phase: -HALF_PI }]]],
    ['mark', [['Marker', {}]]],
    ['watch, filename="%s.w1"', [['Marker', {}]]],
    ['moni', [['Monitor', {}]]],
    ['ecol, x_max=0.01, y_max=0.02', [['Aperture', { halfX: 0.01, halfY: 0.02, shape: 'elliptical' }]]],
    ['charge, total=1e-9', [['Marker', {}]]],
    [
      'ematrix, order=1, r21=0.1, c2=1e-3, c4=2e-3',
      [
        ['LinearMap', { matrix: unitWith([2, 1, 0.1]) }],
        ['Kicker_kick', { hkick: 1e-3, vkick: 2e-3 }],
      ],
    ],
  ])('%s', (definition, specs) => {
    const found = ofElegant(definition).specs;
    expect(found.map(([type]) => type)).toEqual(specs.map(([type]) => type));
    for (const [i, [, options]] of specs.entries()) expect(found[i]![1]).toEqual(closeTo(options));
  });

  it('convert matrices from β·c·t and Δp/p', () => {
    // x = D·δ = D/β0·p; tau = s/β0.
    const { specs } = ofElegant('ematrix, r16=0.3, r51=0.2, r56=0.1', { beta0: 0.5 });
    expect((specs[0]![1] as { matrix: number[][] }).matrix).toEqual(
      unitWith([1, 6, 0.6], [5, 1, 0.4], [5, 6, 0.4]),
    );
    expect(errorOf(() => ofElegant('ematrix, r16=0.3')).message).toContain(
      "1:13: r16 of 'a' needs the particle and its energy: give species and energy",
    );
  });

  it('change their faces when the beam enters by the exit', () => {
    const bend = 'sben, l=1, angle=0.2, e1=0.1, hgap=0.02, fint1=0.4, fint2=0.3';
    expect(ofElegant(bend, { isReversed: true }).specs[0]![1]).toEqual({
      ...{ length: 1, angle: 0.2, e2: 0.1, gap: 0.04, fringeIntegral: 0.3, fringeIntegralExit: 0.4 },
    });
  });

  it.each<[definition: string, message: string]>([
    ['quad, l=x', "1:10: l of 'a' must be a number, not 'x'"],
    ['quad, l="1 +"', "'+' takes 2 numbers"],
    ['csbend, l=1, angle=0.1, h1=1', "h1 of 'a': has no counterpart here unless it is 0"],
    ['mult, knl=1, order=5', "order 5 of 'a' is not read: 1, 2 and 3 are"],
    ['ematrix, c1=1', "c1 of 'a': has no counterpart here"],
    ['s', "'a' is of type 's', which can be sextupole or sbend or solenoid"],
    ['twla, l=1', "'a' is of type 'twla', which is no type of elegant that can be read"],
  ])('are refused: %s', (definition, message) => {
    expect(errorOf(() => ofElegant(definition)).message).toContain(message);
  });
});

describe('elements of Bmad', () => {
  it.each<[definition: string, specs: Spec[]]>([
    ['drift, l = -0.4', [['Drift', { length: -0.4 }]]],
    [
      'quad, l = 1, k1 = 2, x_offset = 1e-3, tilt = 0.1',
      [['Quadrupole', { length: 1, k1: 2, dx: 1e-3, tilt: 0.1 }]],
    ],
    ['sextupole, l = 1, k2 = 2', [['Sextupole', { length: 1, k2: 2 }]]],
    ['sbend, l = 0.5, g = 1, e1 = 0.1', [['SBend', { length: 0.5, angle: 0.5, e1: 0.1 }]]],
    ['sbend, l = 0.5, rho = 2, ref_tilt = 0.1', [['SBend', { length: 0.5, angle: 0.25, tilt: 0.1 }]]],
    ['rbend, l = 2, g = 0.5', [['RBend', { length: 2, angle: Math.PI / 3 }]]],
    [
      'sbend, l = 1, angle = 0.1, fint = 0.5, hgap = 0.01, hgapx = 0.02',
      [['SBend', { length: 1, angle: 0.1, fringeIntegral: 0.5, fringeIntegralExit: 1, gap: 0.02 }]],
    ],
    [
      'sbend, l = 0.5, g = 1, dg = 0.001',
      [
        ['HKicker_dg_entrance', { kick: -0.00025 }],
        ['SBend', { length: 0.5, angle: 0.5 }],
        ['HKicker_dg_exit', { kick: -0.00025 }],
      ],
    ],
    // A turn by t1 of order 1: k·e^(−2i·t1).
    ['multipole, k1l = 2, t1 = pi/4, k2l = 3', [['Multipole', { kn: [0, 0, 3], ks: [0, -2, 0] }]]],
    ['ab_multipole, b2 = 3, a1 = 1', [['Multipole', { kn: [0, 0, 6], ks: [0, 1] }]]],
    ['solenoid, l = 1, ks = 0.5', [['Solenoid', { length: 1, ks: 0.5 }]]],
    ['hkicker, l = 1, kick = 1e-3', [['HKicker', { length: 1, kick: 1e-3 }]]],
    ['kicker, hkick = 1e-3, vkick = 2e-3', [['Kicker', { hkick: 1e-3, vkick: 2e-3 }]]],
    [
      'rfcavity, l = 1, voltage = 1e6, rf_frequency = 1e9',
      [['RFCavity', { length: 1, voltage: 1e6, frequency: 1e9, phase: HALF_PI }]],
    ],
    [
      'lcavity, l = 2, gradient = 1e6, rf_frequency = 1e9, phi0 = 0.25',
      [['RFCavity', { length: 2, voltage: 2e6, frequency: 1e9, phase: HALF_PI }]],
    ],
    ['monitor', [['Monitor', {}]]],
    ['pipe, l = 1', [['Drift', { length: 1 }]]],
    ['rcollimator, x_limit = 0.01', [['Aperture', { halfX: 0.01, halfY: 1e6, shape: 'rectangular' }]]],
  ])('%s', (definition, specs) => {
    const found = ofBmad(definition).specs;
    expect(found.map(([type]) => type)).toEqual(specs.map(([type]) => type));
    for (const [i, [, options]] of specs.entries()) expect(found[i]![1]).toEqual(closeTo(options));
  });

  it.each<[definition: string, message: string]>([
    ['quadrupole, l = 1, b3 = 2', "b3 of 'a': has no counterpart here unless it is 0"],
    ['quadrupole, l = 1, x_pitch = 1e-3', "x_pitch of 'a'"],
    ['drift, l = 1, hkick = 1e-3', "hkick of 'a'"],
    ['sbend, l = 1, g = 1, hgapx = 1', "hgapx of 'a' is not read without hgap"],
    ['multipole, k0l = 1', 'k0l bends the reference orbit'],
    ['lcavity, l = 1, voltage = 1e6', "'a' has a voltage but no rf_frequency"],
    ['patch', "'a' is of type 'patch', which is no type of Bmad that can be read"],
    ['wiggler', 'no type of Bmad'],
  ])('are refused: %s', (definition, message) => {
    expect(errorOf(() => ofBmad(definition)).message).toContain(message);
  });
});

/** Options whose numbers agree to rounding. */
function closeTo(expected: unknown): unknown {
  if (typeof expected === 'number') return expect.closeTo(expected, 12);
  if (Array.isArray(expected)) return expected.map(closeTo);
  if (typeof expected !== 'object' || expected === null) return expected;
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, closeTo(value)]));
}

import { describe, expect, it } from 'vitest';
import { referenceOf } from '../../src/beam/reference.js';
import { SPECIES, type Species } from '../../src/beam/species.js';
import { readPals } from '../../src/formats/pals/read.js';
import { translatePals } from '../../src/formats/pals/translate.js';
import type { PlacedSpec } from '../../src/formats/spec.js';
import { Warnings } from '../../src/formats/warnings.js';
import { errorOf } from './texts.js';

interface Beam {
  readonly species: Species;
  readonly energy: number;
}

/** What an element of a one-element line becomes, and the warnings about it. */
function translated(fields: string, beam?: Beam, item = 'q') {
  const text = `PALS:\n  extension_labels: {names: {unkick: x}, prefixes: {unkick_: x}}\n  facility:\n    - q: {${fields}}\n    - l: {kind: BeamLine, line: [${item}]}\n`;
  const description = readPals(text, { file: 'f.yaml' });
  const warnings = new Warnings();
  const [place] = description.line;
  const specs = translatePals(description.elements.get('q')!, {
    isReversed: place!.isReversed,
    species: beam?.species,
    reference: beam && referenceOf(beam.energy, beam.species),
    lineLength: 0,
    warnings,
  });
  return { specs, warnings: [...description.warnings, ...warnings.list()] };
}

const specs = (fields: string, beam?: Beam) => translated(fields, beam).specs;
const messageOf = (fields: string, item?: string) =>
  errorOf(() => translated(fields, undefined, item)).message;
const one = (type: string, options: object): PlacedSpec[] => [{ type, options } as PlacedSpec];

describe('kinds of PALS', () => {
  it.each([
    ['kind: Drift, length: 2.5', 'Drift', { length: 2.5 }],
    [
      'kind: Quadrupole, length: 0.5, MagneticMultipoleP: {Kn1: -8.78}',
      'Quadrupole',
      { length: 0.5, k1: -8.78 },
    ],
    ['kind: Quadrupole, length: 0.5, MagneticMultipoleP: {Kn1L: 2}', 'Quadrupole', { length: 0.5, k1: 4 }],
    ['kind: Quadrupole, MagneticMultipoleP: {Kn1L: 0.11}', 'Multipole', { kn: [0, 0.11] }],
    ['kind: Quadrupole, length: 1', 'Quadrupole', { length: 1, k1: 0 }],
    ['kind: Quadrupole, length: 1, is_on: false, MagneticMultipoleP: {Kn1: 3}', 'Drift', { length: 1 }],
    ['kind: Sextupole, length: 0.2, MagneticMultipoleP: {Kn2: 30}', 'Sextupole', { length: 0.2, k2: 30 }],
    ['kind: Octupole, length: 0.2, MagneticMultipoleP: {Kn3L: 30}', 'Octupole', { length: 0.2, k3: 150 }],
    [
      'kind: Multipole, MagneticMultipoleP: {Kn2L: 3, Ks1L: -0.5}',
      'Multipole',
      { kn: [0, 0, 3], ks: [0, -0.5] },
    ],
    ['kind: Multipole, length: 2, MagneticMultipoleP: {Kn2: 3}', 'Sextupole', { length: 2, k2: 3 }],
    ['kind: Solenoid, length: 3.74, SolenoidP: {Ksol: -0.15}', 'Solenoid', { length: 3.74, ks: -0.15 }],
    ['kind: Kicker, MagneticMultipoleP: {Kn0L: 1.0e-3}', 'HKicker', { length: 0, kick: -1e-3 }],
    ['kind: Kicker, length: 2, MagneticMultipoleP: {Ks0: 1.0e-3}', 'VKicker', { length: 2, kick: 2e-3 }],
    ['kind: Kicker, MagneticMultipoleP: {Kn0L: 1, Ks0L: 2}', 'Kicker', { length: 0, hkick: -1, vkick: 2 }],
    ['kind: Marker', 'Marker', {}],
    ['kind: Instrument', 'Monitor', {}],
    ['kind: Bend, length: 2, BendP: {g_ref: 0.1}', 'SBend', { length: 2, angle: 0.2, e1: 0, e2: 0 }],
    [
      'kind: Bend, length: 2, BendP: {angle_ref: 0.2, e1: 0.1}',
      'SBend',
      { length: 2, angle: 0.2, e1: 0.1, e2: 0 },
    ],
    ['kind: Bend, BendP: {angle_ref: 0.2, radius_ref: 5}', 'SBend', { length: 1, angle: 0.2, e1: 0, e2: 0 }],
    ['kind: Bend, length: 2, BendP: {e1: 0.01}', 'SBend', { length: 2, angle: 0, e1: 0.01, e2: 0 }],
    [
      'kind: Bend, length: 1, BendP: {angle_ref: 0.5, e1_rect: 0, e2_rect: 0.1, tilt_ref: 0.3}, MagneticMultipoleP: {Kn1: 2}',
      'SBend',
      { length: 1, angle: 0.5, e1: 0.25, e2: 0.35, k1: 2, tilt: 0.3 },
    ],
    [
      'kind: Bend, length: 1, BendP: {angle_ref: 0.5, ref_geometry: ENTRANCE_COORDS}',
      'SBend',
      { length: 1, angle: 0.5, e1: 0, e2: 0.5 },
    ],
    [
      'kind: Bend, BendP: {angle_ref: 0.5, L_chord: 2, e1_rect: 0.1, e2_rect: 0}',
      'RBend',
      { length: 2, angle: 0.5, e1: 0.1, e2: 0 },
    ],
    [
      'kind: Bend, length: 1, BendP: {angle_ref: 0.5, edge1_int: 0.0145, edge2_int: 0.0145}',
      'SBend',
      { length: 1, angle: 0.5, e1: 0, e2: 0, fringeIntegral: 0.5, gap: 0.058 },
    ],
    [
      'kind: RFCavity, length: 1, RFP: {voltage: 2.0e6, frequency: 1.3e9, phase: 0.25}',
      'RFCavity',
      { length: 1, voltage: 2e6, frequency: 1.3e9, phase: Math.PI / 2 },
    ],
    [
      'kind: RFCavity, RFP: {voltage: 2.0e6, frequency: 1.3e9, zero_phase: BELOW_TRANSITION}',
      'ShortRF',
      { voltage: 2e6, frequency: 1.3e9, phase: -Math.PI / 2 },
    ],
    [
      'kind: Mask, ApertureP: {x_min: -0.01, x_max: 0.01, y_width: 0.04}',
      'Aperture',
      { halfX: 0.01, halfY: 0.02, shape: 'elliptical' },
    ],
    [
      'kind: Mask, ApertureP: {x_limits: [-0.01, 0.01], shape: RECTANGULAR}',
      'Aperture',
      { halfX: 0.01, halfY: 1e6, shape: 'rectangular' },
    ],
    ['kind: Mask', 'Marker', {}],
    ['kind: unkick_ThinLens, unkick: {kx: 1, ky: 2, kt: 0}', 'ThinLens', { kx: 1, ky: 2, kt: 0 }],
    ['kind: Drift, length: 1, unkick: {model: exact}', 'Drift', { length: 1, model: 'exact' }],
  ])('%s', (fields, type, options) => {
    expect(specs(fields)).toEqual(one(type, options));
  });

  it('turns magnets: a skew quadrupole is a normal one turned by -45°', () => {
    const turned = (group: string, more = '') =>
      specs(`kind: Quadrupole, length: 1, MagneticMultipoleP: {${group}}${more}`)[0]!;
    expect(turned('Kn1: 2, tilt1: 0.1', ', BodyShiftP: {z_rot: 0.2}').options).toEqual({
      length: 1,
      k1: 2,
      tilt: 0.1 + 0.2,
    });
    expect(turned('Ks1: 2').options).toEqual({ length: 1, k1: 2, tilt: -Math.PI / 4 });
    // (Kn + i·Ks)·(x + iy) = K·e^(-2iT)·(x + iy).
    const { k1, tilt } = turned('Kn1: 3, Ks1: 4').options as { k1: number; tilt: number };
    expect(k1 * Math.cos(2 * tilt)).toBeCloseTo(3, 14);
    expect(-k1 * Math.sin(2 * tilt)).toBeCloseTo(4, 14);
  });

  it('turns thin multipoles by their components', () => {
    const [{ options }] = specs('kind: Multipole, MagneticMultipoleP: {Kn2L: 2, tilt2: 0.1}') as [PlacedSpec];
    const { kn, ks } = options as { kn: number[]; ks: number[] };
    expect(kn[2]).toBeCloseTo(2 * Math.cos(0.3), 15);
    expect(ks[2]).toBeCloseTo(-2 * Math.sin(0.3), 15);
  });

  it('shifts and puts apertures at the ends', () => {
    const found = specs(
      'kind: Quadrupole, length: 1, BodyShiftP: {x_offset: 1.0e-3, y_offset: -2.0e-3}, ApertureP: {x_width: 1, y_width: 1, location: BOTH_ENDS}',
    );
    const options = { halfX: 0.5, halfY: 0.5, shape: 'elliptical' };
    expect(found).toEqual([
      { type: 'Aperture', options, suffix: '_aperture' },
      { type: 'Quadrupole', options: { length: 1, k1: 0, dx: 1e-3, dy: -2e-3 } },
      { type: 'Aperture', options, suffix: '_exit_aperture' },
    ]);
  });

  it('normalises fields to the momentum of the beam, with the sign of its charge', () => {
    // Bρ [T·m] = p [GeV/c]/0.299792458: a 10 GeV electron has 33.3564 T·m but for its rest energy.
    const electrons = { species: SPECIES.electron, energy: 10e9 };
    const [{ options }] = specs(
      'kind: Quadrupole, length: 1, MagneticMultipoleP: {Bn1: 33.3564095198}',
      electrons,
    ) as [PlacedSpec];
    expect((options as { k1: number }).k1).toBeCloseTo(-1, 8);
    const protons = { species: SPECIES.proton, energy: Math.hypot(299792458, SPECIES.proton.restEnergy) };
    const [{ options: solenoid }] = specs('kind: Solenoid, length: 1, SolenoidP: {Bsol: 0.5}', protons) as [
      PlacedSpec,
    ];
    expect((solenoid as { ks: number }).ks).toBeCloseTo(0.5, 14);
    const [{ options: bend }] = specs('kind: Bend, length: 2, BendP: {Bn0_ref: 0.25}', protons) as [
      PlacedSpec,
    ];
    expect((bend as { angle: number }).angle).toBeCloseTo(0.5, 14);
  });

  it('follows a chord and a rectangle to the arc', () => {
    const shape = (group: string) =>
      specs(`kind: Bend, BendP: {${group}}`)[0]!.options as { length: number; angle: number };
    expect(shape('g_ref: 0.25, L_chord: 1.9').angle).toBeCloseTo(2 * Math.asin(0.25 * 0.95), 15);
    const byRectangle = shape('g_ref: 0.25, L_rectangle: 2');
    expect(byRectangle.angle).toBeCloseTo(Math.PI / 6, 15);
    expect(byRectangle.length).toBeCloseTo(Math.PI / 6 / 0.25, 14);
  });

  it('warns of a reference energy that the cavity does not follow', () => {
    const fields = 'kind: RFCavity, length: 1, RFP: {voltage: 2.0e6, frequency: 1.3e9';
    expect(translated(`${fields}, dE_ref: 2.0e6}`).warnings).toEqual([]);
    expect(translated(`${fields}}`).warnings).toEqual([
      "f.yaml:4:7: the reference energy follows the cavity's gain, not dE_ref: normalised strengths behind it are by the new momentum",
    ]);
  });
});

describe('what PALS has and unkick has not', () => {
  it.each([
    ['kind: Quadrupol', "4:7: kind 'Quadrupol' is not supported — did you mean 'Quadrupole'?"],
    ['kind: Wiggler', "4:7: kind 'Wiggler' is not supported"],
    ['kind: Drift, lenght: 1', "4:32: Drift 'q': 'lenght' is not understood — did you mean 'length'?"],
    ['kind: Drift, length: x', "4:32: variable 'x' is not defined"],
    ['kind: Drift, length: [1, 2]', "4:32: length of 'q' must be a number, not [1, 2]"],
    [
      'kind: Quadrupole, length: 1, MagneticMultipoleP: {Kn1: 1, Kn2: 1}',
      '4:74: Kn2: a Quadrupole of unkick has no field of order 2 beside its own',
    ],
    [
      'kind: Quadrupole, length: 1, MagneticMultipoleP: {Kn1: 1, Ks1L: 1}',
      "4:75: MagneticMultipoleP.Ks1L and MagneticMultipoleP.Kn1 of 'q' are of one order but of different kinds",
    ],
    [
      'kind: Quadrupole, length: 1, MagneticMultipoleP: {Bn1: 1}',
      "4:66: MagneticMultipoleP.Bn1 of 'q' is a field, whose strength depends on the momentum: give species and energy of the beam, in ReferenceP of a BeginningEle or as options",
    ],
    [
      'kind: Sextupole, length: 1, ElectricMultipoleP: {En2: 5}',
      "4:65: Sextupole 'q': 'ElectricMultipoleP.En2' is not understood",
    ],
    [
      'kind: Bend, length: 1, BendP: {angle_ref: 1, g_ref: 1}',
      "4:7: Bend 'q': two of angle, curvature and one length give its shape, but 3 are set",
    ],
    [
      'kind: Bend, length: 1, BendP: {g_ref: 0.1}, MagneticMultipoleP: {Kn0: 0.2}',
      "4:81: Bend 'q': a field other than that of the reference orbit is not supported",
    ],
    ['kind: Bend, length: 1, BendP: {h1: 1}', "4:46: BendP.h1 of 'q': curved pole faces are not supported"],
    [
      'kind: Bend, length: 1, BendP: {angle_ref: 1}, BodyShiftP: {z_rot: 1}',
      '4:77: a bend that is rolled out of its plane is not supported: tilt_ref turns the plane with it',
    ],
    [
      'kind: Drift, length: 1, BodyShiftP: {x_rot: 1}',
      "4:55: BodyShiftP.x_rot of 'q': is not supported: unkick knows dx, dy and tilt",
    ],
    ['kind: RFCavity, RFP: {voltage: 1}', "4:7: RFCavity 'q' has a voltage but no frequency"],
    [
      'kind: RFCavity, RFP: {harmon: 5}',
      '4:41: harmonic numbers are not supported: give the frequency in Hz',
    ],
    [
      'kind: Mask, ApertureP: {x_min: -1, x_max: 2}',
      "4:7: the aperture of 'q' does not lie about the axis in x, which is not supported",
    ],
    [
      'kind: Mask, ApertureP: {x_width: 1, y_width: 1, shape: VERTICES}',
      '4:66: an aperture of shape VERTICES is not supported',
    ],
    ['kind: unkick_Thinlens', "4:7: unkick has no element 'Thinlens' — did you mean 'ThinLens'?"],
    ['kind: Marker, length: 1', "4:33: length of 'q': a Marker has no length"],
  ])('%s', (fields, message) => {
    const found = messageOf(fields);
    expect(found.startsWith(`f.yaml:${message}`), found).toBe(true);
  });

  it('refuses to turn magnets round, but not what is the same from either end', () => {
    const item = 'q: {direction: -1}';
    expect(messageOf('kind: Quadrupole, length: 1, MagneticMultipoleP: {Kn1: 1}', item)).toBe(
      "f.yaml:4:7: 'q' has direction: -1: magnets that are turned round are not supported",
    );
    expect(translated('kind: Drift, length: 1', undefined, item).specs).toEqual(one('Drift', { length: 1 }));
    expect(translated('kind: Quadrupole, length: 1', undefined, item).specs[0]?.type).toBe('Quadrupole');
  });

  it('warns of what does not change the motion', () => {
    expect(
      translated('kind: Drift, length: 1, MetaP: {alias: x}, TrackingP: {Bmad: {ds: 1}}').warnings,
    ).toEqual([
      'f.yaml:4:35: MetaP is left out: it does not change how particles move',
      'f.yaml:4:54: TrackingP is left out: it does not change how particles move',
    ]);
  });
});

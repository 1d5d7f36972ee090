import { describe, expect, it } from 'vitest';
import { SPECIES, type Species } from '../../src/beam/species.js';
import { readLatticeJson } from '../../src/formats/latticeJson/read.js';
import { translateLatticeJson } from '../../src/formats/latticeJson/translate.js';
import { Warnings } from '../../src/formats/warnings.js';
import { errorOf, passed } from './texts.js';

type File = Readonly<Record<string, unknown>>;

/** A file of Cheetah 0.8 with these parts. */
const file = (parts: File) =>
  JSON.stringify({
    version: 'cheetah-0.8',
    title: 't',
    info: '',
    root: 'cell',
    elements: {},
    lattices: { cell: [] },
    ...parts,
  });
const read = (text: string, line?: string) => readLatticeJson(text, { file: 'f.json', line });

/** What an element becomes, and the warnings about it. */
function translated(cls: string, parameters: object | string, species?: Species) {
  const inJson = typeof parameters === 'string' ? parameters : JSON.stringify(parameters);
  const text = file({ elements: { q: [cls, 0] }, lattices: { cell: ['q'] } }).replace(',0]', `,${inJson}]`);
  const description = read(text);
  const warnings = new Warnings();
  const context = { isReversed: false, reference: undefined, species, lineLength: 0, warnings };
  const specs = translateLatticeJson(description.elements.get('q')!, context);
  return { specs, warnings: [...description.warnings, ...warnings.list()] };
}

const unit7 = Array.from({ length: 7 }, (_, i) => Array.from({ length: 7 }, (_, j) => Number(i === j)));
const unit6 = unit7.slice(0, 6).map((row) => row.slice(0, 6));

describe('LatticeJSON', () => {
  it('expands segments in segments from the root, or from the lattice that is asked for', () => {
    const text = file({
      elements: { a: ['Drift', { length: 1 }], b: ['Marker', {}] },
      lattices: { inner: ['a', 'b'], cell: ['inner', 'a', 'inner'] },
    });
    expect(passed(read(text))).toBe('a b a a b');
    expect(passed(read(text, 'inner'))).toBe('a b');
    expect(read(text).elements.get('a')?.attributes.get('length')?.value).toBe(1);
  });

  it.each([
    ['Marker', {}, 'Marker', {}],
    ['Drift', { length: 0.196, tracking_method: 'linear' }, 'Drift', { length: 0.196 }],
    ['Drift', { length: [0.5] }, 'Drift', { length: 0.5 }],
    ['Drift', { length: 1, tracking_method: 'drift_kick_drift' }, 'Drift', { length: 1, model: 'exact' }],
    ['Drift', { length: 1, tracking_method: 'second_order' }, 'Drift', { length: 1, model: 'chromatic' }],
    [
      'Quadrupole',
      {
        length: 0.122,
        k1: 4.2,
        misalignment: [1e-3, -2e-3],
        tilt: 0.1,
        num_steps: 1,
        tracking_method: 'cheetah',
      },
      'Quadrupole',
      { length: 0.122, k1: 4.2, dx: 1e-3, dy: -2e-3, tilt: 0.1 },
    ],
    [
      'Quadrupole',
      { length: 0.1, k1: 1, misalignment: [0, 0], num_steps: 5, tracking_method: 'bmadx' },
      'Quadrupole',
      { length: 0.1, k1: 1, model: 'exact', steps: 5 },
    ],
    [
      'Dipole',
      {
        length: 0.5,
        angle: 0.2,
        dipole_e1: 0.1,
        dipole_e2: 0.05,
        gap: 0.03,
        gap_exit: 0.03,
        fringe_integral: 0.5,
        k1: 0.3,
        tilt: 0,
        fringe_integral_exit: 0.5,
        fringe_at: 'both',
        fringe_type: 'linear_edge',
      },
      'SBend',
      { length: 0.5, angle: 0.2, k1: 0.3, e1: 0.1, e2: 0.05, gap: 0.03, fringeIntegral: 0.5 },
    ],
    [
      'RBend',
      { length: 0.5, angle: 0.2, rbend_e1: 0.01 },
      'SBend',
      { length: 0.5, angle: 0.2, k1: 0, e1: 0.11, e2: 0.1, gap: 0, fringeIntegral: 0 },
    ],
    [
      'Dipole',
      {
        length: 0.5,
        angle: 0.2,
        gap: 0.02,
        gap_exit: 0.04,
        fringe_integral: 0.5,
        tracking_method: 'drift_kick_drift',
      },
      'SBend',
      {
        length: 0.5,
        angle: 0.2,
        k1: 0,
        e1: 0,
        e2: 0,
        gap: 0.02,
        fringeIntegral: 0.5,
        fringeIntegralExit: 1,
      },
    ],
    ['Sextupole', { length: 0.2, k2: 30, misalignment: [0, 1] }, 'Sextupole', { length: 0.2, k2: 30, dy: 1 }],
    ['Solenoid', { length: 0.09, k: 1.5, misalignment: [0, 0] }, 'Solenoid', { length: 0.09, ks: 3 }],
    ['HorizontalCorrector', { length: 0.02, angle: 1e-3 }, 'HKicker', { length: 0.02, kick: 1e-3 }],
    ['VerticalCorrector', { length: 0.02, angle: -1e-3 }, 'VKicker', { length: 0.02, kick: -1e-3 }],
    [
      'CombinedCorrector',
      { length: 0.1, horizontal_angle: 1e-3, vertical_angle: 2e-3 },
      'Kicker',
      { length: 0.1, hkick: 1e-3, vkick: 2e-3 },
    ],
    [
      'Cavity',
      { length: 4.1, voltage: 2e7, phase: 90, frequency: 2.998e9, cavity_type: 'standing_wave' },
      'RFCavity',
      { length: 4.1, voltage: 2e7, frequency: 2.998e9, phase: -Math.PI / 2 },
    ],
    ['BPM', { is_active: false }, 'Monitor', {}],
    [
      'Screen',
      {
        resolution: [2448, 2040],
        pixel_size: [3.5e-6, 2.5e-6],
        binning: 4,
        misalignment: [0, 0],
        method: 'histogram',
        kde_bandwidth: 3e-6,
        is_active: false,
      },
      'Screen',
      { bins: [612, 510], halfSize: [2448 * 3.5e-6 * 0.5, 2040 * 2.5e-6 * 0.5] },
    ],
    [
      'Aperture',
      '{"x_max": Infinity, "y_max": 0.01}',
      'Aperture',
      { halfX: 1e6, halfY: 0.01, shape: 'rectangular' },
    ],
    [
      'Aperture',
      { x_max: 0.02, y_max: 0.01, shape: 'elliptical', is_active: true },
      'Aperture',
      { halfX: 0.02, halfY: 0.01, shape: 'elliptical' },
    ],
    [
      'SpaceChargeKick',
      {
        effect_length: 0.1,
        grid_shape: [32, 32, 64],
        grid_extent_x: 3.0,
        grid_extent_y: 4.0,
        grid_extent_tau: 5.0,
      },
      'SpaceChargeKick',
      { effectLength: 0.1, gridShape: [32, 32, 64], extent: { sigmas: [3, 4, 5] } },
    ],
    ['CustomTransferMap', { predefined_transfer_map: unit7, length: 0 }, 'LinearMap', { matrix: unit6 }],
    ['Undulator', { length: 2, period: 0.01, kx: 0, ky: 0 }, 'Drift', { length: 2 }],
    [
      'Drift',
      { length: 1, metadata: { unkick: { model: 'exact' } } },
      'Drift',
      { length: 1, model: 'exact' },
    ],
  ])('%s %j', (cls, parameters, type, options) => {
    expect(translated(cls, parameters as object).specs).toEqual([{ type, options }]);
  });

  it('gives voltages the sign that accelerates the beam: Cheetah’s accelerate electrons', () => {
    const voltage = (species?: Species) =>
      (
        translated('Cavity', { length: 1, voltage: 5, frequency: 1 }, species).specs[0]!.options as {
          voltage: number;
        }
      ).voltage;
    expect(voltage()).toBe(5);
    expect(voltage(SPECIES.electron)).toBe(5);
    expect(voltage(SPECIES.proton)).toBe(-5);
  });

  it('warns of what it leaves out', () => {
    expect(translated('Drift', { length: 1, metadata: { pv: 'X' } }).warnings[0]).toContain(
      'metadata is left out',
    );
    expect(translated('Sextupole', { length: 1, k2: 1, tracking_method: 'linear' }).warnings[0]).toContain(
      'Cheetah tracks this sextupole as a drift',
    );
    expect(translated('Dipole', { length: 1, tracking_method: 'bmadx' }).warnings[0]).toContain(
      'bends are linear here',
    );
    expect(translated('Screen', { is_blocking: true }).warnings[0]).toContain('lets it pass');
  });

  it.each([
    ['Drifft', {}, "Cheetah's class 'Drifft' is not supported — did you mean 'Drift'?"],
    ['Drift', { lenght: 1 }, "Drift 'q': 'lenght' is not understood — did you mean 'length'?"],
    ['Drift', { length: [0.1, 0.2] }, "length of 'q' must be a number, not [0.1, 0.2]"],
    ['Drift', { length: 'x' }, "length of 'q' must be a number, not 'x'"],
    [
      'Drift',
      { length: 1, tracking_method: 'linar' },
      "tracking_method of 'q' cannot be 'linar' — did you mean 'linear'?",
    ],
    ['Quadrupole', { misalignment: [1] }, "misalignment of 'q' must be a list of 2 numbers, not 1"],
    ['Dipole', { length: 0, angle: 1 }, "Dipole 'q' bends over no length"],
    [
      'Dipole',
      { length: 1, fringe_at: 'exit', tracking_method: 'drift_kick_drift' },
      'fringe fields at exit only are not supported',
    ],
    [
      'Cavity',
      { length: 1, voltage: 1, cavity_type: 'traveling_wave' },
      'travelling waves are not supported',
    ],
    ['Undulator', { length: 1, kx: 2 }, "kx of 'q': the focusing of undulators is not supported"],
    ['CustomTransferMap', {}, "CustomTransferMap 'q' has no predefined_transfer_map"],
    [
      'CustomTransferMap',
      { predefined_transfer_map: unit7.map((row) => [...row.slice(0, 6), 1]) },
      'a transfer map that shifts the beam is not supported',
    ],
    [
      'TransverseDeflectingCavity',
      { length: 1 },
      "Cheetah's class 'TransverseDeflectingCavity' is not supported",
    ],
  ])('refuses %s %j', (cls, parameters, message) => {
    const error = errorOf(() => translated(cls, parameters));
    expect(error.message.replace(/^f\.json:1:\d+: /, '').startsWith(message), error.message).toBe(true);
    expect(error.line).toBe(1);
  });

  it.each([
    [{ root: 'sell' }, "there is no line 'sell' — did you mean 'cell'?"],
    [{ lattices: { cell: ['cell'] } }, "line 'cell' contains itself"],
    [{ lattices: { cell: ['q1'] } }, "there is no line or element 'q1'"],
    [{ lattices: { cell: 3 } }, "lattice 'cell' must be a list, not 3"],
    [
      { lattices: { cell: ['q'] }, elements: { q: {} } },
      "element 'q' must be a list, not a mapping of nothing",
    ],
    [
      { lattices: { cell: ['q'] }, elements: { q: ['Drift', {}, 1] } },
      "element 'q' must be [class, { parameter: value }]",
    ],
    [{ latices: {} }, "LatticeJSON: 'latices' is unknown — did you mean 'lattices'?"],
    [{ lattices: undefined }, "LatticeJSON has 'lattices', which is missing"],
  ])('%j', (parts, message) => {
    const error = errorOf(() => read(file(parts)));
    expect(error.message.replace(/^f\.json:1:\d+: /, '').startsWith(message), error.message).toBe(true);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SPEED_OF_LIGHT, toCheetah, toElegant, toImpactX, toMomenta } from '../../src/beam/conversions.js';
import { COORDINATES, type Coordinates } from '../../src/beam/coordinates.js';
import { SPECIES } from '../../src/beam/species.js';
import { type LatticeFormatName, latticeFormat } from '../../src/formats/registry.js';
import { Warnings } from '../../src/formats/warnings.js';
import { root } from './markdown.js';

const PAGE = readFileSync(join(root, 'docs/conversions.md'), 'utf8');

/** The table of the example: what follows its header. */
const TABLE = PAGE.slice(PAGE.indexOf('| code | x, y |')).split('\n');

/** The six numbers of a code's row. */
function example(code: string): number[] {
  const row = TABLE.find((line) => line.startsWith(`| ${code} |`));
  return row!
    .split('|')
    .slice(2, -1)
    .flatMap((cell) => cell.split(',').map(Number));
}

const REFERENCE = { species: SPECIES.proton, energy: SPECIES.proton.restEnergy + 10e6 };
const PARTICLE = [1e-3, -5e-4, 2e-3, -1e-3, 3e-3, 4e-4] as const;

/** The example as a beam of one, in the order of {@link COORDINATES}. */
function particle(): Coordinates {
  const [x, y, px, py, tau, p] = PARTICLE;
  const values = { x, px, y, py, tau, p };
  return Object.fromEntries(COORDINATES.map((name) => [name, Float64Array.of(values[name])])) as never;
}

/** The page shows ten digits. */
function expectPrinted(printed: readonly number[], exact: readonly number[]) {
  expect(printed).toHaveLength(exact.length);
  for (const [i, value] of exact.entries()) {
    expect(Math.abs(printed[i]! / value - 1), `${printed[i]} for ${value}`).toBeLessThan(5e-10);
  }
}

describe('the macroparticle of the page', () => {
  const only = (columns: object, names: readonly string[]) =>
    names.map((name) => (columns as Record<string, Float64Array>)[name]![0]!);

  it('is that of unkick, Cheetah and Ocelot', () => {
    for (const code of ['unkick', 'Cheetah', 'Ocelot']) expectPrinted(example(code), PARTICLE);
    const [x, px, y, py, tau, p] = toCheetah(particle());
    expectPrinted(example('Cheetah'), [x!, y!, px!, py!, tau!, p!]);
  });

  it('is that of ImpactX', () => {
    const columns = toImpactX(particle());
    expectPrinted(example('ImpactX'), only(columns, ['x', 'y', 'px', 'py', 't', 'pt']));
  });

  it('is that of elegant', () => {
    const columns = toElegant(particle(), REFERENCE, 0);
    expectPrinted(example('elegant'), only(columns, ['x', 'y', 'xp', 'yp', 't', 'p']));
  });

  it('is that of openPMD', () => {
    const origin = { z: 0, t: 0 };
    const there = toMomenta(particle(), REFERENCE, origin, 's');
    expectPrinted(example('openPMD, one place'), only(there, ['x', 'y', 'px', 'py', 't', 'pz']));
    const then = toMomenta(particle(), REFERENCE, origin, 'time');
    expectPrinted(example('openPMD, one time'), only(then, ['x', 'y', 'px', 'py', 'z', 'pz']));
  });

  // From energies and momenta in eV, as the manuals define them.
  const { restEnergy } = SPECIES.proton;
  const p0c = Math.sqrt(REFERENCE.energy ** 2 - restEnergy ** 2);
  const energy = REFERENCE.energy + 4e-4 * p0c;
  const pc = Math.sqrt(energy ** 2 - restEnergy ** 2);
  const delay = 3e-3 / SPEED_OF_LIGHT;

  it('is that of MAD-X', () => {
    const [T, PT] = [-SPEED_OF_LIGHT * delay, (energy - REFERENCE.energy) / p0c];
    expectPrinted(example('MAD-X'), [...PARTICLE.slice(0, 4), T, PT]);
  });

  it('is that of Bmad', () => {
    const [z, pz] = [-(pc / energy) * SPEED_OF_LIGHT * delay, (pc - p0c) / p0c];
    expectPrinted(example('Bmad'), [...PARTICLE.slice(0, 4), z, pz]);
  });
});

describe('the cavities of the page', () => {
  const [F, V] = [1.3e9, 20e6];
  /** rad */
  const PHASE = -Math.PI / 6;

  /** The options of the only element of a line, as the reader of the format has them. */
  function optionsOf(format: LatticeFormatName, text: string): Record<string, number> {
    const { read, translate } = latticeFormat(format);
    const { line, elements } = read(text, { file: 'page' });
    const element = elements.get(line[0]!.element)!;
    const context = {
      species: SPECIES.electron,
      reference: undefined,
      lineLength: 1,
      isReversed: false,
      warnings: new Warnings(),
    };
    return translate(element, context)[0]!.options as Record<string, number>;
  }

  const pals = (parameters: string) => `PALS:
  facility:
    - all:
        kind: BeamLine
        line:
          - c: { kind: RFCavity, length: 1, RFP: { voltage: 20e6, frequency: 1.3e9, ${parameters} } }
`;
  const cheetah = { length: 1, voltage: V, frequency: F, phase: 30 };

  it.each<[LatticeFormatName, text: string]>([
    ['madx', 'c: rfcavity, l=1, volt=20, freq=1300, lag=1/6; all: line=(c);'],
    ['bmad', 'c: lcavity, l=1, voltage=20e6, rf_frequency=1.3e9, phi0=-1/12\nall: line=(c)\nuse, all'],
    ['bmad', 'c: rfcavity, l=1, voltage=20e6, rf_frequency=1.3e9, phi0=1/3\nall: line=(c)\nuse, all'],
    ['elegant', 'c: rfca, l=1, volt=20e6, freq=1.3e9, phase=60, change_p0=1\nall: line=(c)'],
    ['pals', pals('phase: -1/12')],
    ['pals', pals('phase: 1/6, zero_phase: BELOW_TRANSITION')],
    [
      'lattice-json',
      JSON.stringify({
        version: '0.8',
        root: 'all',
        elements: { c: ['Cavity', cheetah] },
        lattices: { all: ['c'] },
      }),
    ],
  ])('%s: the same cavity', (format, text) => {
    const { length, voltage, frequency, phase } = optionsOf(format, text);
    expect({ length, voltage, frequency }).toEqual({ length: 1, voltage: V, frequency: F });
    expect(phase).toBeCloseTo(PHASE, 14);
  });
});

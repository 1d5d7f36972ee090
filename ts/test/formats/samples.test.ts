import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LatticeDescription } from '../../src/formats/description.js';
import { attributeOf, bmad, elegant, hasSamples, madx, SAMPLE_FOLDER, totalLength } from './texts.js';

const read = (name: string, reader: (text: string, line?: string) => LatticeDescription, line?: string) =>
  reader(readFileSync(join(SAMPLE_FOLDER, name), 'utf8'), line);

/** How often each type is passed. */
function typesOf({ line, elements }: LatticeDescription): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { element } of line) {
    const { type } = elements.get(element)!;
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}

if (!hasSamples) console.log('lattice files of real machines are left out: there is no shared/lattices here');

describe.runIf(hasSamples)('files of real machines', () => {
  it('fodo.madx', () => {
    const fodo = read('fodo.madx', madx);
    expect(typesOf(fodo)).toEqual({ monitor: 2, drift: 3, quadrupole: 2 });
    expect(totalLength(fodo)).toBe(3);
    expect(fodo.reference).toMatchObject({ species: 'electron', energy: 2e9 });
  });

  it('chicane.madx', () => {
    const chicane = read('chicane.madx', madx);
    expect(typesOf(chicane)).toEqual({ monitor: 2, sbend: 4, dipedge: 4, drift: 4 });
    expect(totalLength(chicane)).toBeCloseTo(4 * 0.500194828041958 + 2 * 5.0058489435 + 3, 13);
    const angles = chicane.line.map(({ element }) =>
      Number(chicane.elements.get(element)!.attributes.get('angle')?.value ?? 0),
    );
    expect(angles.reduce((sum, angle) => sum + angle)).toBe(0);
  });

  it('fermilab-booster.madx: the ring, with the circumference that the file names', () => {
    const ring = read('fermilab-booster.madx', madx);
    expect(ring.name).toBe('booster');
    // 13 cells with 17 drifts, 2 quadrupoles, 2 sextupoles and 4 bends; in 11 others two cavities between half
    // drifts, and three drifts more, are in the place of one drift.
    const types = { drift: 13 * 17 + 11 * 23, quadrupole: 48, sextupole: 48, sbend: 96, rfcavity: 22 };
    expect(typesOf(ring)).toEqual(types);
    expect(ring.line).toHaveLength(688);
    expect(totalLength(ring)).toBeCloseTo(474.202752, 9);
    expect(ring.reference.energy! - 938272089.43).toBeCloseTo(0.8e9, 5);
    // 96 bends turn by 2π to what the file's radii leave open.
    const turn = ring.line.reduce(
      (sum, { element }) => sum + Number(ring.elements.get(element)!.attributes.get('angle')?.value ?? 0),
      0,
    );
    expect(turn).toBeCloseTo(48 * 2.889612 * (1 / 40.847086 + 1 / 48.034101), 12);
    expect(turn / (2 * Math.PI)).toBeCloseTo(1, 6);
    expect(attributeOf(ring, 'fmagu07', 'k1')).toBe(54.10921561e-3);
    expect(attributeOf(ring, 'qsxx', 'k1')).toBe(0.020254116087679828);
    // h β c / L with β of 800 MeV protons.
    expect(attributeOf(ring, 'rfc', 'freq')).toBeCloseTo(44.7049, 3);
    expect(attributeOf(ring, 'rfc', 'volt')).toBe(0.2 / 22);
  });

  it('cavity.lte', () => {
    const cavity = read('cavity.lte', elegant);
    expect(typesOf(cavity)).toEqual({ ematrix: 1, rfca: 1 });
    expect(totalLength(cavity)).toBe(0.7);
    expect(attributeOf(cavity, 'C1', 'volt')).toBe(16175000);
    expect(attributeOf(cavity, 'C1E', 'c4')).toBe(-0.15);
  });

  it('fodo.lte, forwards and backwards', () => {
    const fodo = read('fodo.lte', elegant, 'fodo');
    const types = { charge: 1, quad: 3, kquad: 1, drift: 4, mark: 1, sben: 1, sext: 1, csrcsbend: 1 };
    expect(typesOf(fodo)).toEqual(types);
    expect(fodo.line).toHaveLength(13);
    expect(totalLength(fodo)).toBeCloseTo(1.400981, 14);
    expect(fodo.reference).toEqual({ charge: 0.25e-9 });
    const reversed = read('fodo.lte', elegant, 'reversed_fodo');
    expect(reversed.line).toEqual(
      fodo.line.toReversed().map(({ element }) => ({ element, isReversed: true })),
    );
  });

  it('tutorial.bmad', () => {
    const tutorial = read('tutorial.bmad', bmad);
    expect(typesOf(tutorial)).toEqual({ drift: 3, sbend: 1, quadrupole: 1, sextupole: 1 });
    // 0.5 + 0.5 − 0.4 + 0.6 + 0.3 − 0.6
    expect(totalLength(tutorial)).toBeCloseTo(0.9, 15);
    expect(attributeOf(tutorial, 'b', 'dg')).toBe(0.001);
    expect(tutorial.reference).toMatchObject({ species: 'electron', energy: 10e6 });
  });
});

import { describe, expect, it } from 'vitest';
import { CATALOGUE, rulesOf, typeOf } from '../../src/elements/catalogue.js';
import { parseProblem } from '../../src/io/problem.js';

const IDENTITY = Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (__, j) => (i === j ? 1 : 0)));

/** The text of a problem file with one element. */
function problem(element: object): string {
  const beam = { distribution: 'coordinates', species: 'electron', kineticEnergy: 1e6, charge: 1e-12 };
  const coordinates = { x: [0], px: [0], y: [0], py: [0], tau: [0], p: [0] };
  return JSON.stringify({ beam: { ...beam, ...coordinates }, lattice: [element] }, null, 1);
}

const load = (element: object) => parseProblem(problem(element), 'f.json').lattice.elements[0]!;

describe('elements in problem files', () => {
  it.each(CATALOGUE.map((of) => [of.name, of] as const))('%s takes all its parameters', (_, of) => {
    const values = Object.fromEntries(Object.keys(rulesOf(of)).map((name, i) => [name, 0.01 * (i + 1)]));
    const { matrix, kn } = of.settings ?? {};
    const others = { ...(matrix && { matrix: IDENTITY }), ...(kn && { kn: [0.1, 0.2] }) };
    const element = load({ type: typeOf(of), name: 'e', ...values, ...others });
    expect(element).toBeInstanceOf(of);
    expect(element.parameters).toMatchObject(values);
  });

  it.each(CATALOGUE.map((of) => [of.name, of] as const))('%s needs those that have no default', (_, of) => {
    const needed = Object.entries(rulesOf(of)).filter(([, { fallback }]) => fallback === undefined);
    for (const [name, { unit }] of needed) {
      expect(() => load({ type: typeOf(of) })).toThrow(/f\.json:\d+:\d+: lattice\[0\]\./);
      const others = Object.fromEntries(needed.map(([other]) => [other, 0.1]));
      const { [name]: _left, ...rest } = others;
      expect(() => load({ type: typeOf(of), ...rest })).toThrow(
        `lattice[0].${name}: is missing: it must be a number in ${unit === '1' ? 'plain units' : unit}`,
      );
    }
  });

  it.each<[object, string]>([
    [{ type: 'sbend', length: 1, angle: 1 }, "not 'sbend' — did you mean 'sBend'"],
    [{ type: 'sBend', length: 1, angle: 1, hgap: 1 }, "unknown field 'hgap' — did you mean 'gap'?"],
    [{ type: 'sBend', length: 1, angle: 1, steps: 0 }, 'lattice[0].steps: must be at least 1, not 0'],
    [{ type: 'sBend', length: 0, angle: 1 }, 'the length (m) of a sBend must be a positive number, not 0'],
    [{ type: 'linearMap' }, 'lattice[0].matrix: is missing: it must be 6 rows'],
    [{ type: 'linearMap', matrix: [IDENTITY[0]] }, 'lattice[0].matrix: must be 6 rows, not a list of 1'],
    [
      { type: 'linearMap', matrix: [...IDENTITY.slice(1), [1]] },
      'lattice[0].matrix[5]: must be 6 numbers, not a list of 1',
    ],
    [
      { type: 'linearMap', matrix: [...IDENTITY.slice(1), [1, 2, 3, 4, 5, 'six']] },
      "lattice[0].matrix[5][5]: must be a number, not 'six'",
    ],
    [{ type: 'linearMap', matrix: [...IDENTITY.slice(1), IDENTITY[0]] }, 'is not symplectic'],
    [
      { type: 'screen', name: 's', halfSize: ['wide', 1] },
      "lattice[0].halfSize[0]: must be a number in m, not 'wide'",
    ],
  ])('refuses %j', (element, message) => {
    expect(() => load(element)).toThrow(message);
    expect(() => load(element)).toThrow(/^f\.json:\d+:\d+: /);
  });

  it('knows monitors and screens', () => {
    expect(load({ type: 'monitor', name: 'b', dx: 1e-3 })).toMatchObject({ type: 'monitor', dx: 1e-3 });
    expect(load({ type: 'screen', name: 's', halfSize: [1e-2, 2e-2], bins: [10, 20] })).toMatchObject({
      halfSize: [1e-2, 2e-2],
      bins: [10, 20],
    });
  });
});

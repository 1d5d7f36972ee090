import { describe, expect, it } from 'vitest';
import type { Element } from '../../src/index.js';
import { FAST_BACKENDS } from './backends.js';
import { ElementLaws, type LawOptions } from './lawErrors.js';

export { lawBeam } from './lawErrors.js';

/** Tolerances of {@link describeElementLaws}, and what it has to know of an element beyond itself. */
export interface ElementLawOptions extends LawOptions {
  /** Largest relative error of gradients against differences; default 1e-8. */
  readonly gradientTolerance?: number;
  /** Largest difference between the whole and its slices, over the largest coordinate; default 1e-11. */
  readonly slicingTolerance?: number;
  /** Largest difference between the element in its frame and coordinates taken there, over the largest; default 5e-12 (measured 1.2e-12). */
  readonly frameTolerance?: number;
  /** Whether the map is one of the frame that dx, dy and tilt give; default true. */
  readonly hasFrame?: boolean;
}

/**
 * The laws that every element keeps, as tests: its inverse is exact to the bit; its gradients by every parameter, misalignments and
 * the energy included, and by the beam are those of finite differences; its map is symplectic; its slices make up the whole; offsets and
 * tilt are those of its frame.
 *
 * @param cases - elements by what is special about them; one of them should have all strengths at 0
 */
export function describeElementLaws(
  cases: Readonly<Record<string, Element>>,
  options: ElementLawOptions = {},
): void {
  for (const backend of FAST_BACKENDS) {
    describe.each(Object.entries(cases))(`laws of %s on ${backend}`, (_, element) => {
      const laws = new ElementLaws(element.with({ name: 'e' }), options);

      it('goes there and back without flipping a bit of 10 000 macroparticles', async () => {
        expect(await laws.bitsLost(backend, 10_000)).toBe(0);
      });

      it('has the gradient of finite differences by every parameter and the energy', async () => {
        for (const [name, error] of Object.entries(await laws.parameterErrors(backend))) {
          expect(error, name).toBeLessThan(options.gradientTolerance ?? 1e-8);
        }
      });

      it('has the Jacobian of finite differences, and it is symplectic', async () => {
        const { difference, symplectic } = await laws.jacobianErrors(backend);
        expect(difference).toBeLessThan(options.gradientTolerance ?? 1e-8);
        expect(symplectic).toBeLessThan(1e-11);
      });

      if (element.length > 0) {
        it('is the sum of its slices, with the gradient of the whole', async () => {
          const { coordinates, gradients } = await laws.slicingErrors(backend);
          expect(coordinates).toBeLessThan(options.slicingTolerance ?? 1e-11);
          for (const [name, error] of Object.entries(gradients)) {
            expect(error, name).toBeLessThan(options.gradientTolerance ?? 1e-8);
          }
        });
      }

      if (options.hasFrame !== false) {
        it('acts in the frame that dx, dy and tilt give', async () => {
          expect(await laws.frameError(backend)).toBeLessThan(options.frameTolerance ?? 5e-12);
        });
      }
    });
  }
}

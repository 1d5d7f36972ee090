import { LatticeError } from '../errors.js';
import { requireOneOf, requirePositive } from '../options.js';
import { Element, type ElementChanges, type ElementOptions, label, requireElementKeys } from './element.js';
import type { ElementMap } from './maps.js';

/** Options of an {@link Aperture}. */
export interface ApertureOptions extends ElementOptions {
  /** Half width in x, m. */
  readonly halfX: number;
  /** Half width in y, m. */
  readonly halfY: number;
  /** `'elliptical'` (default): x²/halfX² + y²/halfY² ≤ 1 passes; `'rectangular'`: |x| ≤ halfX and |y| ≤ halfY. */
  readonly shape?: 'elliptical' | 'rectangular' | undefined;
}

/**
 * A thin collimator. What is outside is lost: it stays where it was lost, takes no part in moments and space charge any more,
 * and its coordinates at the end are those of its loss. The derivative by a hard edge is zero almost everywhere, so that an aperture
 * has no parameters to differentiate by; derivatives by everything else hold the set of survivors fixed.
 */
export class Aperture extends Element {
  readonly halfX: number;
  readonly halfY: number;
  readonly shape: 'elliptical' | 'rectangular';

  /** @throws LatticeError for an unknown option, a half width that is not positive, or a directive that it cannot follow */
  constructor(options: ApertureOptions) {
    requireElementKeys(options, ['halfX', 'halfY', 'shape'], 'Aperture');
    const where = label('aperture', options.name);
    super('aperture', options, {});
    this.halfX = requirePositive(options.halfX, `halfX (m) of ${where}`, LatticeError);
    this.halfY = requirePositive(options.halfY, `halfY (m) of ${where}`, LatticeError);
    const shapes = ['elliptical', 'rectangular'] as const;
    this.shape = requireOneOf(options.shape ?? 'elliptical', shapes, `the shape of ${where}`, LatticeError);
  }

  with(changes: ElementChanges): Aperture {
    const { halfX, halfY, shape } = this;
    return new Aperture({ ...this.commonOptions(changes), halfX, halfY, shape });
  }

  override maps(): ElementMap[] {
    const { halfX, halfY } = this;
    const aperture = { halfX, halfY, elliptical: this.shape === 'elliptical' };
    return [{ kind: 'aperture', coefficients: [], aperture }];
  }
}

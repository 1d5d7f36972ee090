import type { ElementChanges, Slice } from './element.js';
import { Magnet, type MagnetOptions } from './magnet.js';
import { type ElementMap, quadraticLift } from './maps.js';

/** Options of a {@link ThinLens}. */
export interface ThinLensOptions extends MagnetOptions {
  /** Integrated focusing in x, 1/m, the inverse of the focal length; default 0. */
  readonly kx?: number | undefined;
  /** Integrated focusing in y, 1/m; default 0. */
  readonly ky?: number | undefined;
  /** Integrated focusing in time, 1/m; default 0. */
  readonly kt?: number | undefined;
}

/** A thin linear lens: px −= kx x, py −= ky y, p += kt tau. Its parameters are `kx`, `ky`, `kt` and the misalignment. */
export class ThinLens extends Magnet<keyof typeof ThinLens.rules> {
  static readonly summary = 'Thin linear lens in all three planes';
  static readonly rules = {
    kx: { unit: '1/m', meaning: 'Integrated focusing in x', fallback: 0 },
    ky: { unit: '1/m', meaning: 'Integrated focusing in y', fallback: 0 },
    kt: { unit: '1/m', meaning: 'Integrated focusing in tau', fallback: 0 },
  };

  /** @throws LatticeError for an unknown option or directive, or a value that is not finite */
  constructor(options: ThinLensOptions = {}) {
    super('ThinLens', options, ThinLens.rules);
  }

  with(changes: ElementChanges): ThinLens {
    return new ThinLens(this.changed(changes));
  }

  protected override body({ reference: { ratio } }: Slice): ElementMap[] {
    const { kx, ky, kt } = this.variables();
    const lens = { xx: kx!.times(ratio), yy: ky!.times(ratio), tt: kt!.times(ratio) };
    return [quadraticLift('positionLift', lens)];
  }
}

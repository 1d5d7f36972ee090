import { edgeMap } from './bend.js';
import type { ElementChanges, Slice } from './element.js';
import { Magnet, type MagnetOptions } from './magnet.js';
import type { ElementMap } from './maps.js';

/** Options of a {@link DipoleEdge}. */
export interface DipoleEdgeOptions extends MagnetOptions {
  /** Of the reference orbit in the bend, 1/m; its sign is that of the bend's angle. */
  readonly curvature: number;
  /** Rotation of the face, rad; as e1 or e2 of a bend. */
  readonly e: number;
  /** Fringe field integral; default 0. */
  readonly fringeIntegral?: number | undefined;
  /** Full gap between the poles, m; default 0. */
  readonly gap?: number | undefined;
}

/** One face of a bend as a thin element, for lines that list faces by themselves (MAD-X's dipedge). */
export class DipoleEdge extends Magnet<keyof typeof DipoleEdge.rules> {
  static readonly summary = 'Face of a bend, thin';
  static readonly rules = {
    curvature: { unit: '1/m', meaning: 'Curvature of the orbit in the bend' },
    e: { unit: 'rad', meaning: 'Rotation of the face' },
    fringeIntegral: { unit: '1', meaning: 'Fringe field integral', fallback: 0 },
    gap: { unit: 'm', meaning: 'Full gap between the poles', fallback: 0, nonNegative: true },
  };

  /** @throws LatticeError for an unknown option or directive, or a value that is not finite */
  constructor(options: DipoleEdgeOptions) {
    super('DipoleEdge', options, DipoleEdge.rules);
  }

  with(changes: ElementChanges): DipoleEdge {
    return new DipoleEdge(this.changed(changes));
  }

  protected override body({ reference }: Slice): ElementMap[] {
    const { curvature, e, fringeIntegral, gap } = this.variables();
    return [edgeMap(curvature!, e!, fringeIntegral!, gap!, reference)];
  }
}

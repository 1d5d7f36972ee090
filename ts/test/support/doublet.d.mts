import type * as unkick from '../../src/index.js';
import type { BackendName } from '../../src/native.js';
import type { Parameter } from './coldEllipsoid.mjs';

export interface DoubletSize {
  readonly particles: number;
  /** Nodes of the grid along each axis. */
  readonly nodes: number;
  /** Kicks in a tenth of a metre, or 1/3 for one kick in each element. */
  readonly fineness: number;
}

export function trackDoublet(
  library: typeof unkick,
  backend: BackendName,
  setting: DoubletSize,
): Promise<{ readonly size: number; readonly derivatives: Record<Parameter, number> }>;

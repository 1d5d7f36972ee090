import { LatticeError } from '../errors.js';
import type { Moments } from '../objective/moments.js';
import { requireFinite, requireKnownKeys } from '../options.js';
import { type ElementChanges, label } from './element.js';
import { Marker, type MarkerOptions } from './marker.js';

/** Options of a {@link Monitor}. */
export interface MonitorOptions extends MarkerOptions {
  /** Offset of the monitor in x, m; default 0. It is taken off what is read. */
  readonly dx?: number | undefined;
  /** Offset of the monitor in y, m; default 0. */
  readonly dy?: number | undefined;
}

/** What a beam position monitor reads. */
export interface MonitorReading {
  /** Centroid of the beam seen from the monitor's centre, m. */
  readonly x: number;
  readonly y: number;
  /** Charge that passed it, C. */
  readonly charge: number;
}

/**
 * A beam position monitor: every `track` tells what it reads on the last turn. For objectives it is a marker, `mean('x').at('bpm1')`, whose
 * offset plays no part.
 */
export class Monitor extends Marker {
  readonly dx: number;
  readonly dy: number;

  /** @throws LatticeError without a name, for an unknown option, or an offset that is not finite */
  constructor(options: MonitorOptions) {
    requireKnownKeys(options, ['name', 'dx', 'dy'], 'Monitor', LatticeError);
    super(options, 'monitor');
    const where = label('monitor', options.name);
    this.dx = requireFinite(options.dx ?? 0, `dx (m) of ${where}`, LatticeError);
    this.dy = requireFinite(options.dy ?? 0, `dy (m) of ${where}`, LatticeError);
  }

  override with(changes: ElementChanges): Monitor {
    const { dx, dy } = this;
    return new Monitor({ ...this.commonOptions(changes), dx, dy });
  }

  /** What it reads of a beam with these moments. */
  reading({ mean, charge }: Moments): MonitorReading {
    return { x: mean[0]! - this.dx, y: mean[2]! - this.dy, charge };
  }
}

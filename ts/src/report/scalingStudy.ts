import type { Provenance } from './provenance.js';

/** One gradient of a sweep. */
export interface ScalingCase {
  readonly strategy: string;
  readonly particles: number;
  /** Nodes of the grid. */
  readonly cells: number;
  readonly kicks: number;
  readonly predictedBytes: number;
  /** The arena; absent for a case that was not run. */
  readonly measuredBytes?: number | undefined;
}

/** What the memory figures are drawn from. */
export interface ScalingStudy {
  readonly cases: readonly ScalingCase[];
  readonly provenance: Provenance;
}

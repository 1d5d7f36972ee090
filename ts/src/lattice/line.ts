import type { CustomStep } from '../elements/customStep.js';
import type { Directive, Segment } from '../tape/plan/index.js';

/** A map of single macroparticles, as the engine runs it. `length` in m, `k1` in 1/m² (k1 > 0 focuses x). */
export type LocalMap =
  | { readonly kind: 'drift' | 'exactDrift'; readonly length: number }
  | { readonly kind: 'quadrupole'; readonly length: number; readonly k1: number }
  | {
      readonly kind: 'aperture';
      readonly length: 0;
      /** Half widths in m. */
      readonly halfX: number;
      readonly halfY: number;
      readonly elliptical: boolean;
    };

/** A space-charge kick, as the engine runs it. */
export interface Kick {
  /** Length over which the force acts, in m. */
  readonly effectLength: number;
  /** Numbers of nodes along x, y and z. */
  readonly gridShape: readonly [number, number, number];
  readonly extentKind: 'sigmas' | 'fixed';
  /** Half widths of the grid along x, y and z: in standard deviations, or in m. */
  readonly extent: readonly [number, number, number];
  /** What the grid is centred on. */
  readonly centre: 'beam' | 'reference';
  /** Whether gradients follow the grid as it follows the beam. */
  readonly differentiateGrid: boolean;
}

/** What the tape steps over: consecutive local maps fused into one pass, one kick, or one custom step. */
export type Step =
  | { readonly kind: 'run'; readonly maps: readonly LocalMap[] }
  | { readonly kind: 'kick'; readonly kick: Kick; readonly name: string }
  | { readonly kind: 'custom'; readonly element: CustomStep };

/** One term of the chain rule: `parameterBar += factor · gradient[slot]`. */
export interface Binding {
  readonly slot: number;
  /** For example `'q1.k1'`. */
  readonly parameter: string;
  readonly factor: number;
}

/** A lattice as a flat list of steps. */
export interface Line {
  readonly steps: readonly Step[];
  /**
   * Length of the engine's gradient. Maps and kicks own consecutive slots in the order of steps: a drift its length;
   * a quadrupole its length and k1; a kick its effectLength and three extents.
   */
  readonly slots: number;
  readonly bindings: readonly Binding[];
  /** Observed markers in line order; `beforeStep` is the step they sit before, `steps.length` at the end. */
  readonly observations: readonly { readonly marker: string; readonly beforeStep: number }[];
  /** Number of apertures. */
  readonly apertures: number;
  /** Arc length at the end of each step in m, `[steps.length]`. */
  readonly s: readonly number[];
  /** Where each step comes from, `[steps.length]`: an element, a kick, or the first and the last element of a run, `'d1…q2'`. */
  readonly names: readonly string[];
  /** What is asked for each step on the way back, `[steps.length]`; `undefined` is `'auto'`. */
  readonly directives: readonly (Directive | undefined)[];
  /** The lattice's segments that have a mode, as ranges of steps, outer ones first. */
  readonly segments: readonly Segment[];
}

import type { CustomStep } from '../elements/customStep.js';
import type { MapKind } from '../elements/maps.js';
import type { Directive, Segment } from '../tape/plan/index.js';
import type { ReferenceParticle } from './reference.js';

/** A map of single macroparticles, as the engine runs it: its kind, and the numbers of its lifts (`native/physics`). */
export interface LocalMap {
  readonly kind: MapKind;
  readonly coefficients: readonly number[];
  /** Of a multipole kick. */
  readonly order?: number;
  /** Of an aperture: half widths in m. */
  readonly halfX?: number;
  readonly halfY?: number;
  readonly elliptical?: boolean;
}

/** A space-charge kick as its element describes it. */
export interface KickSpec {
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
  /** Of a long beam in A, whose grid has one node along z. */
  readonly current?: number;
}

/** A space-charge kick, as the engine runs it. */
export interface Kick extends KickSpec {
  /** Lorentz factor of the reference particle there. */
  readonly gamma: number;
}

/** What the tape steps over: consecutive local maps fused into one pass, one kick, or one custom step. */
export type Step =
  | { readonly kind: 'run'; readonly maps: readonly LocalMap[] }
  | { readonly kind: 'kick'; readonly kick: Kick; readonly name: string }
  | { readonly kind: 'custom'; readonly element: CustomStep; readonly reference: ReferenceParticle };

/** One term of the chain rule: `parameterBar += factor · gradient[slot]`. */
export interface Binding {
  readonly slot: number;
  /** For example `'q1.k1'`, or the reference particle's γ behind so many accelerating elements, `'@gamma0'`. */
  readonly parameter: string;
  readonly factor: number;
}

/** The reference particle's γ behind an accelerating element, and what it depends on. */
export interface ReferenceLink {
  /** What bindings call it. */
  readonly key: string;
  /** By the element's parameters, and by γ before it. */
  readonly gammaBar: ReadonlyMap<string, number>;
}

/** A lattice as a flat list of steps. */
export interface Line {
  readonly steps: readonly Step[];
  /**
   * Length of the engine's gradient. Maps and kicks own consecutive slots in the order of steps: a map one for each of its
   * coefficients; a kick its effectLength, three extents, and γ; a long beam's its current in the place of the third.
   */
  readonly slots: number;
  readonly bindings: readonly Binding[];
  /** Accelerations in line order. */
  readonly references: readonly ReferenceLink[];
  /** The currents in A of long beams' kicks, and their slots. */
  readonly currents: readonly { readonly slot: number; readonly current: number }[];
  /** The reference particle at the entrance and at the exit. */
  readonly entrance: ReferenceParticle;
  readonly exit: ReferenceParticle;
  /** Observed markers in line order; `beforeStep` is the step they sit before, `steps.length` at the end. */
  readonly observations: readonly {
    readonly marker: string;
    readonly beforeStep: number;
    /** The reference particle there. */
    readonly reference: ReferenceParticle;
  }[];
  /** Number of apertures. */
  readonly apertures: number;
  /** Arc length at the end of each step in m, `[steps.length]`. */
  readonly s: readonly number[];
  /** p0 at the end of each step over that at the entrance, `[steps.length]`. */
  readonly ratios: readonly number[];
  /** Where each step comes from, `[steps.length]`: an element, a kick, or the first and the last element of a run, `'d1…q2'`. */
  readonly names: readonly string[];
  /** What is asked for each step on the way back, `[steps.length]`; `undefined` is `'auto'`. */
  readonly directives: readonly (Directive | undefined)[];
  /** The lattice's segments that have a mode, as ranges of steps, outer ones first. */
  readonly segments: readonly Segment[];
}

import { LatticeError } from '../errors.js';
import type { ReferenceParticle } from '../lattice/reference.js';
import { requireInteger, requireOneOf } from '../options.js';
import { Dual } from './dual.js';
import { type ElementChanges, label, type Slice } from './element.js';
import { cosineAndSine, focusingLifts, mapCount, sineDeficit } from './focusing.js';
import { Magnet, type MagnetOptions, type ParameterRule } from './magnet.js';
import { chromaticFocusingMap, type ElementMap, multipoleKickMap, quadraticLift } from './maps.js';

/** The options that sector and rectangular bends share. */
export interface BendOptions extends MagnetOptions {
  /** m, above 0. */
  readonly length: number;
  /** Angle by which the reference particle is bent, towards negative x, rad. */
  readonly angle: number;
  /** Focusing strength in 1/m², as of a quadrupole; default 0. */
  readonly k1?: number | undefined;
  /** Sextupole strength in 1/m³; default 0. */
  readonly k2?: number | undefined;
  /** Rotation of the entrance face, rad; default 0. Positive values focus in y, and defocus in x. */
  readonly e1?: number | undefined;
  /** Rotation of the exit face, rad; default 0. */
  readonly e2?: number | undefined;
  /** Fringe field integral ∫ By (B0 − By)/(B0² gap) ds of the entrance; default 0. */
  readonly fringeIntegral?: number | undefined;
  /** Of the exit; default that of the entrance. */
  readonly fringeIntegralExit?: number | undefined;
  /** Full gap between the poles, m; default 0. */
  readonly gap?: number | undefined;
  /**
   * `'linear'` (default), or `'chromatic'`: each particle at its own momentum, to second order in the transverse coordinates but for
   * the curvature's third-order term h·x·(px² + py²)/2.
   */
  readonly model?: BendModel | undefined;
  /** Number of sextupole kicks in the magnet, where k2 is one; default 4. */
  readonly steps?: number | undefined;
}

/** Equations of motion in a bend. */
export type BendModel = (typeof BEND_MODELS)[number];
const BEND_MODELS = ['linear', 'chromatic'] as const;

type BendParameter = keyof typeof BEND_RULES;

/** The rules of a bend's parameters, but for what its length is. */
export const BEND_RULES = {
  length: { unit: 'm', meaning: 'Length', positive: true },
  angle: { unit: 'rad', meaning: 'Angle by which the reference particle is bent' },
  k1: { unit: '1/m²', meaning: 'Focusing strength, positive focuses in x', fallback: 0 },
  k2: { unit: '1/m³', meaning: 'Sextupole strength', fallback: 0 },
  e1: { unit: 'rad', meaning: 'Rotation of the entrance face', fallback: 0 },
  e2: { unit: 'rad', meaning: 'Rotation of the exit face', fallback: 0 },
  fringeIntegral: { unit: '1', meaning: 'Fringe field integral', fallback: 0 },
  fringeIntegralExit: {
    unit: '1',
    meaning: 'Fringe field integral of the exit',
    fallback: 'fringeIntegral',
  },
  gap: { unit: 'm', meaning: 'Full gap between the poles', fallback: 0, nonNegative: true },
} as const satisfies Readonly<Record<string, ParameterRule>>;

/** The rules of a bend's other options. */
export const BEND_SETTINGS = {
  model: {
    kind: 'choice',
    words: BEND_MODELS,
    meaning: 'Equations of motion: linearised, or at each particle\'s own momentum; default "linear"',
  },
  steps: { kind: 'count', least: 1, meaning: 'Number of sextupole kicks where k2 is one; default 4' },
} as const;

const DEFAULT_STEPS = 4;
const MOST_STEPS = 10_000;

/** What a face of a bend is made of. */
interface Face {
  readonly rotation: Dual;
  readonly fringeIntegral: Dual;
}

/**
 * A bend in its linear map, with dispersion: edge, body, edge. Bodies are lifts of (x, y, p) between drifts; sextupole kicks stand
 * between equal bodies. What offsets and tilt move are the coordinates at its entrance and its exit.
 */
export abstract class Bend extends Magnet<BendParameter> {
  readonly model: BendModel;
  /** Number of sextupole kicks. */
  readonly steps: number;

  protected constructor(
    className: string,
    options: BendOptions,
    rules: Readonly<Record<BendParameter, ParameterRule>>,
  ) {
    super(className, options, rules, Object.keys(BEND_SETTINGS));
    const where = label(this.type, this.name);
    this.model = requireOneOf(options.model ?? 'linear', BEND_MODELS, `the model of ${where}`, LatticeError);
    const { steps = DEFAULT_STEPS } = options;
    this.steps = requireInteger(steps, `steps of ${where}`, 1, MOST_STEPS, LatticeError);
  }

  /** What the entrance and the exit face are turned by, against the plane across the reference orbit. */
  protected abstract faceRotations(parameters: Readonly<Record<string, Dual>>): readonly [Dual, Dual];

  protected override changed(changes: ElementChanges) {
    return { ...super.changed(changes), model: this.model, steps: this.steps };
  }

  protected override body(slice: Slice): ElementMap[] {
    const { from, to, reference, isWanted } = slice;
    const parameters = this.variables();
    const { angle, fringeIntegral, fringeIntegralExit, gap } = parameters;
    const h = angle!.over(this.arc);
    const [first, last] = this.faceRotations(parameters);
    const faces: readonly [Face, Face] = [
      { rotation: first, fringeIntegral: fringeIntegral! },
      { rotation: last, fringeIntegral: fringeIntegralExit! },
    ];
    const [entrance, exit] = faces.map((face) => {
      const edge = () => [edgeMap(h, face.rotation, face.fringeIntegral, gap!, reference)];
      return this.#isFlat(face, isWanted) ? [] : edge();
    });
    return [
      ...(from === 0 ? entrance! : []),
      ...this.#inside(h, to - from, slice),
      ...(to === 1 ? exit! : []),
    ];
  }

  /** Whether a face does nothing, and nobody asks what it would do. */
  #isFlat({ rotation, fringeIntegral }: Face, isWanted: (parameter: string) => boolean): boolean {
    const names = ['e1', 'e2', 'fringeIntegral', 'fringeIntegralExit', 'gap'];
    const isOff = fringeIntegral.value === 0 || this.parameters.gap === 0;
    return rotation.value === 0 && isOff && !names.some(isWanted);
  }

  /** A part without its faces: bodies, with half of one before and behind each sextupole kick. */
  #inside(h: Dual, fraction: number, { reference, isWanted }: Slice): ElementMap[] {
    const { k1, k2 } = this.variables();
    const length = this.arc.times(fraction);
    const where = label(this.type, this.name);
    const maps = this.model === 'linear' ? bendMaps : chromaticBendMaps;
    const bodies = (share: number) => maps(length.times(share), h, k1!, reference, where);
    if (k2!.value === 0 && !isWanted('k2')) return bodies(1);
    const count = Math.ceil(this.steps * fraction);
    const kick = multipoleKickMap(2, k2!.times(length.over(count)), Dual.constant(0), reference);
    const half = bodies(0.5 / count);
    const whole = count > 1 ? bodies(1 / count) : [];
    const between = Array.from({ length: count - 1 }, () => [kick, ...whole]).flat();
    return [...half, ...between, kick, ...half];
  }
}

/**
 * The inside of a bend, linear in all coordinates: with curvature h and kx = h² + k1, ky = −k1,
 * x″ = −kx x + h p/β0, tau′ = h x/β0 − p/(β0γ0)². In equal maps of three lifts each, of which the middle one is
 * px −= b x − c p, tau += c x + f p (docs/mathematics.md). Source: K. L. Brown, SLAC-75 (1982), in the coordinates of this code.
 */
function bendMaps(
  length: Dual,
  h: Dual,
  k1: Dual,
  reference: ReferenceParticle,
  where: string,
): ElementMap[] {
  const { ratio, beta, slip } = reference;
  const kx = h.squared().plus(k1);
  const ky = k1.negated();
  const count = mapCount(length.value, [kx.value, ky.value], where);
  const l = length.over(count);
  const x = focusingLifts(l, kx);
  const y = focusingLifts(l, ky);
  const kappa = kx.times(l).times(l);
  const bending = h.over(beta);
  const c = bending.times(l).times(cosineAndSine(kappa).s);
  const f = bending.squared().times(l).times(l).times(l).times(sineDeficit(kappa)).minus(l.times(slip));
  const drift = { xx: x.a.over(ratio), yy: y.a.over(ratio) };
  const middle = {
    ...{ xx: x.b.times(ratio), yy: y.b.times(ratio) },
    ...{ xt: c.negated(), tt: f.negated().over(ratio) },
  };
  const lifts = [
    quadraticLift('momentumLift', drift),
    quadraticLift('bendLift', middle, l.value),
    quadraticLift('momentumLift', drift),
  ];
  return Array<ElementMap[]>(count).fill(lifts).flat();
}

/**
 * The same for each particle's momentum 1 + δ: the flow of (px² + py²)/(2(1 + δ)) + (kx x² + ky y²)/2 − h·x·δ − δ + p/β0, in equal
 * maps (docs/mathematics.md).
 */
function chromaticBendMaps(
  length: Dual,
  h: Dual,
  k1: Dual,
  reference: ReferenceParticle,
  where: string,
): ElementMap[] {
  const kx = h.squared().plus(k1);
  const ky = k1.negated();
  const count = mapCount(length.value, [kx.value, ky.value], where);
  return Array<ElementMap>(count).fill(chromaticFocusingMap(length.over(count), kx, ky, h, reference));
}

/**
 * An edge of a bend as a thin lens: px += h tan(e) x, py −= h tan(e − ψ) y, where ψ = h·gap·fringeIntegral·(1 + sin² e)/cos e is
 * what a fringe field of finite length takes from the focusing in y. Source: K. L. Brown, SLAC-75 (1982); MAD-X's dipedge.
 *
 * @param h - curvature, 1/m
 * @param e - rotation of the face, rad
 * @param gap - full gap, m
 */
export function edgeMap(
  h: Dual,
  e: Dual,
  fringeIntegral: Dual,
  gap: Dual,
  { ratio }: ReferenceParticle,
): ElementMap {
  const sine = e.sine();
  const psi = h.times(gap).times(fringeIntegral).times(sine.squared().plus(1)).over(e.cosine());
  return quadraticLift('positionLift', {
    xx: h.times(e.tangent()).times(ratio).negated(),
    yy: h.times(e.minus(psi).tangent()).times(ratio),
  });
}

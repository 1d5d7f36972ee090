import { exp, expm1 } from './elementary.js';

/** What fixes a stationary thermal bunch, in lengths of its own frame. */
export interface EquilibriumOptions {
  /** Wave number k of the external focusing, the same in all directions, 1/m. */
  readonly focusing: number;
  /** Strength C of the field: a macroparticle at r feels x″ = −k²x − C·∂φ/∂x with ∇²φ = −n, ∫n d³r = 1; m. */
  readonly intensity: number;
  /** ⟨px²⟩ of core and halo. */
  readonly temperatures: readonly [core: number, halo: number];
  /** Share w of the charge in the halo, 0 to less than 1. */
  readonly haloFraction: number;
}

/** The radial distribution of one population. */
export interface RadialTable {
  /** Distances at which it is tabulated, `[m]`, m; from 0, equidistant. */
  readonly step: number;
  /** Share of the population within each distance, `[m]`, from 0 to 1. */
  readonly share: Float64Array;
}

/** Step of the integration in units of λ = √(T/3k²), which is a Debye length where the field is strong. */
const STEP = 0.02;
/** Exponents beyond which a population has ended: e⁻⁴⁰ is no share of anything. */
const END = 40;
/** Largest |logit| of the charge's share of the focusing; beyond, ε = e⁻⁷⁰⁰ underflows. */
const LARGEST_LOGIT = 700;

/**
 * Radial distributions of core and halo (the halo's is empty without one) of the bunch whose density is
 * n = (1 − w)·n₁ + w·n₂ with nᵢ ∝ exp(−V/Tᵢ), V = k²r²/2 + C·φ: a stationary solution of the Vlasov–Poisson equations
 * (R. D. Ryne et al., EPAC 2004, WEPLT047).
 *
 * With u = V/T₁, ρ = r/λ, λ² = T₁/3k² and τ = T₂/T₁ it obeys u″ + 2u′/ρ = 1 − η₁e⁻ᵘ − η₂e^(−u/τ), ηᵢ being the parts of
 * the focusing that the populations cancel at the centre. What they leave, ε = 1 − η₁ − η₂, becomes exponentially small
 * in a cold bunch, hence the right-hand side as ε + η₁(1 − e⁻ᵘ) + η₂(1 − e^(−u/τ)), and the search for η in its logit.
 * The conditions are η₁∫ρ²e⁻ᵘdρ = (1 − w)K, η₂∫ρ²e^(−u/τ)dρ = wK with K = C/(12πk²λ³).
 *
 * @returns `undefined` for a bunch so cold that it is a uniform ball to double precision
 */
export function thermalEquilibrium(options: EquilibriumOptions): [RadialTable, RadialTable] | undefined {
  const { focusing: k, intensity, haloFraction: w } = options;
  const [core, halo] = options.temperatures;
  const lambda = Math.sqrt(core / 3) / k;
  const demand = intensity / (12 * Math.PI * k * k * lambda * lambda * lambda);
  const profileAt = (logit: number, haloShare: number) => {
    const eta = 1 / (1 + exp(-logit));
    const epsilon = 1 / (1 + exp(logit));
    return integrate(epsilon, (1 - haloShare) * eta, haloShare * eta, halo / core);
  };
  // For given shares at the centre, the logit at which the charge is right.
  const logitOf = (haloShare: number) =>
    root(
      (logit) => {
        const { charges } = profileAt(logit, haloShare);
        const charge = charges[0] + charges[1];
        return (charge - demand) / (charge + demand);
      },
      -LARGEST_LOGIT,
      LARGEST_LOGIT,
    );
  const excess = (haloShare: number) => {
    const { charges } = profileAt(logitOf(haloShare), haloShare);
    return charges[1] / (charges[0] + charges[1]) - w;
  };
  const haloShare = w === 0 ? 0 : root(excess, 0, 1);
  const logit = logitOf(haloShare);
  if (logit > LARGEST_LOGIT - 1) return undefined;
  const { shares } = profileAt(logit, haloShare);
  const table = (share: readonly number[]): RadialTable => {
    const total = share.at(-1)!;
    return { step: STEP * lambda, share: Float64Array.from(share, (value) => value / total) };
  };
  return [table(shares[0]), table(shares[1])];
}

interface Profile {
  /** ∫ρ²e⁻ᵘ and ∫ρ²e^(−u/τ) up to every step. */
  readonly shares: readonly [number[], number[]];
  /** η₁ and η₂ times the whole integrals. */
  readonly charges: readonly [number, number];
}

/** Integrates the equation above by Runge and Kutta's rule of fourth order for v = ρu, v″ = ρ·f(v/ρ), from the centre. */
function integrate(epsilon: number, eta1: number, eta2: number, tau: number): Profile {
  const shares: [number[], number[]] = [[0], [0]];
  const end = END * Math.max(1, eta2 > 0 ? tau : 1);
  const h = STEP;
  let [v, slope, m1, m2] = [0, 0, 0, 0];
  /** v″ and the two integrands at a point. */
  const at = (rho: number, value: number): readonly [number, number, number] => {
    const u = rho === 0 ? 0 : value / rho;
    const below1 = -expm1(-u);
    const below2 = -expm1(-u / tau);
    const curvature = rho * (epsilon + eta1 * below1 + eta2 * below2);
    return [curvature, rho * rho * (1 - below1), rho * rho * (1 - below2)];
  };
  for (let i = 0, u = 0; u < end; i++) {
    const rho = i * h;
    const a = at(rho, v);
    const b = at(rho + h / 2, v + (h / 2) * slope);
    const c = at(rho + h / 2, v + (h / 2) * (slope + (h / 2) * a[0]));
    const d = at(rho + h, v + h * (slope + (h / 2) * b[0]));
    v += h * (slope + (h / 6) * (a[0] + b[0] + c[0]));
    slope += (h / 6) * (a[0] + 2 * b[0] + 2 * c[0] + d[0]);
    m1 += (h / 6) * (a[1] + 2 * b[1] + 2 * c[1] + d[1]);
    m2 += (h / 6) * (a[2] + 2 * b[2] + 2 * c[2] + d[2]);
    shares[0].push(m1);
    shares[1].push(m2);
    u = v / (rho + h);
  }
  return { shares, charges: [eta1 * m1, eta2 * m2] };
}

/** Where an increasing function passes 0 between `low` and `high`, or the nearer end: bisection, then the Illinois rule. */
function root(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  const near = (high - low) / 256;
  while (b - a > near) {
    const middle = (a + b) / 2;
    if (f(middle) < 0) a = middle;
    else b = middle;
  }
  let [fa, fb] = [f(a), f(b)];
  if (fa >= 0 || fb <= 0) return fa >= 0 ? a : b;
  let last = 0; // which end moved last
  for (let i = 0; i < 100; i++) {
    const x = (a * fb - b * fa) / (fb - fa);
    const fx = f(x);
    if (!(fx !== 0 && b - a > 1e-13 * Math.max(1, Math.abs(x))) || x === a || x === b) return x;
    if (fx < 0) {
      [a, fa] = [x, fx];
      if (last < 0) fb /= 2;
      last = -1;
    } else {
      [b, fb] = [x, fx];
      if (last > 0) fa /= 2;
      last = 1;
    }
    if (Math.abs(fx) < 1e-14) return x;
  }
  return (a + b) / 2;
}

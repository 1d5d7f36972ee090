/*
 * A cold bunch that fills an ellipsoid evenly stays one in linear elements, and its own field is linear inside. So three semi-axes
 * and their slopes are all there is to know: a recursion from kick to kick, which is what the library's kicks converge to with
 * macroparticles and grid, and, for infinitely many kicks, an ordinary differential equation.
 *
 * Field of an ellipsoid: O. D. Kellogg, Foundations of Potential Theory (1929), chapter VII. With semi-axes a, b, c and charge Q it
 * is E_x = 3Q/(8πε0)·x·∫0^∞ ds / ((a² + s)·√((a² + s)(b² + s)(c² + s))). The lengths along the bunch are stretched by γ0
 * (docs/conventions.md), so that E_z, the derivative by the unstretched one, gains a factor γ0.
 *
 * In plain JavaScript, because the script that draws the figure of docs/gradients.md uses it, too.
 */
const EPSILON_0 = 8.8541878188e-12;
const ELECTRON_REST_ENERGY = 510998.95069;

/** Nodes and weights of Gauss–Legendre quadrature on [0, 1], by Newton's method on the Legendre polynomial. */
function gaussLegendre(count) {
  return Array.from({ length: count }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 0;
    for (let iteration = 0; iteration < 50; iteration++) {
      let [last, value] = [1, x];
      for (let n = 2; n <= count; n++)
        [last, value] = [value, ((2 * n - 1) * x * value - (n - 1) * last) / n];
      slope = (count * (x * value - last)) / (x * x - 1);
      x -= value / slope;
    }
    return { at: (1 - x) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
}
const QUADRATURE = gaussLegendre(40);

/**
 * ∫0^∞ ds / ((a² + s)·√((a² + s)(b² + s)(c² + s))), 1/m³. The substitution s = a²(1/u² − 1) makes it smooth on [0, 1].
 */
function fieldIntegral(a, b, c) {
  const [p, q] = [(b / a) ** 2 - 1, (c / a) ** 2 - 1];
  const sum = QUADRATURE.reduce(
    (total, { at: u, weight }) => total + (weight * u * u) / Math.sqrt((1 + p * u * u) * (1 + q * u * u)),
    0,
  );
  return (2 * sum) / a ** 3;
}

/** Slopes that a metre of the bunch's own field adds to the semi-axes (x, y, tau): to a', b' and the tau axis' p. */
function spaceCharge([a, b, tau], { energy, charge }) {
  const gamma0 = energy / ELECTRON_REST_ENERGY;
  const beta0 = Math.sqrt(1 - 1 / gamma0 ** 2);
  const strength = 1 / (energy * beta0 ** 2 * gamma0 ** 2); // 1/(p0c·β0·γ0²), 1/V
  // The potential is that of the laboratory: γ0 times the one at rest.
  const factor = (gamma0 * strength * 3 * charge) / (8 * Math.PI * EPSILON_0);
  const c = gamma0 * beta0 * tau;
  // z = −β0·tau, so that a field outwards makes p of a late particle smaller.
  return [
    factor * a * fieldIntegral(a, b, c),
    factor * b * fieldIntegral(b, a, c),
    -factor * beta0 ** 2 * gamma0 ** 2 * tau * fieldIntegral(c, a, b),
  ];
}

/** Position and slope of one transverse semi-axis behind a length of focusing k. */
function focus(u, slope, k, length) {
  const root = Math.sqrt(Math.abs(k));
  if (root === 0) return [u + length * slope, slope];
  const [cos, sin] = k > 0 ? [Math.cos, Math.sin] : [Math.cosh, Math.sinh];
  const phase = root * length;
  return [
    cos(phase) * u + (sin(phase) / root) * slope,
    -Math.sign(k) * root * sin(phase) * u + cos(phase) * slope,
  ];
}

function advance({ axes: [a, b, tau], slopes: [da, db, p] }, { length, k1 = 0 }, { energy }) {
  const gamma0 = energy / ELECTRON_REST_ENERGY;
  const [x, dx] = focus(a, da, k1, length);
  const [y, dy] = focus(b, db, -k1, length);
  return { axes: [x, y, tau - (length / (gamma0 ** 2 - 1)) * p], slopes: [dx, dy, p] };
}

/** Semi-axes at the end of a line whose elements have so many symmetric slices each. */
export function kickedEllipsoid(bunch, elements) {
  let state = { axes: bunch.axes, slopes: [0, 0, 0] };
  for (const { length, k1, kicks } of elements) {
    const half = { length: length / kicks / 2, k1 };
    for (let i = 0; i < kicks; i++) {
      state = advance(state, half, bunch);
      const gained = spaceCharge(state.axes, bunch);
      state = { ...state, slopes: state.slopes.map((slope, d) => slope + (length / kicks) * gained[d]) };
      state = advance(state, half, bunch);
    }
  }
  return state.axes;
}

/** The same with space charge all along: fourth-order Runge–Kutta on the six equations. */
export function continuousEllipsoid(bunch, elements, steps = 200) {
  const gamma0 = bunch.energy / ELECTRON_REST_ENERGY;
  let state = [...bunch.axes, 0, 0, 0];
  for (const { length, k1 = 0 } of elements) {
    const rate = ([a, b, tau, da, db, p]) => {
      const [fx, fy, fp] = spaceCharge([a, b, tau], bunch);
      return [da, db, -p / (gamma0 ** 2 - 1), fx - k1 * a, fy + k1 * b, fp];
    };
    const h = length / steps;
    const moved = (by, rates) => state.map((value, i) => value + by * rates[i]);
    for (let i = 0; i < steps; i++) {
      const r1 = rate(state);
      const r2 = rate(moved(h / 2, r1));
      const r3 = rate(moved(h / 2, r2));
      const r4 = rate(moved(h, r3));
      state = state.map((value, d) => value + (h / 6) * (r1[d] + 2 * r2[d] + 2 * r3[d] + r4[d]));
    }
  }
  return state.slice(0, 3);
}

/** An electron bunch, round in its rest frame, and a doublet that turns it inside out by about its own size. */
export const DOUBLET = {
  energy: 50e6,
  charge: 0.3e-9,
  q1: 12,
  d1: 0.3,
  /** Rms of the bunch in x and y, m. */
  sigma: 1e-3 / Math.sqrt(5),
};

/** Rms of tau of a ball, m. */
export const sigmaTauOf = ({ energy, sigma }) => sigma / Math.sqrt((energy / ELECTRON_REST_ENERGY) ** 2 - 1);

/** The doublet's elements with slices of 0.1 m/fineness at most. */
function elementsOf({ q1, d1 }, fineness) {
  const kicks = (slices) => Math.max(1, slices * fineness);
  return [
    { length: 0.1, k1: q1, kicks: kicks(1) },
    { length: d1, kicks: kicks(3) },
    { length: 0.1, k1: -12, kicks: kicks(1) },
    { length: 0.3, kicks: kicks(3) },
  ];
}

/**
 * Final rms of x of the doublet, m.
 *
 * @param fineness - kicks in a tenth of a metre, or 1/3 for one kick in each element; Infinity for space charge all along
 */
export function finalSize(changes, fineness) {
  const setting = { ...DOUBLET, ...changes };
  const root5 = Math.sqrt(5);
  // The bunch at the entrance stays what it is while the energy changes.
  const axes = [DOUBLET.sigma, DOUBLET.sigma, sigmaTauOf(DOUBLET)].map((sigma) => root5 * sigma);
  const bunch = { axes, energy: setting.energy, charge: setting.charge };
  const follow = Number.isFinite(fineness) ? kickedEllipsoid : continuousEllipsoid;
  return follow(bunch, elementsOf(setting, fineness))[0] / root5;
}

/** What the size is differentiated by, as the library names it, and as the setting does. */
export const PARAMETERS = { charge: 'charge', energy: 'energy', 'q1.k1': 'q1', 'd1.length': 'd1' };

/** p·dσx/dp of the doublet for every parameter, m: central differences of fourth order. */
export function sizeDerivatives(fineness) {
  const step = 1e-3;
  return Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, key]) => {
      const at = (by) => finalSize({ [key]: DOUBLET[key] * (1 + by) }, fineness);
      const slope = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
      return [name, slope];
    }),
  );
}

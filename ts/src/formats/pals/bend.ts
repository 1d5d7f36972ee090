import { fileError } from '../failure.js';
import type { Parameters } from '../parameters.js';
import type { ElementSpec } from '../spec.js';
import type { FieldFactor, Multipole } from './multipoles.js';
import { requireOrders } from './multipoles.js';

const GEOMETRIES = ['ARC', 'CHORD', 'ENTRANCE_COORDS', 'EXIT_COORDS'] as const;
const MULTIPOLE_GEOMETRIES = [
  'FOLLOWS_REF_GEOMETRY',
  'VERTICALLY_PURE',
  'HORIZONTALLY_PURE',
  'CHORD',
  'ENTRANCE_COORDS',
  'EXIT_COORDS',
] as const;

/** How much of the angle stands between a pole face's angle to a sector and to a rectangle, at entrance and exit. */
const RECTANGLE: Record<(typeof GEOMETRIES)[number], readonly [number, number]> = {
  ARC: [0.5, 0.5],
  CHORD: [0.5, 0.5],
  ENTRANCE_COORDS: [0, 1],
  EXIT_COORDS: [1, 0],
};

/** A relative difference in strength that rounding can make. */
const ROUNDING = 1e-9;

/**
 * The bend of a `Bend`: an SBend by its arc, or an RBend where the file gives the chord (PALS, "Bend Parameters").
 *
 * @throws LatticeFileError for a shape that is given too often or by what unkick has not
 */
export function bend(
  parameters: Parameters,
  multipoles: ReadonlyMap<number, Multipole>,
  fieldFactor: FieldFactor,
): ElementSpec {
  const shape = readShape(parameters, fieldFactor);
  const { angle, chord } = shape;
  requireNoFieldError(parameters, multipoles, shape);
  const edges = readEdges(parameters, angle);
  const options = { angle, ...readFringes(parameters), ...gradients(multipoles, parameters) };
  const tilt = parameters.number('BendP.tilt_ref') ?? 0;
  const turned = tilt === 0 ? options : { ...options, tilt };
  if (chord === undefined) {
    return { type: 'SBend', options: { ...turned, length: shape.length, e1: edges.e1, e2: edges.e2 } };
  }
  return { type: 'RBend', options: { ...turned, length: chord, e1: edges.rect1, e2: edges.rect2 } };
}

interface Shape {
  readonly length: number;
  readonly angle: number;
  /** Where the file gives the chord instead of the arc. */
  readonly chord?: number;
  /** Curvature of the reference orbit in 1/m. */
  readonly curvature: number;
}

/** Two of the curvature, a length and the angle give the third. */
function readShape(parameters: Parameters, fieldFactor: FieldFactor): Shape {
  const curvature = readCurvature(parameters, fieldFactor);
  const angle = parameters.number('BendP.angle_ref');
  const arc = parameters.number('length');
  const chord = parameters.number('BendP.L_chord');
  const rectangle = parameters.number('BendP.L_rectangle');
  parameters.take('BendP.L_sagitta'); // computed by programs
  const lengths = [arc, chord, rectangle].filter((length) => length !== undefined);
  const given = lengths.length + (curvature === undefined ? 0 : 1) + (angle === undefined ? 0 : 1);
  if (lengths.length > 1 || given > 2) {
    throw fileError(
      parameters.at,
      `Bend '${parameters.name}': two of angle, curvature and one length give its shape, but ${given} are set`,
    );
  }
  if (chord !== undefined) return fromChord(parameters, chord, angle, curvature);
  if (rectangle !== undefined) return fromRectangle(parameters, rectangle, angle, curvature);
  if (arc === undefined) {
    const length = angle === undefined || !curvature ? 0 : angle / curvature;
    return { length, angle: length === 0 ? 0 : angle!, curvature: curvature ?? 0 };
  }
  if (angle !== undefined) return { length: arc, angle, curvature: arc === 0 ? 0 : angle / arc };
  return { length: arc, angle: arc * (curvature ?? 0), curvature: curvature ?? 0 };
}

function readCurvature(parameters: Parameters, fieldFactor: FieldFactor): number | undefined {
  const g = parameters.number('BendP.g_ref');
  const radius = parameters.number('BendP.radius_ref');
  const field = parameters.number('BendP.Bn0_ref');
  const given = [g, radius, field].filter((value) => value !== undefined);
  if (given.length > 1) {
    throw fileError(parameters.at, `Bend '${parameters.name}' takes one of g_ref, radius_ref and Bn0_ref`);
  }
  if (radius === 0) throw fileError(parameters.placeOf('BendP.radius_ref'), 'radius_ref cannot be 0');
  if (field !== undefined) return field === 0 ? 0 : field * fieldFactor('BendP.Bn0_ref');
  return radius === undefined ? g : 1 / radius;
}

function fromChord(
  parameters: Parameters,
  chord: number,
  angle: number | undefined,
  curvature: number | undefined,
): Shape {
  const bent = angle ?? 2 * Math.asin((chord * (curvature ?? 0)) / 2);
  if (Number.isNaN(bent))
    throw fileError(parameters.at, `Bend '${parameters.name}': L_chord is longer than a diameter`);
  const length = bent === 0 ? chord : (chord * bent) / 2 / Math.sin(bent / 2);
  return { length, angle: bent, chord, curvature: length === 0 ? 0 : bent / length };
}

function fromRectangle(
  parameters: Parameters,
  rectangle: number,
  angle: number | undefined,
  curvature: number | undefined,
): Shape {
  const bent = angle ?? Math.asin(rectangle * (curvature ?? 0));
  if (Number.isNaN(bent))
    throw fileError(parameters.at, `Bend '${parameters.name}': L_rectangle is longer than the radius`);
  const length = bent === 0 ? rectangle : (rectangle * bent) / Math.sin(bent);
  return { length, angle: bent, curvature: length === 0 ? 0 : bent / length };
}

/** The field on the reference orbit must be the one that bends it. */
function requireNoFieldError(
  parameters: Parameters,
  multipoles: ReadonlyMap<number, Multipole>,
  { curvature, length }: Shape,
): void {
  const followsReference = parameters.flag('BendP.Kn0_from_g_ref') ?? true;
  const dipole = multipoles.get(0);
  if (dipole === undefined) {
    if (followsReference || curvature === 0) return;
    throw fileError(
      parameters.placeOf('BendP.Kn0_from_g_ref'),
      `Bend '${parameters.name}' has no field to bend by`,
    );
  }
  const { normal, skew, isIntegrated, parameter } = dipole;
  const field = isIntegrated ? normal / length : normal;
  if (skew === 0 && Math.abs(field - curvature) <= ROUNDING * Math.abs(curvature)) return;
  throw fileError(
    parameters.placeOf(parameter),
    `Bend '${parameters.name}': a field other than that of the reference orbit is not supported`,
  );
}

function readEdges(parameters: Parameters, angle: number) {
  const geometry = parameters.word('BendP.ref_geometry', GEOMETRIES) ?? 'ARC';
  parameters.word('BendP.multipole_geometry', MULTIPOLE_GEOMETRIES);
  for (const name of ['BendP.h1', 'BendP.h2']) {
    parameters.requireZero(name, 'curved pole faces are not supported');
  }
  const [first, second] = RECTANGLE[geometry];
  const one = readEdge(parameters, '1', first * angle, geometry === 'ARC');
  const two = readEdge(parameters, '2', second * angle, geometry === 'ARC');
  // An RBend's angles are those to the chord, whatever the geometry that the file measures by.
  const rect = (edge: { sector: number; rect?: number }, part: number) =>
    edge.rect !== undefined && part === 0.5 ? edge.rect : edge.sector - angle / 2;
  return { e1: one.sector, e2: two.sector, rect1: rect(one, first), rect2: rect(two, second) };
}

/** The angle of a pole face to that of a sector, and to that of a rectangle where the file gives it. */
function readEdge(
  parameters: Parameters,
  end: '1' | '2',
  between: number,
  isSectorByDefault: boolean,
): { sector: number; rect?: number } {
  const sector = parameters.number(`BendP.e${end}`);
  const rect = parameters.number(`BendP.e${end}_rect`);
  if (sector !== undefined && rect !== undefined) {
    throw fileError(parameters.placeOf(`BendP.e${end}_rect`), `e${end} and e${end}_rect are both set`);
  }
  if (rect !== undefined) return { sector: rect + between, rect };
  if (sector !== undefined || isSectorByDefault) return { sector: sector ?? 0 };
  return { sector: between, rect: 0 };
}

/** The field integrals of the edges, FINT·HGAP, as a fringe integral of ½ and a gap. */
function readFringes(parameters: Parameters): Record<string, number> {
  const first = parameters.number('BendP.edge1_int') ?? 0;
  const second = parameters.number('BendP.edge2_int') ?? 0;
  if (first === 0 && second === 0) return {};
  if (first === second) return { fringeIntegral: 0.5, gap: 4 * first };
  if (first === 0) return { fringeIntegral: 0, fringeIntegralExit: 0.5, gap: 4 * second };
  return { fringeIntegral: 0.5, fringeIntegralExit: (0.5 * second) / first, gap: 4 * first };
}

function gradients(
  multipoles: ReadonlyMap<number, Multipole>,
  parameters: Parameters,
): Record<string, number> {
  requireOrders(multipoles, [0, 1, 2], parameters);
  const found: Record<string, number> = {};
  for (const [order, option] of [
    [1, 'k1'],
    [2, 'k2'],
  ] as const) {
    const multipole = multipoles.get(order);
    if (multipole === undefined) continue;
    const { normal, skew, tilt, isIntegrated, parameter } = multipole;
    if (skew !== 0 || tilt !== 0) {
      throw fileError(
        parameters.placeOf(parameter),
        `Bend '${parameters.name}': skew fields are not supported`,
      );
    }
    const length = parameters.number('length') ?? 0;
    if (isIntegrated && length === 0) {
      throw fileError(
        parameters.placeOf(parameter),
        `${parameter}: an integrated strength needs the bend's 'length'`,
      );
    }
    found[option] = isIntegrated ? normal / length : normal;
  }
  return found;
}

import { fileError } from '../failure.js';
import type { Parameters } from '../parameters.js';

/** The field of one order, normalised to the reference momentum: dipole 0, quadrupole 1, … */
export interface Multipole {
  readonly normal: number;
  readonly skew: number;
  /** In rad, about +s from x towards y. */
  readonly tilt: number;
  /** Whether the strengths are integrated over the length. */
  readonly isIntegrated: boolean;
  /** Name of a parameter of it, for messages. */
  readonly parameter: string;
}

/** K = factor · B, with the field B in T/m^N and the factor in 1/(T·m); throws where the momentum is not known. */
export type FieldFactor = (parameter: string) => number;

const GROUP = 'MagneticMultipoleP.';
const STRENGTH = /^MagneticMultipoleP\.([KB])([ns])(\d{1,2})(L?)$/;
const TILT = /^MagneticMultipoleP\.tilt(\d{1,2})$/;
/** Beyond an icosapole a number is a slip. */
const HIGHEST_ORDER = 20;

interface Parts {
  normal: number;
  skew: number;
  /** `'K'`, `'KL'`, `'B'` or `'BL'`: both components are of one kind. */
  quantity?: string;
  parameter: string;
}

/**
 * The multipoles of an element that are not 0, by order. By + i·Bx = Σ (Bn + i·Bs)·e^(−i(N+1)·tilt)·(x + iy)^N/N!, and
 * Kn + i·Ks = q/P0·(Bn + i·Bs) (PALS, "Magnetic Multipole Parameters").
 *
 * @throws LatticeFileError when normal and skew component of an order are of different kinds, or a field is given where the
 * momentum is not known
 */
export function readMultipoles(parameters: Parameters, fieldFactor: FieldFactor): Map<number, Multipole> {
  const found = new Map<number, Parts>();
  const tilts = new Map<number, number>();
  for (const name of parameters.names()) {
    const tilt = TILT.exec(name);
    if (tilt) tilts.set(Number(tilt[1]), parameters.number(name)!);
    const strength = STRENGTH.exec(name);
    if (strength) addStrength(found, parameters, name, strength);
  }
  const multipoles = new Map<number, Multipole>();
  for (const [order, { normal, skew, quantity, parameter }] of found) {
    if (normal === 0 && skew === 0) continue;
    const factor = quantity!.startsWith('B') ? fieldFactor(parameter) : 1;
    multipoles.set(order, {
      normal: factor * normal,
      skew: factor * skew,
      tilt: tilts.get(order) ?? 0,
      isIntegrated: quantity!.endsWith('L'),
      parameter,
    });
  }
  return multipoles;
}

function addStrength(
  found: Map<number, Parts>,
  parameters: Parameters,
  name: string,
  [, letter, component, digits, integrated]: RegExpExecArray,
): void {
  const order = Number(digits);
  if (order > HIGHEST_ORDER) throw fileError(parameters.placeOf(name), `${name}: the order is at most 20`);
  const parts = found.get(order) ?? { normal: 0, skew: 0, parameter: name };
  const quantity = `${letter}${integrated}`;
  if (parts.quantity !== undefined && parts.quantity !== quantity) {
    throw fileError(
      parameters.placeOf(name),
      `${name} and ${parts.parameter} of '${parameters.name}' are of one order but of different kinds`,
    );
  }
  parts.quantity = quantity;
  parts[component === 'n' ? 'normal' : 'skew'] = parameters.number(name)!;
  found.set(order, parts);
}

/** @throws LatticeFileError for a field of another order than these */
export function requireOrders(
  multipoles: ReadonlyMap<number, Multipole>,
  orders: readonly number[],
  parameters: Parameters,
): void {
  for (const [order, { parameter }] of multipoles) {
    if (orders.includes(order)) continue;
    const { type } = parameters.element;
    throw fileError(
      parameters.placeOf(parameter),
      `${parameter.slice(GROUP.length)}: a ${type} of unkick has no field of order ${order} beside its own`,
    );
  }
}

/** Integrated components without a tilt. */
export function integrated(
  order: number,
  { normal, skew, tilt, isIntegrated }: Multipole,
  length: number,
): { readonly normal: number; readonly skew: number } {
  const factor = isIntegrated ? 1 : length;
  const [n, s] = [factor * normal, factor * skew];
  if (tilt === 0) return { normal: n, skew: s };
  const cos = Math.cos((order + 1) * tilt);
  const sin = Math.sin((order + 1) * tilt);
  return { normal: n * cos + s * sin, skew: s * cos - n * sin };
}

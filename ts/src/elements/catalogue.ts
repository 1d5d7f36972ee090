import { ConstantFocusing } from './constantFocusing.js';
import { DipoleEdge } from './dipoleEdge.js';
import { Drift } from './drift.js';
import { HKicker, Kicker, VKicker } from './kicker.js';
import { LinearMap } from './linearMap.js';
import { camelCase, type ElementClass, Magnet, MISALIGNMENT_RULES, type ParameterRule } from './magnet.js';
import { Multipole } from './multipole.js';
import { Octupole } from './octupole.js';
import { Quadrupole } from './quadrupole.js';
import { RBend } from './rBend.js';
import { RFCavity } from './rfCavity.js';
import { SBend } from './sBend.js';
import { Sextupole } from './sextupole.js';
import { Buncher, ShortRF } from './shortRF.js';
import { Solenoid } from './solenoid.js';
import { ThinLens } from './thinLens.js';

/**
 * The elements whose options follow from rules: problem files, their schema and its documentation take them from here. An element is added
 * by a line.
 */
export const CATALOGUE: readonly ElementClass[] = [
  Drift,
  Quadrupole,
  SBend,
  RBend,
  DipoleEdge,
  Sextupole,
  Octupole,
  Multipole,
  Solenoid,
  HKicker,
  VKicker,
  Kicker,
  RFCavity,
  ShortRF,
  Buncher,
  ThinLens,
  LinearMap,
  ConstantFocusing,
];

/** What problem files call a class: `SBend` is of type `'sBend'`. */
export const typeOf = ({ name }: Pick<ElementClass, 'name'>): string => camelCase(name);

/** The rules of all parameters of a class, misalignments included. */
export function rulesOf(of: ElementClass): Readonly<Record<string, ParameterRule>> {
  const hasFrame = of.prototype instanceof Magnet;
  return hasFrame ? { ...of.rules, ...MISALIGNMENT_RULES } : of.rules;
}

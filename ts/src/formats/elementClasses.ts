import { Aperture } from '../elements/aperture.js';
import { ConstantFocusing } from '../elements/constantFocusing.js';
import { DipoleEdge } from '../elements/dipoleEdge.js';
import { Drift } from '../elements/drift.js';
import type { Element } from '../elements/element.js';
import { HKicker, Kicker, VKicker } from '../elements/kicker.js';
import { LinearMap } from '../elements/linearMap.js';
import { Marker } from '../elements/marker.js';
import { Monitor } from '../elements/monitor.js';
import { Multipole } from '../elements/multipole.js';
import { Octupole } from '../elements/octupole.js';
import { Quadrupole } from '../elements/quadrupole.js';
import { RBend } from '../elements/rBend.js';
import { RFCavity } from '../elements/rfCavity.js';
import { SBend } from '../elements/sBend.js';
import { Screen } from '../elements/screen.js';
import { Sextupole } from '../elements/sextupole.js';
import { Buncher, ShortRF } from '../elements/shortRF.js';
import { Solenoid } from '../elements/solenoid.js';
import { SpaceChargeKick } from '../elements/spaceChargeKick.js';
import { ThinLens } from '../elements/thinLens.js';
import { LatticeError } from '../errors.js';
import type { ElementSpec } from './spec.js';

/** Options are checked by the constructors themselves. */
type ElementConstructor = new (options: never) => Element;

const CLASSES: Readonly<Record<string, ElementConstructor>> = {
  Aperture,
  Buncher,
  ConstantFocusing,
  DipoleEdge,
  Drift,
  HKicker,
  Kicker,
  LinearMap,
  Marker,
  Monitor,
  Multipole,
  Octupole,
  Quadrupole,
  RBend,
  RFCavity,
  SBend,
  Screen,
  Sextupole,
  ShortRF,
  Solenoid,
  SpaceChargeKick,
  ThinLens,
  VKicker,
};

/**
 * The element that a specification stands for.
 *
 * @throws LatticeError for options that the element cannot have
 */
export function makeElement({ type, options }: ElementSpec, name: string): Element {
  const Class = CLASSES[type];
  if (!Class) throw new LatticeError(`there is no ${type} yet`);
  return new Class({ ...options, name } as never);
}

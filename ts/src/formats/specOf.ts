import type { Element } from '../elements/element.js';
import type { SpaceChargeKick } from '../elements/spaceChargeKick.js';
import { ELEMENT_CLASSES, type ElementClass, type ElementSpec } from './spec.js';

/** Options that are no parameters, by class: properties of the element under the same name. */
const SETTINGS: Partial<Record<ElementClass, readonly string[]>> = {
  Drift: ['model'],
  Quadrupole: ['model', 'steps'],
  SBend: ['model', 'steps'],
  RBend: ['model', 'steps'],
  Sextupole: ['steps'],
  Octupole: ['steps'],
  Multipole: ['kn', 'ks'],
  LinearMap: ['matrix'],
  Aperture: ['halfX', 'halfY', 'shape'],
  Screen: ['bins', 'extent'],
};

/** Parameters that settings stand for. */
const COVERED: Partial<Record<ElementClass, RegExp>> = {
  Multipole: /^k\d+s?l$/,
  SpaceChargeKick: /^extent[XYZ]$/,
  SpaceChargeKick2D: /^extent[XY]$/,
};

/** The class of an element and its options, as its constructor takes them; `undefined` for one that no file can hold. */
export function specOf(element: Element): ElementSpec | undefined {
  const type = ELEMENT_CLASSES.find((name) => name.toLowerCase() === element.type.toLowerCase());
  if (type === undefined) return undefined;
  const { reverse, tier } = element;
  const parameters = Object.entries(element.parameters).filter(([name]) => !COVERED[type]?.test(name));
  const properties = element as unknown as Readonly<Record<string, unknown>>;
  const settings = (SETTINGS[type] ?? [])
    .map((name) => [name, properties[name]] as const)
    .filter(([, value]) => value !== undefined);
  const grid = type.startsWith('SpaceChargeKick') ? gridOf(element as SpaceChargeKick) : {};
  const directives = { ...(reverse && { reverse }), ...(tier && { tier }) };
  return { type, options: { ...Object.fromEntries([...parameters, ...settings]), ...grid, ...directives } };
}

function gridOf({ gridShape, extentKind, kick, centre, differentiateGrid }: SpaceChargeKick) {
  return { gridShape, extent: { [extentKind]: kick.extent }, centre, differentiateGrid };
}

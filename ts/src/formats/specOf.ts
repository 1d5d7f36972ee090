import type { Element } from '../elements/element.js';
import { SpaceChargeKick } from '../elements/spaceChargeKick.js';
import { SpaceChargeKick2D } from '../elements/spaceChargeKick2D.js';
import { ELEMENT_CLASSES, type ElementSpec } from './spec.js';

/** Options of all classes that are no parameters: properties of the element under the same name. */
const SETTINGS = [
  ...['model', 'steps', 'order', 'matrix', 'halfX', 'halfY', 'shape', 'bins', 'halfSize', 'dx', 'dy'],
  ...['gridShape', 'centre', 'differentiateGrid'],
];
/** The parameters of a multipole, which its options list by order: k0l, k1l, … and k0sl, k1sl, … */
const STRENGTH = /^k(\d+)(s?)l$/;

/** The class of an element and its options, as its constructor takes them; `undefined` for one that no file can hold. */
export function specOf(element: Element): ElementSpec | undefined {
  const type = ELEMENT_CLASSES.find((name) => name.toLowerCase() === element.type.toLowerCase());
  if (type === undefined) return undefined;
  const { reverse, tier } = element;
  const properties = element as unknown as Readonly<Record<string, unknown>>;
  const settings = SETTINGS.flatMap((name) => {
    const value = properties[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const directives = { ...(reverse && { reverse }), ...(tier && { tier }) };
  return { type, options: { ...Object.fromEntries(settings), ...parametersOf(element), ...directives } };
}

function parametersOf(element: Element): Record<string, unknown> {
  const { parameters } = element;
  if (element instanceof SpaceChargeKick) {
    const { extentX, extentY, extentZ, ...others } = parameters;
    return { ...others, extent: { [element.extentKind]: [extentX, extentY, extentZ] } };
  }
  if (element instanceof SpaceChargeKick2D) {
    const { extentX, extentY, ...others } = parameters;
    return { ...others, extent: { [element.extentKind]: [extentX, extentY] } };
  }
  return element.type === 'multipole' ? multipoleOptions(parameters) : { ...parameters };
}

function multipoleOptions(parameters: Readonly<Record<string, number>>): Record<string, unknown> {
  const kn: number[] = [];
  const ks: number[] = [];
  const others: Record<string, number> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const [, order, skew] = STRENGTH.exec(name) ?? [];
    if (order === undefined) others[name] = value;
    else (skew ? ks : kn)[Number(order)] = value;
  }
  return { ...(kn.length > 0 && { kn }), ...(ks.length > 0 && { ks }), ...others };
}

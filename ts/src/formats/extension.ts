import { isDeepStrictEqual } from 'node:util';
import { LatticeError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import type { AttributeValue } from './description.js';
import { makeElement } from './elementClasses.js';
import { fileError } from './failure.js';
import type { Parameters } from './parameters.js';
import { ELEMENT_CLASSES, type ElementSpec, type PlacedSpec } from './spec.js';
import { specOf } from './specOf.js';

/** The group of parameters that holds options of unkick's elements for which a format has no word. */
export const EXTENSION = 'unkick';
/** Begins kinds of PALS for elements that it has none for: `unkick_ThinLens`. */
export const KIND_PREFIX = 'unkick_';

/** An element of a kind of our own; its options are all in the extension. */
export function extensionSpec(parameters: Parameters): ElementSpec | undefined {
  const { type } = parameters.element;
  if (!type.startsWith(KIND_PREFIX)) return undefined;
  const name = type.slice(KIND_PREFIX.length);
  const found = ELEMENT_CLASSES.find((one) => one === name);
  if (found) return { type: found, options: {} };
  throw fileError(parameters.at, `unkick has no element '${name}'${didYouMean(name, ELEMENT_CLASSES)}`);
}

/** A spec with what the extension says of it, which counts before what the format's own words say. */
export function withExtension(spec: ElementSpec, parameters: Parameters): ElementSpec {
  const type = parameters.word(`${EXTENSION}.type`, ELEMENT_CLASSES) ?? spec.type;
  // Of another class the extension gives all options: what only the first has is none of its.
  const options: Record<string, unknown> = type === spec.type ? { ...spec.options } : {};
  for (const path of parameters.names()) {
    const [group, name = '', part] = path.split('.');
    if (group !== EXTENSION) continue;
    const { value } = parameters.take(path)!;
    if (part !== undefined) options[name] = { [part]: value };
    else if (name !== 'name' && name !== 'type') options[name] = name === 'matrix' ? rowsOf(value) : value;
  }
  return { type, options };
}

/** A list of 36 numbers as the rows of a matrix. */
function rowsOf(value: AttributeValue): unknown {
  if (typeof value !== 'object') return value;
  return Array.from({ length: value.length / 6 }, (_, row) => value.slice(6 * row, 6 * row + 6));
}

/** What an extension has to say, and what goes without. */
export interface Remainder {
  /** Options that a reader would not find out otherwise, to the bit. */
  readonly extension: Readonly<Record<string, unknown>>;
  /** All options as a reader finds them without an extension; `undefined` where it takes the element for another. */
  readonly understood: ElementSpec['options'] | undefined;
}

/**
 * What an extension has to say so that an element is read back as it is.
 *
 * @param read - what a reader makes of the element without an extension
 */
export function remainderOf(spec: ElementSpec, read: readonly PlacedSpec[]): Remainder {
  const [only, second] = read;
  const understood = only && !second && only.type === spec.type ? completed(only) : undefined;
  const missing = Object.entries(spec.options).filter(
    ([name, value]) => !isDeepStrictEqual(value, understood?.[name] ?? DEFAULTS[name]),
  );
  const type = only?.type === spec.type ? [] : [['type', spec.type] as const];
  return { extension: Object.fromEntries([...type, ...missing]), understood };
}

/** Options that every element has and that go without saying. */
const DEFAULTS: Readonly<Record<string, unknown>> = { dx: 0, dy: 0, tilt: 0 };

/** All options of the element that a spec makes; `undefined` where it makes none by itself. */
function completed(spec: ElementSpec): ElementSpec['options'] | undefined {
  try {
    return specOf(makeElement(spec, 'element'))?.options;
  } catch (error) {
    if (error instanceof LatticeError) return undefined;
    throw error;
  }
}

import type { Reference } from '../beam/reference.js';
import type { Species } from '../beam/species.js';
import { didYouMean } from '../nearest.js';
import type { DescribedElement } from './description.js';
import { fileError } from './failure.js';
import { Parameters } from './parameters.js';
import { type ElementClass, OPEN, type PlacedSpec } from './spec.js';
import type { Warnings } from './warnings.js';

/** What an element is translated in. */
export interface TranslationContext {
  /** Whether the beam enters it by its exit face. */
  readonly isReversed: boolean;
  /** Where the file, or its reader, says which particle and which energy. */
  readonly reference: Reference | undefined;
  /** Where the file, or its reader, says which particle, whether the energy is known or not. */
  readonly species?: Species | undefined;
  /** Length of the line in m, of which harmonic numbers are a matter. */
  readonly lineLength: number;
  readonly warnings: Warnings;
}

/** An element that is being translated. */
export interface Scene extends TranslationContext {
  readonly parameters: Parameters;
}

/** What an element becomes here, in the order of the beam. */
export type Translation = (scene: Scene) => readonly PlacedSpec[];

/** The element types of a format, in lower case. */
export type TranslationTable = Readonly<Record<string, Translation>>;

/** What elements of a format become. @throws LatticeFileError for what has no counterpart */
export type Translator = (element: DescribedElement, context: TranslationContext) => readonly PlacedSpec[];

/** Whose element types a table has. */
export interface TranslatedProgram {
  /** For messages. */
  readonly program: string;
  /** Whether a type may be abbreviated as long as it is clear what is meant. */
  readonly abbreviates: boolean;
}

/** The translator of a table. */
export function translatorOf(table: TranslationTable, from: TranslatedProgram): Translator {
  return (element, context) => {
    const translation = table[resolveType(element, table, from)]!;
    const parameters = new Parameters(element);
    const specs = translation({ ...context, parameters });
    parameters.warnOfOthers(context.warnings);
    return specs;
  };
}

function resolveType(
  { type, name, at }: DescribedElement,
  table: TranslationTable,
  { program, abbreviates }: TranslatedProgram,
): string {
  const word = type.toLowerCase();
  if (Object.hasOwn(table, word)) return word;
  const fitting = abbreviates ? Object.keys(table).filter((key) => key.startsWith(word)) : [];
  const meanings = new Set(fitting.map((key) => table[key]));
  if (meanings.size === 1) return fitting[0]!;
  const problem =
    meanings.size > 1 ? `can be ${fitting.join(' or ')}` : `is no type of ${program} that can be read`;
  const hint = meanings.size > 1 ? '' : didYouMean(word, Object.keys(table));
  throw fileError(at, `'${name}' is of type '${type}', which ${problem}${hint}`);
}

/** A single element. Options that are `undefined` are left out. */
export function one(type: ElementClass, options: Readonly<Record<string, unknown>>): PlacedSpec[] {
  return [{ type, options: given(options) }];
}

/** The options that are set. */
export function given(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** A number, or `undefined` for what changes nothing: 0. */
export const unlessZero = (value: number | undefined) => (value === 0 ? undefined : value);

/** Strength and tilt (rad) of the normal magnet that a magnet of this order (quadrupole 1) with a skew component is, turned. */
export function withSkew(
  order: number,
  { normal, skew, tilt }: { readonly normal: number; readonly skew: number; readonly tilt: number },
): { readonly strength: number; readonly tilt: number } {
  if (skew === 0) return { strength: normal, tilt };
  const turn = Math.atan2(skew, normal) / (order + 1);
  return { strength: Math.hypot(normal, skew), tilt: tilt - turn };
}

/** @throws LatticeFileError for any of these numbers that is set and not 0 */
export function refuse(parameters: Parameters, names: readonly string[]): void {
  for (const name of names) parameters.requireZero(name, 'has no counterpart here unless it is 0');
}

/** A thin multipole; one without strengths does nothing. */
export function thinMultipole(
  kn: readonly number[],
  ks: readonly number[],
  placement: Readonly<Record<string, unknown>>,
): PlacedSpec[] {
  return kn.length + ks.length === 0 ? one('Marker', {}) : one('Multipole', { kn, ks, ...given(placement) });
}

/** An element without a map of its own: a drift, or a marker where it has no length. */
export function passive(length: number): PlacedSpec[] {
  return length === 0 ? one('Marker', {}) : one('Drift', { length });
}

/** A monitor in the middle of its length. */
export function monitor(length: number): PlacedSpec[] {
  if (length === 0) return one('Monitor', {});
  const half: PlacedSpec = { type: 'Drift', options: { length: length / 2 } };
  return [
    { ...half, suffix: '_entrance' },
    { type: 'Monitor', options: {} },
    { ...half, suffix: '_exit' },
  ];
}

/** A collimator: an opening at either end of its length; one that is 0 wide is open. */
export function collimator(
  length: number,
  opening: { readonly halfX: number; readonly halfY: number; readonly shape: 'elliptical' | 'rectangular' },
  placement: Readonly<Record<string, unknown>> = {},
): PlacedSpec[] {
  const { halfX, halfY, shape } = opening;
  if (halfX === 0 && halfY === 0) return passive(length);
  const options = { halfX: halfX || OPEN, halfY: halfY || OPEN, shape, ...placement };
  const aperture: PlacedSpec = { type: 'Aperture', options };
  if (length === 0) return [aperture];
  return [
    { ...aperture, suffix: '_entrance' },
    { type: 'Drift', options: { length } },
    { ...aperture, suffix: '_exit' },
  ];
}

/** A bend's edges as a beam meets them that enters by the exit face. */
export function turnedBend(
  options: Readonly<Record<string, unknown>>,
  isReversed: boolean,
): Record<string, unknown> {
  if (!isReversed) return given(options);
  const { e1, e2, fringeIntegral, fringeIntegralExit, ...rest } = options;
  const fringes =
    fringeIntegralExit === undefined
      ? { fringeIntegral }
      : {
          fringeIntegral: fringeIntegralExit,
          fringeIntegralExit: fringeIntegral,
        };
  return given({ ...rest, e1: e2, e2: e1, ...fringes });
}

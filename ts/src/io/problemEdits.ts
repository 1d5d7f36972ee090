import jsonc from 'jsonc-parser';
import type { Beam } from '../beam/beam.js';
import { CATALOGUE, rulesOf, typeOf } from '../elements/catalogue.js';
import { OptionsError } from '../errors.js';
import type { Problem } from './problem.js';

type Path = (string | number)[];

/** A change of one place of a JSON text; `undefined` takes the place away. */
interface Edit {
  readonly path: Path;
  readonly value: unknown;
}

/** What edits need to know of the text. */
interface Contents {
  readonly lattice?: unknown;
  readonly beam?: Readonly<Record<string, unknown>>;
}

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2 } };
const TWISS = ['beta', 'alpha', 'emittance'] as const;
/** Planes with the index of their first coordinate, and what `beam.twiss` takes the place of. */
const PLANES = [
  { plane: 'x', suffix: 'X', index: 0, moments: ['sigmaX', 'sigmaPx', 'correlationXPx', 'covXPx'] },
  { plane: 'y', suffix: 'Y', index: 2, moments: ['sigmaY', 'sigmaPy', 'correlationYPy', 'covYPy'] },
] as const;
const TWISS_PARAMETER = /^beam\.(beta|alpha|emittance)([XY])$/;

/**
 * The text of a problem file with other values of parameters; everything else stays as it is written.
 *
 * @param values - by name, as a match found them
 * @throws OptionsError for a parameter that has no place in the file
 */
export function withValues(text: string, problem: Problem, values: Readonly<Record<string, number>>): string {
  return editsFor(text, problem, values).reduce(
    (edited, { path, value }) => jsonc.applyEdits(edited, jsonc.modify(edited, path, value, FORMAT)),
    text,
  );
}

/**
 * Refuses, before a match rather than after it, parameters whose values {@link withValues} could not write.
 *
 * @throws OptionsError naming the first
 */
export function requireWritableValues(text: string, problem: Problem, names: readonly string[]): void {
  editsFor(text, problem, Object.fromEntries(names.map((name) => [name, 1])));
}

function editsFor(
  text: string,
  { beam, lattice }: Problem,
  values: Readonly<Record<string, number>>,
): Edit[] {
  const contents = jsonc.parse(text) as Contents;
  const places = elementPaths(contents.lattice, ['lattice']);
  const pathOf = new Map(lattice.elements.map(({ name }, i) => [name, places[i]]));
  const isTwiss = Object.keys(values).some((name) => TWISS_PARAMETER.test(name));
  const elsewhere = Object.entries(values).filter(([name]) => !TWISS_PARAMETER.test(name));
  return [
    ...(isTwiss ? twissEdits(contents, beam, values) : []),
    ...elsewhere.map(([name, value]) => editFor(name, value, { contents, beam, pathOf })),
  ];
}

interface Places {
  readonly contents: Contents;
  readonly beam: Beam;
  readonly pathOf: ReadonlyMap<string, Path | undefined>;
}

function editFor(name: string, value: number, { contents, beam, pathOf }: Places): Edit {
  const given = contents.beam ?? {};
  if (name === 'energy') {
    if (given.kineticEnergy === undefined) return { path: ['beam', 'energy'], value };
    return { path: ['beam', 'kineticEnergy'], value: value - beam.species.restEnergy };
  }
  if (name === 'charge' && given.charges === undefined) return { path: ['beam', 'charge'], value };
  const [element = '', parameter = ''] = name.split('.');
  const path = pathOf.get(element);
  const field = fieldOf(contents, path, parameter);
  if (path && field) return { path: [...path, ...field], value };
  throw new OptionsError(`the value of '${name}' has no place in the file: it cannot be written there`);
}

/** Where a parameter of an element stands: under its own name, there or not yet; half widths of a grid in a list. */
function fieldOf(contents: Contents, path: Path | undefined, parameter: string): Path | undefined {
  if (!path) return undefined;
  const element = valueAt(contents, path) as Readonly<Record<string, unknown>>;
  const axis = ['extentX', 'extentY', 'extentZ'].indexOf(parameter);
  if (axis >= 0) {
    const extent = element.extent as Readonly<Record<string, unknown>> | undefined;
    return extent && ['extent', extent.sigmas ? 'sigmas' : 'fixed', axis];
  }
  const kind = CATALOGUE.find((of) => typeOf(of) === element.type);
  const isField = Object.hasOwn(element, parameter) || (kind && Object.hasOwn(rulesOf(kind), parameter));
  return isField ? [parameter] : undefined;
}

/** Elements of a list of the file with segments taken apart, in line order. */
function elementPaths(entries: unknown, path: Path): Path[] {
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry, i) =>
    entry.type === 'segment' ? elementPaths(entry.elements, [...path, i, 'elements']) : [[...path, i]],
  );
}

/** Twiss parameters where the file has them; else all of a plane's, in place of what describes it there. */
function twissEdits(contents: Contents, beam: Beam, values: Readonly<Record<string, number>>): Edit[] {
  const given = contents.beam ?? {};
  const { distribution = '' } = given;
  if (distribution !== 'gaussian' && distribution !== 'kv') {
    throw new OptionsError(
      `a beam of distribution '${distribution}' takes no Twiss parameters: they cannot be written there`,
    );
  }
  return PLANES.flatMap(({ plane, suffix, index, moments }): Edit[] => {
    const named = TWISS.filter((name) => values[`beam.${name}${suffix}`] !== undefined);
    const of = (name: string) => values[`beam.${name}${suffix}`]!;
    if (named.length === 0) return [];
    const path = ['beam', 'twiss', plane];
    if (valueAt(contents, path)) return named.map((name) => ({ path: [...path, name], value: of(name) }));
    const found = Object.fromEntries(named.map((name) => [name, of(name)]));
    return [
      ...moments
        .filter((name) => given[name] !== undefined)
        .map((name) => ({ path: ['beam', name], value: undefined })),
      { path, value: { ...twissOf(beam, index), ...found } },
    ];
  });
}

function twissOf(beam: Beam, u: number): Record<(typeof TWISS)[number], number> {
  const { covariance } = beam.moments();
  const [uu, upu, pupu] = [covariance[7 * u]!, covariance[7 * u + 1]!, covariance[7 * u + 7]!];
  const emittance = Math.sqrt(uu * pupu - upu * upu);
  return { beta: uu / emittance, alpha: -upu / emittance, emittance };
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

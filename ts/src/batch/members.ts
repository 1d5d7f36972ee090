import { Beam } from '../beam/beam.js';
import { BeamError, OptionsError } from '../errors.js';
import type { Lattice } from '../lattice/lattice.js';
import { requireArray, show } from '../options.js';

/** Values of parameters, by name. */
type Values = Readonly<Record<string, number>>;

/** A beam for all members of a batch, or one for each; a generator makes them as they are needed. */
export type BatchBeams = Beam | Iterable<Beam>;

/** Parameters of every member: a record for each, or the values `[members]` of every parameter. */
export type BatchParameters = readonly Values[] | Readonly<Record<string, ArrayLike<number>>>;

/** One run of a batch. */
export interface Member {
  /** From 0. */
  readonly index: number;
  readonly beam: Beam;
  readonly parameters: Values | undefined;
}

/** The members of a batch, made as they are asked for. */
export interface Members extends Iterable<Member> {
  /** Undefined where beams come one by one and nobody knows how many. */
  readonly count: number | undefined;
}

/** Sets of parameters by member. */
interface Settings {
  readonly count: number;
  readonly at: (index: number) => Values;
}

/**
 * Pairs beams with parameters. Of beams that come one by one, it is told at the end whether they are as many as the parameters.
 *
 * @throws BeamError for what is no beam; OptionsError for parameters of unequal lengths, or that are not as many as the beams;
 * LatticeError for the name of a parameter that does not exist, with the nearest ones
 */
export function membersOf(lattice: Lattice, beams: BatchBeams, parameters?: BatchParameters): Members {
  const settings = parameters && settingsOf(lattice, parameters);
  if (beams instanceof Beam) {
    const count = settings?.count ?? 1;
    return { count, [Symbol.iterator]: () => ofOneBeam(beams, settings, count) };
  }
  if (typeof Object(beams)[Symbol.iterator] !== 'function') {
    throw new BeamError(`a batch takes a Beam or a list of them first, not ${show(beams)}`);
  }
  const count = Array.isArray(beams) ? beams.length : undefined;
  if (count !== undefined) requireAsMany(count, settings);
  return { count, [Symbol.iterator]: () => ofManyBeams(beams, settings) };
}

function* ofOneBeam(beam: Beam, settings: Settings | undefined, count: number): Generator<Member> {
  for (let index = 0; index < count; index++) yield { index, beam, parameters: settings?.at(index) };
}

function* ofManyBeams(beams: Iterable<Beam>, settings: Settings | undefined): Generator<Member> {
  let index = 0;
  for (const beam of beams) {
    if (!(beam instanceof Beam))
      throw new BeamError(`member ${index} of the batch is no Beam but ${show(beam)}`);
    if (settings && index === settings.count) requireAsMany(index + 1, settings);
    yield { index, beam, parameters: settings?.at(index) };
    index += 1;
  }
  requireAsMany(index, settings);
}

function requireAsMany(beams: number, settings: Settings | undefined): void {
  if (settings === undefined || settings.count === beams) return;
  throw new OptionsError(
    `a batch of ${beams} beams needs as many sets of parameters, not ${settings.count}: or give one beam for all`,
  );
}

function settingsOf(lattice: Lattice, parameters: BatchParameters): Settings {
  if (typeof parameters !== 'object' || parameters === null) {
    throw new OptionsError(
      `parameters of a batch must be a list of records, or arrays by name such as { 'q1.k1': [5, 6] }, not ${show(parameters)}`,
    );
  }
  return Array.isArray(parameters)
    ? rowsOf(lattice, parameters)
    : columnsOf(lattice, parameters as Readonly<Record<string, ArrayLike<number>>>);
}

function rowsOf(lattice: Lattice, rows: readonly Values[]): Settings {
  const record = rows.findIndex((row) => typeof row !== 'object' || row === null || Array.isArray(row));
  if (record >= 0)
    throw new OptionsError(`parameters of member ${record} must be a record such as { 'q1.k1': 5 }`);
  requireNames(lattice, new Set(rows.flatMap((row) => Object.keys(row))));
  return { count: rows.length, at: (index) => rows[index]! };
}

function columnsOf(lattice: Lattice, columns: Readonly<Record<string, ArrayLike<number>>>): Settings {
  const entries = Object.entries(columns);
  requireNames(lattice, Object.keys(columns));
  for (const [name, values] of entries) requireArray(values, `the values of '${name}'`, OptionsError);
  const count = entries[0]?.[1].length ?? 0;
  const other = entries.find(([, values]) => values.length !== count);
  if (other) {
    throw new OptionsError(
      `a batch needs as many values of every parameter: '${entries[0]![0]}' has ${count}, '${other[0]}' ${other[1].length}`,
    );
  }
  return {
    count,
    at: (index) => Object.fromEntries(entries.map(([name, values]) => [name, values[index]!])),
  };
}

/** A misspelt name is everybody's error, not that of a member. */
function requireNames(lattice: Lattice, names: Iterable<string>): void {
  for (const name of names) lattice.parameter(name);
}

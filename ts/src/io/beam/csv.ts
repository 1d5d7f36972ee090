import type { Beam } from '../../beam/beam.js';
import { COORDINATES } from '../../beam/coordinates.js';
import { resolveSpecies, SPECIES, type Species, type SpeciesName } from '../../beam/species.js';
import { didYouMean } from '../../nearest.js';
import { fileError, type RawBeam } from './rawBeam.js';
import { eachLine, NumberTable, toNumber } from './text.js';
import { linesFile } from './textWriter.js';

const NAMES = [...COORDINATES, 'charge'] as const;

/** What a comment of the form `# energy: 25e6 eV` may say. */
const FACTS = ['species', 'energy', 'restEnergy', 'chargeNumber'] as const;
type Facts = Partial<Record<(typeof FACTS)[number], string>>;

/**
 * Reads comma-separated values: a line of names, in any order, x, px, y, py, tau, p and, if charges differ, charge [C];
 * units as in `COORDINATES`. Lines that begin with # are comments; `# species: electron` and `# energy: 25e6 eV` are
 * understood.
 *
 * @throws BeamFileError with line and column
 */
export async function readCsv(file: string): Promise<RawBeam> {
  const facts: Facts = {};
  let header: string[] | undefined;
  let positions: number[] = [];
  let table = new NumberTable(0);
  await eachLine(file, (text, number) => {
    if (text.trim() === '') return;
    if (text.startsWith('#')) {
      noteFact(facts, text);
      return;
    }
    const bare = header !== undefined && !text.includes('"');
    const fields = bare ? text.split(',') : text.split(',').map(unquoted);
    if (header === undefined) {
      header = fields;
      positions = positionsOf(header, file, number);
      table = new NumberTable(positions.length);
      return;
    }
    if (fields.length !== header.length) {
      const message = `has ${fields.length} columns, the header ${header.length}`;
      throw fileError(file, `${number}:1`, message);
    }
    table.add(fields, positions, file, number);
  });
  if (header === undefined || table.rows === 0) throw fileError(file, '', 'holds no macroparticle');
  const unused = header.filter((name) => !NAMES.some((known) => known === name));
  const column = (k: number) => table.column(k);
  return {
    particles: {
      kind: 'coordinates',
      columns: {
        ...{ x: column(0), px: column(1), y: column(2), py: column(3) },
        ...{ tau: column(4), p: column(5) },
      },
    },
    charges: positions.length > COORDINATES.length ? column(COORDINATES.length) : undefined,
    species: speciesOf(facts, file),
    energy: numberOf(facts, 'energy', file),
    warnings: unused.length === 0 ? [] : [`columns that were not used: ${unused.join(', ')}`],
  };
}

const unquoted = (field: string) => field.trim().replace(/^"(.*)"$/, '$1');

function positionsOf(header: readonly string[], file: string, line: number): number[] {
  const twice = header.findIndex((name, i) => header.indexOf(name) !== i && name !== '');
  if (twice >= 0) throw fileError(file, `${line}:${twice + 1}`, `the column ${header[twice]} stands twice`);
  for (const name of COORDINATES) {
    if (header.includes(name)) continue;
    const names = header.map((other) => other.slice(0, 30));
    throw fileError(file, `${line}:1`, `the column ${name} is missing${didYouMean(name, names)}`);
  }
  return NAMES.filter((name) => header.includes(name)).map((name) => header.indexOf(name));
}

function noteFact(facts: Facts, comment: string): void {
  const [, name, value] = /^#\s*(\w+)\s*:\s*(.*?)\s*$/.exec(comment) ?? [];
  const fact = FACTS.find((known) => known === name);
  if (fact !== undefined && value !== undefined) facts[fact] = value.replace(/\s+eV$/, '');
}

function numberOf(facts: Facts, name: keyof Facts, file: string): number | undefined {
  const text = facts[name];
  if (text === undefined) return undefined;
  const value = toNumber(text);
  if (value === undefined) throw fileError(file, '', `the comment '${name}' must be a number, not '${text}'`);
  return value;
}

function speciesOf(facts: Facts, file: string): SpeciesName | Species | undefined {
  const { species: name } = facts;
  if (name === undefined || Object.hasOwn(SPECIES, name)) return name as SpeciesName | undefined;
  const restEnergy = numberOf(facts, 'restEnergy', file) ?? Number.NaN;
  const chargeNumber = numberOf(facts, 'chargeNumber', file) ?? Number.NaN;
  if (Number.isNaN(restEnergy + chargeNumber)) return resolveSpecies(name as SpeciesName); // says that it is unknown
  return { name, restEnergy, chargeNumber };
}

/** Writes a beam with all that it consists of; numbers come back exactly. */
export async function writeCsv(file: string, beam: Beam): Promise<void> {
  const { species, energy, coordinates, charges } = beam;
  await linesFile(file, function* () {
    yield `# species: ${species.name}`;
    if (!Object.hasOwn(SPECIES, species.name)) {
      yield `# restEnergy: ${species.restEnergy} eV`;
      yield `# chargeNumber: ${species.chargeNumber}`;
    }
    yield `# energy: ${energy} eV`;
    yield NAMES.join(',');
    const { x, px, y, py, tau, p } = coordinates;
    for (let i = 0; i < charges.length; i++) {
      yield `${x[i]},${px[i]},${y[i]},${py[i]},${tau[i]},${p[i]},${charges[i]}`;
    }
  });
}

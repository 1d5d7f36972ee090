import { open, readFile } from 'node:fs/promises';
import type { Beam } from '../../beam/beam.js';
import { COORDINATES, type Coordinates, perCoordinate } from '../../beam/coordinates.js';
import { resolveSpecies, SPECIES, type Species, type SpeciesName } from '../../beam/species.js';
import { whyUnreadable } from '../unreadable.js';
import { decodeNpy, encodeNpy, encodeNpyText, type NpyArray } from './npy.js';
import { fileError, type RawBeam } from './rawBeam.js';
import { unzip, zip } from './zip.js';

const COLUMNS = COORDINATES.length;

async function bytesOf(file: string): Promise<Buffer> {
  return await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw fileError(file, '', whyUnreadable(error), { cause: error });
  });
}

/**
 * Reads a NumPy array `(n, 6)` of coordinates, or `(n, 7)`: with charges in C, or with Cheetah's column of ones.
 *
 * @throws BeamFileError naming the byte
 */
export async function readNpy(file: string): Promise<RawBeam> {
  return fromTable(decodeNpy(await bytesOf(file), file), file, '');
}

/** @param where - the member of an archive, for messages */
function fromTable(array: NpyArray, file: string, where: string): RawBeam {
  const { shape } = array;
  const [n = 0, width = 0] = shape;
  if (shape.length !== 2 || (width !== COLUMNS && width !== COLUMNS + 1)) {
    const hint = n === COLUMNS ? ': transpose it' : '';
    const message = `has the shape (${shape.join(', ')}), where (n, 6) or (n, 7) is expected${hint}`;
    throw fileError(file, where, message);
  }
  const column = (k: number) => {
    if (array.firstFastest) return array.values.slice(k * n, (k + 1) * n);
    return Float64Array.from({ length: n }, (_, i) => array.values[i * width + k]!);
  };
  const last = width > COLUMNS ? column(COLUMNS) : undefined;
  return {
    particles: { kind: 'coordinates', columns: perCoordinate((_, k) => column(k)) },
    charges: last?.some((value) => value !== 1) ? last : undefined,
    warnings: [],
  };
}

/** Writes coordinates and charges as an array `(n, 7)`; species and energy have no place in it. */
export async function writeNpy(file: string, { coordinates, charges, particles }: Beam): Promise<void> {
  const width = COLUMNS + 1;
  const table = new Float64Array(width * particles);
  for (const [k, column] of [...COORDINATES.map((name) => coordinates[name]), charges].entries()) {
    for (let i = 0; i < particles; i++) table[width * i + k] = column[i]!;
  }
  await write(file, [encodeNpy(table, [particles, width])]);
}

const MEMBERS = [...COORDINATES, 'coordinates', 'charges', 'charge'] as const;
const FACTS = ['energy', 'species', 'restEnergy', 'chargeNumber'] as const;

/**
 * Reads an archive of NumPy arrays: `x`, `px`, `y`, `py`, `tau`, `p` or `coordinates` `(n, 6)`; `charges` or `charge` [C];
 * `energy` [eV], `species`, and for species of one's own `restEnergy` [eV] and `chargeNumber`.
 *
 * @throws BeamFileError naming the member
 */
export async function readNpz(file: string): Promise<RawBeam> {
  const arrays = new Map<string, NpyArray>();
  const unused: string[] = [];
  for (const [member, unpack] of unzip(await bytesOf(file), file)) {
    const name = member.replace(/\.npy$/, '');
    if ([...MEMBERS, ...FACTS].some((known) => known === name)) {
      arrays.set(name, decodeNpy(unpack(), `${file}: ${member}`));
    } else unused.push(member.slice(0, 60));
  }
  const number = (name: string) => {
    const value = arrays.get(name)?.values[0];
    if (arrays.has(name) && (value === undefined || arrays.get(name)!.values.length !== 1)) {
      throw fileError(file, `${name}.npy`, 'must hold one number');
    }
    return value;
  };
  const table = arrays.get('coordinates');
  const particles = table ? fromTable(table, file, 'coordinates.npy').particles : separate(arrays, file);
  return {
    particles,
    charges: arrays.get('charges')?.values,
    charge: number('charge'),
    energy: number('energy'),
    species: speciesOf(arrays.get('species')?.text, number('restEnergy'), number('chargeNumber')),
    warnings: unused.length === 0 ? [] : [`members that were not used: ${unused.join(', ')}`],
  };
}

function separate(arrays: ReadonlyMap<string, NpyArray>, file: string): RawBeam['particles'] {
  const columns = perCoordinate((name) => {
    const array = arrays.get(name);
    if (array === undefined) throw fileError(file, `${name}.npy`, 'is missing');
    if (array.shape.length === 1) return array.values;
    throw fileError(file, `${name}.npy`, `has ${array.shape.length} dimensions, where 1 is expected`);
  });
  return { kind: 'coordinates', columns: columns satisfies Coordinates };
}

function speciesOf(
  name: string | undefined,
  restEnergy: number | undefined,
  chargeNumber: number | undefined,
): SpeciesName | Species | undefined {
  if (name === undefined || Object.hasOwn(SPECIES, name)) return name as SpeciesName | undefined;
  if (restEnergy === undefined || chargeNumber === undefined) return resolveSpecies(name as SpeciesName);
  return { name, restEnergy, chargeNumber };
}

/** Writes a beam with all that it consists of; numbers come back to the bit. */
export async function writeNpz(file: string, beam: Beam): Promise<void> {
  const { species, coordinates, charges } = beam;
  const one = (value: number) => encodeNpy(Float64Array.of(value), []);
  const column = (values: Float64Array) => encodeNpy(values, [values.length]);
  const members = new Map([
    ...COORDINATES.map((name) => [`${name}.npy`, column(coordinates[name])] as const),
    ['charges.npy', column(charges)],
    ['energy.npy', one(beam.energy)],
    ['species.npy', encodeNpyText(species.name)],
    ['restEnergy.npy', one(species.restEnergy)],
    ['chargeNumber.npy', one(species.chargeNumber)],
  ]);
  await write(file, zip(members, file));
}

async function write(file: string, parts: readonly Buffer[]): Promise<void> {
  await using handle = await open(file, 'w');
  for (const part of parts) await handle.writeFile(part);
}

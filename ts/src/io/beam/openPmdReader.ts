import type { Group } from 'h5wasm/node';
import { SPEED_OF_LIGHT } from '../../beam/conversions.js';
import { SPECIES, type Species, type SpeciesName } from '../../beam/species.js';
import {
  type Component,
  childOf,
  groupAt,
  Hdf5Fault,
  isDataset,
  isGroup,
  numberAttribute,
  type OpenFile,
  readComponent,
  requirePlausible,
  textAttribute,
} from './hdf5.js';
import type { RawBeam } from './rawBeam.js';

/** Which of several beams in a file. */
export interface OpenPmdChoice {
  /** Name of the iteration. */
  readonly iteration?: string | undefined;
  /** Name of the group of particles. */
  readonly group?: string | undefined;
}

/** C */
export const ELEMENTARY_CHARGE = 1.602176634e-19;

/** Powers of length, mass, time and current that records must have. */
export const DIMENSIONS = {
  length: [1, 0, 0, 0, 0, 0, 0],
  momentum: [1, 1, -1, 0, 0, 0, 0],
  energy: [2, 1, -2, 0, 0, 0, 0],
  time: [0, 0, 1, 0, 0, 0, 0],
  charge: [0, 0, 1, 1, 0, 0, 0],
  none: [0, 0, 0, 0, 0, 0, 0],
} as const;

/**
 * Reads one group of particles of an openPMD file: the extension BeamPhysics, or what ImpactX's beam monitor writes.
 *
 * @throws Hdf5Fault naming the place
 */
export function readOpenPmdFile(open: OpenFile, choice: OpenPmdChoice): RawBeam {
  const root: Group = open.file;
  if (textAttribute(root, 'openPMD') === undefined) {
    throw new Hdf5Fault('/', 'has no attribute openPMD: it is no openPMD file');
  }
  const warnings: string[] = [];
  const particles = particleGroup(root, choice, warnings);
  const group = speciesGroup(particles, choice);
  const reader = new GroupReader(open, group);
  const raw = isImpactX(group) ? impactXBeam(reader) : beamPhysicsBeam(reader);
  return { ...raw, ...liveOnly(reader, raw, warnings), warnings };
}

function particleGroup(root: Group, choice: OpenPmdChoice, warnings: string[]): Group {
  const basePath = textAttribute(root, 'basePath') ?? '/data/%T/';
  const particlesPath = textAttribute(root, 'particlesPath') ?? 'particles/';
  const [before = '', after] = basePath.split('%T');
  if (after === undefined) return groupAt(root, `${basePath}/${particlesPath}`);
  const series = groupAt(root, before);
  const iterations = series.keys().sort((a, b) => Number(a) - Number(b));
  const last = iterations.at(-1);
  if (last === undefined) throw new Hdf5Fault(before, 'holds no iteration');
  if (choice.iteration !== undefined && !iterations.includes(choice.iteration)) {
    throw new Hdf5Fault(before, `has the iterations ${iterations.join(', ')}, not '${choice.iteration}'`);
  }
  if (choice.iteration === undefined && iterations.length > 1) {
    warnings.push(`of the iterations ${iterations.join(', ')} the last was read: choose one with iteration`);
  }
  return groupAt(root, `${before}${choice.iteration ?? last}${after}${particlesPath}`);
}

function speciesGroup(particles: Group, choice: OpenPmdChoice): Group {
  const names = particles.keys();
  if (names.includes('position')) return particles; // older files have no level for species
  const [first, second] = names;
  if (first === undefined) throw new Hdf5Fault(particles.path, 'holds no particles');
  const list = names.join(', ');
  if (choice.group === undefined && second !== undefined) {
    throw new Hdf5Fault(particles.path, `holds the groups ${list}: choose one with group`);
  }
  const group = childOf(particles, choice.group ?? first);
  if (isGroup(group)) return group;
  throw new Hdf5Fault(particles.path, `holds the groups ${list}, not '${choice.group ?? first}'`);
}

/** Reads records of a group in SI units, and sees to it that they agree. */
class GroupReader {
  #length: number | undefined;
  readonly #read: Component[] = [];

  constructor(
    readonly open: OpenFile,
    readonly group: Group,
  ) {}

  /** Number of macroparticles. */
  get length(): number {
    requirePlausible(this.#read, this.#length ?? 0);
    return this.#length ?? 0;
  }

  has(record: string): boolean {
    return childOf(this.group, record) !== undefined;
  }

  /** The components of `position/x`, in SI units; `undefined` where there is no such record. */
  component(path: string, dimension: readonly number[]): Component | undefined {
    const [recordName, name] = path.split('/') as [string, string?];
    const record = childOf(this.group, recordName);
    const entity = name === undefined || !isGroup(record) ? record : childOf(record, name);
    if (entity === undefined) return undefined;
    if (!isGroup(entity) && !isDataset(entity))
      throw new Hdf5Fault(`${this.group.path}/${path}`, 'is no record');
    const component = readComponent(this.open, entity, isGroup(record) ? record : this.group);
    this.#requireFits(component, dimension);
    return component;
  }

  #requireFits(component: Component, dimension: readonly number[]): void {
    const { path, dimension: found, length } = component;
    if (found !== undefined && dimension.some((power, i) => power !== (found[i] ?? 0))) {
      throw new Hdf5Fault(path, `has the unitDimension ${found.join(', ')}, not ${dimension.join(', ')}`);
    }
    // A constant record of one may stand for any number.
    const one = typeof component.values === 'number' && length === 1;
    if (!one && this.#length !== undefined && length !== this.#length) {
      throw new Hdf5Fault(path, `has ${length} entries where others have ${this.#length}`);
    }
    if (!one || this.#length === undefined) this.#length = length;
    this.#read.push(component);
  }

  /** A record with its offset, times `scale`, `[n]`; `undefined` where there is none. */
  column(path: string, dimension: readonly number[], scale = 1): Float64Array | undefined {
    const component = this.component(path, dimension);
    if (component === undefined) return undefined;
    const column = expanded(component, this.length, component.unitSI * scale);
    const offset = this.component(path.replace(/^\w+/, '$&Offset'), dimension);
    if (offset === undefined) return column;
    const shift = expanded(offset, this.length, offset.unitSI * scale);
    return column.map((value, i) => value + shift[i]!);
  }

  require(path: string, dimension: readonly number[], scale = 1): Float64Array {
    const column = this.column(path, dimension, scale);
    if (column !== undefined) return column;
    throw new Hdf5Fault(`${this.group.path}/${path}`, 'is missing');
  }

  /** The one value of a record in SI units; `undefined` where there is none, or where values differ. */
  constant(path: string, dimension: readonly number[]): number | undefined {
    const component = this.component(path, dimension);
    if (component === undefined) return undefined;
    const { values, unitSI } = component;
    if (typeof values === 'number') return values * unitSI;
    return values.every((value) => value === values[0]) ? values[0]! * unitSI : undefined;
  }
}

function expanded({ values, path }: Component, length: number, scale: number): Float64Array {
  if (typeof values === 'number') return new Float64Array(length).fill(values * scale);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new Hdf5Fault(path, `is ${values[bad]} for macroparticle ${bad}`);
  return scale === 1 ? values : values.map((value) => value * scale);
}

/** J·s/m to eV/c. */
const TO_EV_PER_C = SPEED_OF_LIGHT / ELEMENTARY_CHARGE;

function beamPhysicsBeam(reader: GroupReader): Omit<RawBeam, 'warnings'> {
  const { length, momentum, time, energy } = DIMENSIONS;
  const position = (name: string) => reader.require(`position/${name}`, length);
  const momenta = (name: string) => reader.require(`momentum/${name}`, momentum, TO_EV_PER_C);
  // A constant timeOffset is the time of the reference, and times stay relative to it.
  const offset = reader.constant('timeOffset', time);
  const seconds = reader.component('time', time);
  if (seconds === undefined) throw new Hdf5Fault(`${reader.group.path}/time`, 'is missing');
  const [x, y, z] = [position('x'), position('y'), position('z')];
  const own = expanded(seconds, reader.length, seconds.unitSI);
  const t = reader.has('timeOffset') && offset === undefined ? reader.require('time', time) : own;
  const reference = reader.constant('referenceTotalEnergy', energy);
  const referenceMomentum = reader.constant('referenceMomentum', momentum);
  return {
    particles: {
      kind: 'momenta',
      columns: { ...{ x, y, z, t }, ...{ px: momenta('x'), py: momenta('y'), pz: momenta('z') } },
    },
    ...chargesOf(reader),
    species: speciesOf(reader.group),
    energy: reference === undefined ? undefined : reference / ELEMENTARY_CHARGE,
    momentum: referenceMomentum === undefined ? undefined : referenceMomentum * TO_EV_PER_C,
    t: offset === undefined ? undefined : 0,
    timeOffset: offset,
  };
}

/** `weight` is in C; the base standard's `weighting` counts real particles of a `charge` in C. */
function chargesOf(reader: GroupReader): Pick<RawBeam, 'charges' | 'charge'> {
  const weight = reader.column('weight', DIMENSIONS.charge);
  if (weight !== undefined) return { charges: weight };
  const count = reader.column('weighting', DIMENSIONS.none);
  const each = reader.constant('charge', DIMENSIONS.charge);
  if (count !== undefined && each !== undefined) return { charges: count.map((n) => n * each) };
  const total = numberAttribute(reader.group, 'totalCharge')?.[0];
  const unit = numberAttribute(reader.group, 'chargeUnitSI')?.[0] ?? 1;
  return { charge: total === undefined || total === 0 ? undefined : Math.abs(total * unit) };
}

function speciesOf(group: Group): SpeciesName | undefined {
  const type = textAttribute(group, 'speciesType') ?? textAttribute(group, 'SpeciesType');
  const name = type ?? group.path.split('/').at(-1) ?? '';
  return Object.hasOwn(SPECIES, name) ? (name as SpeciesName) : undefined;
}

const isImpactX = (group: Group) => {
  const position = childOf(group, 'position');
  return isGroup(position) && childOf(position, 't') !== undefined;
};

/**
 * ImpactX's beam monitor: coordinates relative to a reference whose γ, mass [kg] and charge [C] are attributes. Its
 * positionOffset is the reference's own place, to which nothing is to be added.
 */
function impactXBeam(reader: GroupReader): Omit<RawBeam, 'warnings'> {
  const { group } = reader;
  const attribute = (name: string) => {
    const value = numberAttribute(group, name)?.[0];
    if (value === undefined) throw new Hdf5Fault(`${group.path}@${name}`, 'is missing');
    return value;
  };
  const plain = (path: string) => {
    const component = reader.component(path, []);
    if (component === undefined) throw new Hdf5Fault(`${group.path}/${path}`, 'is missing');
    return expanded(component, reader.length, 1);
  };
  const restEnergy = (attribute('mass_ref') * SPEED_OF_LIGHT * SPEED_OF_LIGHT) / ELEMENTARY_CHARGE;
  const chargeNumber = Math.round(attribute('charge_ref') / ELEMENTARY_CHARGE);
  const [x, y, tau] = [plain('position/x'), plain('position/y'), plain('position/t')];
  const [px, py, pt] = [plain('momentum/x'), plain('momentum/y'), plain('momentum/t')];
  const species = nearestSpecies(restEnergy, chargeNumber);
  const count = reader.component('weighting', []);
  return {
    particles: {
      kind: 'coordinates',
      columns: { ...{ x, px, y, py, tau }, p: pt.map((value) => -value) },
    },
    charges: count && expanded(count, reader.length, attribute('charge_ref')),
    species,
    energy: attribute('gamma_ref') * species.restEnergy,
  };
}

/** The species of that charge and, to the sixth digit, rest energy, or one of its own. */
function nearestSpecies(restEnergy: number, chargeNumber: number): Species {
  const known = Object.values(SPECIES).find(
    (species) =>
      species.chargeNumber === chargeNumber && Math.abs(species.restEnergy / restEnergy - 1) < 1e-6,
  );
  return known ?? { name: 'particle', restEnergy, chargeNumber };
}

/** Leaves out macroparticles whose particleStatus is not 1, and says how many. */
function liveOnly(
  reader: GroupReader,
  raw: Omit<RawBeam, 'warnings'>,
  warnings: string[],
): Pick<RawBeam, 'particles' | 'charges'> {
  const { particles, charges } = raw;
  const status = reader.column('particleStatus', DIMENSIONS.none);
  if (status === undefined || status.every((value) => value === 1)) return { particles, charges };
  const live = Uint32Array.from(status.keys()).filter((i) => status[i] === 1);
  const left = status.length - live.length;
  warnings.push(`left out ${left} of ${status.length} macroparticles, whose particleStatus is not 1`);
  const take = (column: ArrayLike<number>) => Float64Array.from(live, (i) => column[i]!);
  const columns = Object.fromEntries(
    Object.entries(particles.columns).map(([name, column]) => [name, take(column)]),
  );
  return {
    particles: { kind: particles.kind, columns } as unknown as RawBeam['particles'],
    charges: charges && take(charges),
  };
}

import type { Dataset, File, Group } from 'h5wasm/node';
import { type MomentumColumns, SPEED_OF_LIGHT } from '../../beam/conversions.js';
import { DIMENSIONS, ELEMENTARY_CHARGE } from './openPmdReader.js';

/** What an openPMD file is made of. */
export interface OpenPmdContent {
  readonly species: string;
  readonly columns: MomentumColumns;
  /** C, `[n]` */
  readonly charges: Float64Array;
  /** Total reference energy, eV. */
  readonly energy: number;
  readonly softwareVersion: string;
}

const MOMENTUM_UNIT = ELEMENTARY_CHARGE / SPEED_OF_LIGHT; // eV/c

/** Writes the openPMD extension BeamPhysics: momenta in eV/c, times relative to a reference time of 0. */
export function writeOpenPmdFile(file: File, content: OpenPmdContent): void {
  const { columns, charges, species } = content;
  const texts = {
    ...{ openPMD: '2.0.0', openPMDextension: 'BeamPhysics;SpeciesType', dataType: 'openPMD' },
    ...{ basePath: '/data/%T/', particlesPath: 'particles/' },
    ...{ iterationEncoding: 'groupBased', iterationFormat: '/data/%T/' },
    ...{ software: 'unkick', softwareVersion: content.softwareVersion },
  };
  for (const [name, text] of Object.entries(texts)) file.create_attribute(name, text);
  const iteration = file.create_group('data').create_group('0');
  for (const [name, value] of [['time', 0] as const, ['dt', 0] as const, ['timeUnitSI', 1] as const]) {
    real(iteration, name, value);
  }
  const group = iteration.create_group('particles').create_group(species);
  const n = charges.length;
  group.create_attribute('speciesType', species);
  group.create_attribute('numParticles', n, null, '<i');
  real(
    group,
    'totalCharge',
    charges.reduce((sum, q) => sum + q, 0),
  );
  real(group, 'chargeUnitSI', 1);
  const position = group.create_group('position');
  const momentum = group.create_group('momentum');
  for (const name of ['x', 'y', 'z'] as const) {
    record(position, name, columns[name], 1, DIMENSIONS.length);
    record(momentum, name, columns[`p${name}`], MOMENTUM_UNIT, DIMENSIONS.momentum);
  }
  record(group, 'time', columns.t, 1, DIMENSIONS.time);
  record(group, 'timeOffset', new Float64Array(n), 1, DIMENSIONS.time);
  record(group, 'weight', charges, 1, DIMENSIONS.charge);
  record(group, 'particleStatus', new Float64Array(n).fill(1), 1, DIMENSIONS.none);
  const energies = new Float64Array(n).fill(content.energy);
  record(group, 'referenceTotalEnergy', energies, ELEMENTARY_CHARGE, DIMENSIONS.energy);
}

/** A record component; one whose values are all the same as a constant. */
function record(
  parent: Group,
  name: string,
  values: Float64Array,
  unitSI: number,
  dimension: readonly number[],
): void {
  const constant = values.every((value) => value === values[0]);
  const entity: Group | Dataset = constant
    ? parent.create_group(name)
    : parent.create_dataset({ name, data: values });
  if (constant) {
    real(entity, 'value', values[0]!);
    entity.create_attribute('shape', [values.length], [1], '<q');
  }
  real(entity, 'unitSI', unitSI);
  entity.create_attribute('unitDimension', Float64Array.from(dimension));
}

/** A float64 attribute; left to itself h5wasm makes whole numbers 32-bit integers. */
function real(entity: Group | Dataset, name: string, value: number): void {
  entity.create_attribute(name, value, null, '<d');
}

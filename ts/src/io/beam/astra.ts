import type { Beam } from '../../beam/beam.js';
import { toMomenta } from '../../beam/conversions.js';
import type { SpeciesName } from '../../beam/species.js';
import { didYouMean } from '../../nearest.js';
import { fileError, type RawBeam } from './rawBeam.js';
import { eachLine, NumberTable, words } from './text.js';
import { linesFile } from './textWriter.js';

/*
 * Astra (K. Flöttmann, "ASTRA: A Space Charge Tracking Algorithm", user's manual): one macroparticle per line,
 * x y z [m], px py pz [eV/c], clock [ns], charge [nC], species index, status flag. The first line is the reference, in
 * absolute numbers; z, pz and clock of the others are relative to it.
 */
const COLUMNS = 10;
const [X, Y, Z, PX, PY, PZ, CLOCK, CHARGE, INDEX, FLAG] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

const SPECIES_OF_INDEX: Readonly<Record<number, SpeciesName>> = { 1: 'electron', 2: 'positron', 3: 'proton' };

/** Flags of particles that go on: standard and probe ones, on their way (5, 3) or still at the cathode (−1, −3). */
const LIVE = new Set([5, 3, -1, -3]);

/**
 * Reads an Astra file. Macroparticles with other flags are left out, and counted in a warning; the reference is one of
 * the macroparticles if it carries charge.
 *
 * @throws BeamFileError with line and column
 */
export async function readAstra(file: string): Promise<RawBeam> {
  const table = new NumberTable(COLUMNS);
  await eachLine(file, (text, number) => {
    const fields = words(text);
    if (fields.length === 0) return;
    if (fields.length !== COLUMNS) {
      throw fileError(file, `${number}:1`, `has ${fields.length} columns where Astra has ${COLUMNS}`);
    }
    table.add(fields, undefined, file, number);
  });
  if (table.rows === 0) throw fileError(file, '', 'is empty');
  const columns = Array.from({ length: COLUMNS }, (_, k) => table.column(k));
  const at = (k: number) => columns[k]![0]!;
  const reference = { z: at(Z), t: at(CLOCK) * 1e-9, momentum: Math.hypot(at(PX), at(PY), at(PZ)) };
  for (const k of [Z, PZ, CLOCK]) {
    const base = at(k);
    columns[k] = columns[k]!.map((value, i) => (i === 0 ? base : base + value));
  }
  const { live, warnings } = liveRows(columns);
  if (live.length === 0) throw fileError(file, '', 'has no live macroparticle with charge');
  const species = speciesOf(file, columns[INDEX]!);
  const of = (k: number, scale = 1) => Float64Array.from(live, (i) => columns[k]![i]! * scale);
  return {
    particles: {
      kind: 'momenta',
      columns: {
        ...{ x: of(X), y: of(Y), z: of(Z), t: of(CLOCK, 1e-9) },
        ...{ px: of(PX), py: of(PY), pz: of(PZ) },
      },
    },
    charges: of(CHARGE, 1e-9),
    species,
    ...reference,
    warnings,
  };
}

function liveRows(columns: readonly Float64Array[]): { live: Uint32Array; warnings: string[] } {
  const left = new Map<number, number>();
  const live = Uint32Array.from(columns[FLAG]!.keys()).filter((i) => {
    const flag = columns[FLAG]![i]!;
    if (LIVE.has(flag)) return i > 0 || columns[CHARGE]![0] !== 0;
    left.set(flag, (left.get(flag) ?? 0) + 1);
    return false;
  });
  const warnings = [...left].map(
    ([flag, count]) =>
      `left out ${count} of ${columns[FLAG]!.length} rows, whose status flag ${flag} is not that of a live macroparticle`,
  );
  return { live, warnings };
}

function speciesOf(file: string, indices: Float64Array): SpeciesName | undefined {
  const first = indices[0]!;
  const other = indices.findIndex((index) => index !== first);
  if (other >= 0) {
    const both = `${first} and ${indices[other]} (macroparticle ${other})`;
    throw fileError(file, `${other + 1}:9`, `mixes the species indices ${both}: split the file`);
  }
  return SPECIES_OF_INDEX[first];
}

/** Writes a beam at fixed time, as Astra starts from one; the reference line carries no charge. */
export async function writeAstra(file: string, beam: Beam): Promise<void> {
  const { species, energy, momentum } = beam;
  const names = Object.entries(SPECIES_OF_INDEX);
  const index = names.find(([, name]) => name === species.name)?.[0];
  if (index === undefined) {
    const known = names.map(([, name]) => name);
    throw fileError(file, '', `Astra has no species '${species.name}'${didYouMean(species.name, known)}`);
  }
  const columns = toMomenta(beam.coordinates, { species, energy }, { z: 0, t: 0 }, 'time');
  const charge = 1e9 * Math.sign(species.chargeNumber);
  await linesFile(file, function* () {
    yield `0 0 0 0 0 ${momentum} 0 0 ${index} 5`;
    for (let i = 0; i < beam.particles; i++) {
      const position = `${columns.x[i]} ${columns.y[i]} ${columns.z[i]}`;
      const along = columns.pz[i]! - momentum;
      yield `${position} ${columns.px[i]} ${columns.py[i]} ${along} 0 ${charge * beam.charges[i]!} ${index} 5`;
    }
  });
}

import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { SpeciesName } from '../beam/species.js';
import { type LatticeReference, type LoadedLattice, loadLattice } from '../formats/loadLattice.js';
import type { LatticeFormatName } from '../formats/registry.js';
import { type WrittenFormat, writeLattice, writtenFormatOf } from '../formats/writeLattice.js';
import { formatNumber, formatTable } from './format.js';
import { respond } from './respond.js';
import { ringOptics, ringTable, summariseOptics } from './ring.js';

/** Options of `unkick lattice`. */
export interface LatticeOptions {
  readonly line?: string;
  readonly format?: LatticeFormatName;
  /** Where the file does not say. */
  readonly species?: SpeciesName;
  /** Total, eV. */
  readonly energy?: number;
  /** Whether its periodic optics are wanted. */
  readonly ring?: boolean;
  readonly json?: boolean;
  /** File to write the lattice to. */
  readonly write?: string;
}

/** The elements of one type. */
interface TypeSummary {
  readonly type: string;
  readonly count: number;
  /** Together, in m. */
  readonly length: number;
}

/** `unkick lattice`: what a lattice file describes. */
export async function lattice(file: string, options: LatticeOptions): Promise<void> {
  const { line, format, species, energy, ring, json, write } = options;
  // A name that says no format is refused before there is anything to lose.
  const target = write === undefined ? undefined : { file: write, format: writtenFormatOf(write) };
  const loaded = await loadLattice(file, { line, format, species, energy });
  if (target) await writeTo(target, loaded, file);
  const { elements, length } = loaded.lattice;
  const types = summarise(loaded);
  const { name, reference, warnings } = loaded;
  const optics = ring ? await ringOptics(loaded, { species, energy }) : undefined;
  const result = {
    ...{ file, format: loaded.format, name, elements: elements.length, length, types },
    ...{ reference, ...(optics && { optics: summariseOptics(optics) }), warnings },
  };
  const sections = [
    `${file} (${loaded.format}): line '${name}', ${elements.length} elements, ${formatNumber(length, 12)} m`,
    typeTable(types),
    referenceLine(reference),
    optics ? ringTable(optics) : '',
    target ? `written to ${target.file} (${target.format})` : '',
  ];
  const said = [...warnings, ...(optics?.warnings ?? [])];
  await respond({ ...(json && { json }) }, { result, arrays: {}, warnings: said, sections });
}

/** Writes a lattice with what its file says of the beam. */
async function writeTo(
  target: { readonly file: string; readonly format: WrittenFormat },
  { lattice: line, name, reference }: LoadedLattice,
  file: string,
): Promise<void> {
  const { species, energy } = reference;
  const text = writeLattice(line, {
    format: target.format,
    title: `line '${name}' of ${basename(file)}`,
    reference: { species, energy },
  });
  await writeFile(target.file, text);
}

/** By type, in the order in which the types come first. */
function summarise({ lattice: { elements } }: LoadedLattice): TypeSummary[] {
  const byType = new Map<string, TypeSummary>();
  for (const { type, length } of elements) {
    const before = byType.get(type) ?? { type, count: 0, length: 0 };
    byType.set(type, { type, count: before.count + 1, length: before.length + length });
  }
  return [...byType.values()];
}

function typeTable(types: readonly TypeSummary[]): string {
  const rows = types.map(({ type, count, length }) => [type, String(count), `${formatNumber(length)} m`]);
  return formatTable([['type', 'number', 'length'], ...rows], [1, 2]);
}

const inMeV = (energy: number) => `${formatNumber(energy / 1e6, 10)} MeV`;

function referenceLine({ species, energy, charge }: LatticeReference): string {
  const parts = [
    species && `${species.name} (${inMeV(species.restEnergy)})`,
    energy !== undefined && `total energy ${inMeV(energy)}`,
    charge !== undefined && `charge ${formatNumber(charge)} C`,
  ].filter(Boolean);
  return parts.length === 0 ? 'reference: the file names none' : `reference: ${parts.join(', ')}`;
}

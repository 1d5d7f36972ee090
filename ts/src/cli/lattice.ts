import { type LatticeReference, type LoadedLattice, loadLattice } from '../formats/loadLattice.js';
import type { LatticeFormatName } from '../formats/registry.js';
import { formatNumber, formatTable } from './format.js';
import { respond } from './respond.js';

/** Options of `unkick lattice`. */
export interface LatticeOptions {
  readonly line?: string;
  readonly format?: LatticeFormatName;
  readonly json?: boolean;
}

/** The elements of one type. */
interface TypeSummary {
  readonly type: string;
  readonly count: number;
  /** Together, in m. */
  readonly length: number;
}

/** `unkick lattice`: what a lattice file describes. */
export async function lattice(file: string, { line, format, json }: LatticeOptions): Promise<void> {
  const loaded = await loadLattice(file, { line, format });
  const { elements, length } = loaded.lattice;
  const types = summarise(loaded);
  const { name, reference, warnings } = loaded;
  const result = {
    ...{ file, format: loaded.format, name, elements: elements.length, length, types },
    ...{ reference, warnings },
  };
  const sections = [
    `${file} (${loaded.format}): line '${name}', ${elements.length} elements, ${formatNumber(length, 12)} m`,
    typeTable(types),
    referenceLine(reference),
  ];
  await respond({ ...(json && { json }) }, { result, arrays: {}, warnings, sections });
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

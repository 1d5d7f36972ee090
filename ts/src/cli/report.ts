import { COORDINATES, PLANES } from '../beam/coordinates.js';
import { formatBytes } from '../memory/bytes.js';
import type { MemoryReport, TierReport } from '../memory/report.js';
import type { KickReport } from '../tape/kicks.js';
import type { Timing } from '../tape/run.js';
import type { GradientResult, TrackerBackend } from '../tracker.js';
import { formatCount, formatNumber, formatSeconds, formatTable } from './format.js';
import type { BeamSummary, MomentsSummary } from './summary.js';

/** What was run, in one line. */
export function headline(file: string, beam: BeamSummary, backend: TrackerBackend, turns = 1): string {
  const { species, particles, charge, energy } = beam;
  const bunch = `${formatCount(particles)} macroparticles (${species}), ${formatNumber(charge, 4)} C, E0 ${formatNumber(energy, 6)} eV`;
  const passes = turns > 1 ? `${formatCount(turns)} turns; ` : '';
  return `${file}: ${bunch}; ${passes}${backendName(backend)}`;
}

/** cpu (AMD EPYC 7B13, 2 threads, f64) */
export function backendName({ name, device, threads, precision }: TrackerBackend): string {
  return `${name} (${device}${threads === undefined ? '' : `, ${threads} threads`}, ${precision})`;
}

/** Sizes, emittances and means at the entrance and at the end. */
export function beamTable(entrance: MomentsSummary, end: MomentsSummary): string {
  const row = (name: string, unit: string, value: (moments: MomentsSummary) => number) => [
    name,
    formatNumber(value(entrance)),
    formatNumber(value(end)),
    unit,
  ];
  const unitOf = (coordinate: string) => (coordinate.startsWith('p') ? '' : 'm');
  const rows = [
    ...COORDINATES.map((u) => row(`sigma ${u}`, unitOf(u), (moments) => moments.sigma[u])),
    ...PLANES.map((plane) => row(`emittance ${plane}`, 'm', (moments) => moments.emittance[plane])),
    ...COORDINATES.map((u) => row(`mean ${u}`, unitOf(u), (moments) => moments.mean[u])),
  ];
  return formatTable([['', 'entrance', 'end', ''], ...rows], [1, 2]);
}

/** The objective and its value. */
export const valueLine = (objective: string, value: number) => `${objective} = ${formatNumber(value, 12)}`;

/** The derivative by every parameter, and the norm of the per-particle ones. */
export function gradientTable({ parameters, coordinates, charges }: GradientResult['gradient']): string {
  const rows = Object.entries(parameters).map(([name, value]) => [`d/d ${name}`, formatNumber(value, 12)]);
  for (const u of coordinates ? COORDINATES : []) {
    rows.push([`|d/d ${u}|, all particles`, formatNumber(norm(coordinates![u]), 12)]);
  }
  if (charges) rows.push(['|d/d charges|', formatNumber(norm(charges), 12)]);
  return formatTable([['gradient', ''], ...rows], [1]);
}

const norm = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** The number of kicks of a turn, and the part of the bunch's charge (C) that lay outside their grids, on the last one. */
export function kickLine(kicks: readonly KickReport[], charge: number): string {
  if (kicks.length === 0) return 'no space-charge kicks';
  const worst = kicks.reduce((a, b) => (b.outsideCharge > a.outsideCharge ? b : a));
  const percent = formatNumber((100 * worst.outsideCharge) / charge, 3);
  return `${kicks.length} space-charge kicks; charge outside the grid at most ${percent} % (${worst.name})`;
}

/** The memory account of a run, and the strategy of a gradient. */
export function memoryTable(memory: MemoryReport, strategy?: string): string {
  const size = (name: string, bytes: number) => [name, formatCount(bytes), formatBytes(bytes)];
  const beside = (tier: string, { bytes, predictedBytes }: TierReport) =>
    bytes + predictedBytes > 0
      ? [size(`${tier}, used`, bytes), size(`${tier}, predicted`, predictedBytes)]
      : [];
  const each = (name: string, bytes: number) => [name, formatNumber(bytes, 4), ''];
  const rows = [
    ...Object.entries(memory.accounts).map(([name, bytes]) => size(name, bytes)),
    size('arena, allocated', memory.arenaBytes),
    size('arena, predicted', memory.predictedBytes),
    ...beside('host', memory.host),
    ...beside('disk', memory.disk),
    each('per macroparticle', memory.perParticle),
    each('per cell', memory.perCell),
    each('per kick', memory.perKick),
    size('process, before', memory.process.before),
    size('process, after', memory.process.after),
    size('process, peak', memory.process.peak),
  ];
  if (memory.device)
    rows.push(size('device, free after', memory.device.free), size('device, total', memory.device.total));
  const title = strategy === undefined ? 'memory' : `memory (strategy ${strategy})`;
  return formatTable([[title, 'bytes', ''], ...rows], [1, 2]);
}

/** Seconds, in all and by direction. */
export function timingLine({ total, forward, reverse }: Timing): string {
  const parts = [`forward ${formatSeconds(forward)}`];
  if (reverse !== undefined) parts.push(`reverse ${formatSeconds(reverse)}`);
  return `time ${formatSeconds(total)} (${parts.join(', ')})`;
}

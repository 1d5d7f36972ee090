import type { ScalingReport, ScalingResult } from './report.js';

/** Columns of a sweep's table: what they are called, and what stands in them; bytes, seconds. */
const COLUMNS: Readonly<Record<string, (each: ScalingResult) => string | number | undefined>> = {
  strategy: ({ strategy }) => strategy,
  particles: ({ particles }) => particles,
  grid: ({ grid }) => grid,
  cells: ({ cells }) => cells,
  kicks: ({ kicks }) => kicks,
  state: ({ state }) => state,
  predicted_bytes: ({ predictedBytes }) => predictedBytes,
  arena_bytes: (each) => measured(each)?.arenaBytes,
  tape_bytes: (each) => measured(each)?.accounts.tape,
  resident_before: (each) => measured(each)?.resident.before,
  resident_after: (each) => measured(each)?.resident.after,
  resident_peak: (each) => measured(each)?.resident.peak,
  device_free_before: (each) => measured(each)?.device?.freeBefore,
  device_free: (each) => measured(each)?.device?.free,
  forward_seconds: (each) => measured(each)?.seconds.forward,
  reverse_seconds: (each) => measured(each)?.seconds.reverse,
  gradient_seconds: (each) => measured(each)?.seconds.gradient,
  samples: (each) => measured(each)?.seconds.samples,
  wall_seconds: (each) => measured(each)?.wallSeconds,
  load: (each) => measured(each)?.load,
  reason: (each) => (each.state === 'measured' ? undefined : each.reason),
};

/** The cases of a sweep as comma-separated values with a line of names (RFC 4180, with bare line feeds). */
export function scalingCsv({ cases }: Pick<ScalingReport, 'cases'>): string {
  const columns = Object.values(COLUMNS);
  const rows = cases.map((each) => columns.map((column) => field(column(each))));
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.join(',')}\n`).join('');
}

const measured = (each: ScalingResult) => (each.state === 'measured' ? each : undefined);

function field(value: string | number | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

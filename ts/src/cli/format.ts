/** A number with `digits` significant digits; small whole numbers as they are. */
export function formatNumber(value: number, digits = 7): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const exponential = value.toExponential(digits - 1);
  const exponent = Number(exponential.split('e')[1]);
  return exponent >= -3 && exponent < 6 ? value.toPrecision(digits) : exponential;
}

/** Nodes of a grid: 64 × 64 × 128, or 64 × 64 of a long beam's. */
export function formatGrid(gridShape: readonly number[]): string {
  return gridShape.filter((nodes) => nodes > 1).join(' × ');
}

/** A whole number with thin groups of three: 100 000. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** Seconds: 12.3 s, 45.6 ms. */
export function formatSeconds(seconds: number): string {
  return seconds >= 1 ? `${seconds.toFixed(2)} s` : `${(seconds * 1000).toFixed(1)} ms`;
}

/** Seconds of a long wait: 45 s, 3 min 20 s, 2 h 5 min. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/**
 * Rows of cells in aligned columns, two spaces apart; columns of numbers are flush right.
 *
 * @param alignRight - indices of the columns that are
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  alignRight: readonly number[] = [],
): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(...rows.map((row) => (row[c] ?? '').length)),
  );
  const cell = (text: string, c: number) =>
    alignRight.includes(c) ? text.padStart(widths[c]!) : text.padEnd(widths[c]!);
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

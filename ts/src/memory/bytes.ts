import { OptionsError } from '../errors.js';

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/**
 * A number of bytes: a number as it is, or a text such as `'8 GiB'`, `'500MB'`.
 *
 * @throws OptionsError for anything else
 */
export function parseBytes(size: number | string): number {
  if (typeof size === 'number' && size >= 0 && Number.isFinite(size)) return size;
  const match = typeof size === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$/.exec(size) : null;
  const unit = match ? UNITS[match[2]!] : undefined;
  if (match && unit !== undefined) return Math.floor(Number(match[1]) * unit);
  throw new OptionsError(
    `'${size}' is not an amount of memory: give bytes as a number, or text like '8 GiB' (${Object.keys(UNITS).join(', ')})`,
  );
}

/** `1234567` as `1.18 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10)));
  const value = bytes / 2 ** (10 * power);
  return power === 0 ? `${bytes} B` : `${value.toPrecision(3)} ${units[power]}`;
}

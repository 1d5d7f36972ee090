import { fileError } from './failure.js';
import type { Parameters } from './parameters.js';
import { refuse } from './translation.js';

const INDICES = [1, 2, 3, 4, 5, 6] as const;

/**
 * The matrix that an element gives entry by entry, `r11` to `r66`; what is left out is the unit matrix. In the coordinates of the
 * file, of which the fifth and sixth may differ from ours by a factor: multiplied by it, they are ours.
 *
 * @param prefix - in front of row and column
 * @param factors - of the fifth and sixth coordinate; `undefined` when they depend on an energy that nobody gave
 * @throws LatticeFileError for entries that need factors that are not there
 */
export function readMatrix(
  parameters: Parameters,
  prefix: string,
  factors: readonly [number, number] | undefined,
): number[][] {
  return INDICES.map((row) =>
    INDICES.map((column) => {
      const name = `${prefix}${row}${column}`;
      const value = parameters.number(name) ?? (row === column ? 1 : 0);
      const isMixed = row !== column && value !== 0 && Math.max(row, column) > 4;
      if (!isMixed) return value;
      if (!factors) {
        throw fileError(
          parameters.placeOf(name),
          `${name} of '${parameters.name}' needs the particle and its energy: give species and energy`,
        );
      }
      const scale = (index: number) => (index < 5 ? 1 : factors[index - 5]!);
      return (value * scale(row)) / scale(column);
    }),
  );
}

/** @throws LatticeFileError for terms of second order that are not 0 */
export function refuseSecondOrder(parameters: Parameters, prefix: string): void {
  const isTerm = (name: string) => new RegExp(`^${prefix}[1-6]{3}$`).test(name);
  refuse(parameters, [...parameters.names()].filter(isTerm));
}

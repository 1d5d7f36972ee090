type Axes = readonly [a: number, b: number, tau: number];
interface Bunch {
  /** Semi-axes in x, y and tau, m. */
  readonly axes: Axes;
  /** Total energy, eV. */
  readonly energy: number;
  /** C */
  readonly charge: number;
}
interface Piece {
  /** m */
  readonly length: number;
  /** 1/m² */
  readonly k1?: number;
}
export function kickedEllipsoid(
  bunch: Bunch,
  elements: readonly (Piece & { readonly kicks: number })[],
): Axes;
export function continuousEllipsoid(bunch: Bunch, elements: readonly Piece[], steps?: number): Axes;
export const DOUBLET: {
  readonly energy: number;
  readonly charge: number;
  readonly q1: number;
  readonly d1: number;
  readonly sigma: number;
};
export function sigmaTauOf(bunch: { readonly energy: number; readonly sigma: number }): number;
export function finalSize(changes: Partial<typeof DOUBLET>, fineness: number): number;
export type Parameter = 'charge' | 'energy' | 'q1.k1' | 'd1.length';
export const PARAMETERS: Readonly<Record<Parameter, keyof typeof DOUBLET>>;
export function sizeDerivatives(fineness: number): Record<Parameter, number>;

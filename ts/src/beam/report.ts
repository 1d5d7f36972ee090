import type { Moments } from '../objective/moments.js';
import { COORDINATES, type Coordinate, PLANE_INDICES, PLANES, type Plane } from './coordinates.js';
import { eigenEmittances } from './eigenEmittances.js';

/** Courant–Snyder parameters and emittances of one plane; NaN where an emittance of 0 leaves them undefined. */
export interface PlaneReport {
  /** α = −⟨u pu⟩/ε. */
  readonly alpha: number;
  /** β = ⟨u²⟩/ε, m. */
  readonly beta: number;
  /** γ = ⟨pu²⟩/ε, 1/m. */
  readonly gamma: number;
  /** Geometric rms emittance ε = √(⟨u²⟩⟨pu²⟩ − ⟨u pu⟩²), m. */
  readonly emittance: number;
  /** β0γ0·ε, m. */
  readonly normalizedEmittance: number;
}

/** A transverse plane: also what remains once the correlation with p is taken out of it. */
export interface TransverseReport extends PlaneReport {
  /** D = ⟨u p⟩/⟨p²⟩, m; 0 in a beam without energy spread. */
  readonly dispersion: number;
  /** D′ = ⟨pu p⟩/⟨p²⟩. */
  readonly dispersionSlope: number;
  /** The plane of u − D·p and pu − D′·p. */
  readonly betatron: PlaneReport;
}

/** A beam in numbers. Moments are those of the population, weighted by charge. */
export interface BeamReport {
  readonly species: string;
  readonly particles: number;
  /** C */
  readonly charge: number;
  /** Total reference energy, eV. */
  readonly energy: number;
  /** E0 − mc², eV. */
  readonly kineticEnergy: number;
  /** p0·c, eV. */
  readonly momentum: number;
  readonly gamma0: number;
  readonly beta0: number;
  /** m, or 1 for momenta. */
  readonly mean: Readonly<Record<Coordinate, number>>;
  /** rms about the mean; m, or 1 for momenta. */
  readonly sigma: Readonly<Record<Coordinate, number>>;
  /** Relative rms energy spread σ_E/Ē. */
  readonly energySpread: number;
  /** Slope of p along the bunch ⟨tau p⟩/⟨tau²⟩, 1/m. */
  readonly chirp: number;
  readonly x: TransverseReport;
  readonly y: TransverseReport;
  readonly tau: PlaneReport;
  /** Invariants of linear optics in descending order, m. */
  readonly eigenEmittances: readonly [number, number, number];
}

/** What a report needs to know of a beam. */
export interface ReportedBeam {
  readonly species: { readonly name: string; readonly restEnergy: number };
  readonly particles: number;
  readonly charge: number;
  readonly energy: number;
  readonly momentum: number;
  readonly gamma0: number;
  readonly beta0: number;
}

/** The report of a beam with these moments. */
export function reportOf(beam: ReportedBeam, { mean, covariance }: Moments): BeamReport {
  const { particles, charge, energy, momentum, gamma0, beta0 } = beam;
  const c = (i: number, j: number) => covariance[6 * i + j]!;
  const named = (value: (i: number) => number) =>
    Object.fromEntries(COORDINATES.map((name, i) => [name, value(i)])) as Record<Coordinate, number>;
  const plane = (name: Plane, corrected = (i: number, j: number) => c(i, j)): PlaneReport => {
    const [u, pu] = PLANE_INDICES[name];
    return planeReport(corrected(u, u), corrected(u, pu), corrected(pu, pu), beta0 * gamma0);
  };
  const transverse = (name: 'x' | 'y'): TransverseReport => {
    const [u, pu] = PLANE_INDICES[name];
    const per = (i: number) => (c(5, 5) > 0 ? c(i, 5) / c(5, 5) : 0);
    const betatron = plane(name, (i, j) => c(i, j) - per(i) * c(j, 5));
    return { ...plane(name), dispersion: per(u), dispersionSlope: per(pu), betatron };
  };
  return {
    species: beam.species.name,
    ...{
      particles,
      charge,
      energy,
      kineticEnergy: energy - beam.species.restEnergy,
      momentum,
      gamma0,
      beta0,
    },
    mean: named((i) => mean[i]!),
    sigma: named((i) => Math.sqrt(c(i, i))),
    energySpread: (Math.sqrt(c(5, 5)) * momentum) / (energy + mean[5]! * momentum),
    chirp: c(4, 4) > 0 ? c(4, 5) / c(4, 4) : 0,
    ...{ x: transverse('x'), y: transverse('y'), tau: plane('tau') },
    eigenEmittances: eigenEmittances(covariance),
  };
}

function planeReport(uu: number, up: number, pp: number, betaGamma: number): PlaneReport {
  const emittance = Math.sqrt(Math.max(0, uu * pp - up * up));
  const per = (value: number) => (emittance > 0 ? value / emittance : Number.NaN);
  return {
    ...{ alpha: per(-up), beta: per(uu), gamma: per(pp), emittance },
    normalizedEmittance: betaGamma * emittance,
  };
}

/** A report for people: blocks of aligned columns. */
export function describeReport(report: BeamReport): string {
  const plane = (name: string, { alpha, beta, gamma, emittance, normalizedEmittance }: PlaneReport) => [
    name,
    ...[alpha, beta, gamma, emittance, normalizedEmittance].map(short),
  ];
  const transverse = ['x', 'y'] as const;
  const blocks = [
    [
      ['species', report.species],
      ['macroparticles', String(report.particles)],
      ['charge', `${short(report.charge)} C`],
      ['energy', `${short(report.energy)} eV (kinetic ${short(report.kineticEnergy)} eV)`],
      ['momentum', `${short(report.momentum)} eV/c (gamma ${short(report.gamma0)})`],
      ['energy spread', `${short(report.energySpread)} (chirp ${short(report.chirp)} 1/m)`],
    ],
    [
      ['', 'mean', 'rms'],
      ...COORDINATES.map((name, i) => [
        i % 2 === 0 ? `${name} (m)` : name,
        short(report.mean[name]),
        short(report.sigma[name]),
      ]),
    ],
    [
      ['plane', 'alpha', 'beta (m)', 'gamma (1/m)', 'emittance (m)', 'normalised (m)'],
      ...PLANES.map((name) => plane(name, report[name])),
      ...transverse.map((name) => plane(`${name} without dispersion`, report[name].betatron)),
    ],
    [
      ['plane', 'dispersion (m)', 'its slope'],
      ...transverse.map((name) => [
        name,
        ...[report[name].dispersion, report[name].dispersionSlope].map(short),
      ]),
    ],
    [['eigen-emittances (m)', ...report.eigenEmittances.map(short)]],
  ];
  return blocks.map(aligned).join('\n\n');
}

/** Six digits, without trailing zeros; powers of ten outside 1e-3 … 1e6. */
function short(value: number): string {
  if (Number.isNaN(value)) return '-';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(5).replace(/\.?0*e\+?/, 'e');
  return String(Number(value.toPrecision(6)));
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, c) => cell.padEnd(widths[c]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

import { createHash } from 'node:crypto';
import { Beam } from '../beam/beam.js';
import { Drift } from '../elements/drift.js';
import { ProblemError } from '../errors.js';
import { parseOutline, parseProblem } from '../io/problem.js';
import { compileLine } from '../lattice/compile.js';
import { Lattice } from '../lattice/lattice.js';
import { sigma } from '../objective/leaves.js';
import type { Objective } from '../objective/objective.js';
import type { Precision } from '../precision.js';
import type { HeadroomOption } from '../tape/headroom.js';
import type { ScalingCase } from './design.js';

/** What a sweep differentiates: the reference set-up, or a problem file as it was read once. */
export type ScalingProblem =
  | { readonly kind: 'reference' }
  | { readonly kind: 'file'; readonly file: string; readonly text: string };

/** The same as results name it. */
export type ProblemIdentity =
  | { readonly kind: 'reference' }
  | { readonly kind: 'file'; readonly file: string; readonly sha256: string };

/** Sizes of a case. */
export type Sizes = Omit<ScalingCase, 'strategy'>;

/** One gradient but for its beam. */
export interface CaseOutline {
  readonly lattice: Lattice;
  readonly objective: Objective;
  /** What to differentiate by; default every parameter, energy and charge. */
  readonly wrt?: readonly string[] | undefined;
  readonly headroom?: HeadroomOption | undefined;
  /** How often the beam passes the line; default once. */
  readonly turns?: number | undefined;
  readonly precision?: Precision | undefined;
}

/** What a sweep's results say of its problem. */
export function identityOf(problem: ScalingProblem): ProblemIdentity {
  if (problem.kind === 'reference') return problem;
  const { kind, file, text } = problem;
  return { kind, file, sha256: createHash('sha256').update(text).digest('hex') };
}

/**
 * A case without its beam, however many macroparticles that has.
 *
 * @throws ProblemError for a file that cannot have these sizes, or has no objective; LatticeError
 */
export function outlineOf(problem: ScalingProblem, { particles, grid, kicks }: Sizes): CaseOutline {
  if (problem.kind === 'reference') return { lattice: referenceLattice(grid, kicks), objective: sigma('x') };
  const { text, file } = problem;
  const outline = parseOutline(text, file)({ particles, kicks, gridShape: [grid, grid, grid] });
  const { lattice, objective, wrt, headroom, turns, precision } = outline;
  if (objective !== undefined) return { lattice, objective, wrt, headroom, turns, precision };
  throw new ProblemError(`${file}: has no objective to differentiate`, { file, path: 'objective' });
}

/**
 * The beam of a case.
 *
 * @throws ProblemError, BeamError
 */
export function beamOf(problem: ScalingProblem, { particles }: Pick<Sizes, 'particles'>): Beam {
  if (problem.kind === 'reference') return referenceBeam(particles);
  return parseProblem(problem.text, problem.file, { particles }).beam;
}

/** Number of kicks of a problem as it stands, none in the reference set-up, which has as many as one likes. */
export function ownKicks(problem: ScalingProblem): number {
  if (problem.kind === 'reference') return 0;
  const { lattice } = parseOutline(problem.text, problem.file)({});
  return compileLine(lattice, []).steps.filter(({ kind }) => kind === 'kick').length;
}

/** Metres between two kicks. */
const STEP = 0.2;

/** A drift with kicks between half drifts: what codes with space charge publish the memory of reverse mode for. */
function referenceLattice(grid: number, kicks: number): Lattice {
  return new Lattice([new Drift({ name: 'd', length: STEP * kicks })]).withSpaceCharge({
    ...{ kicks, gridShape: [grid, grid, grid], extent: { sigmas: [4, 4, 4] } },
  });
}

/** 1 nC of electrons at 25 MeV, millimetres long and wide. */
function referenceBeam(particles: number): Beam {
  return Beam.gaussian({
    particles,
    ...{ species: 'electron', energy: 25e6, charge: 1e-9, seed: 1 },
    ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-3 },
  });
}

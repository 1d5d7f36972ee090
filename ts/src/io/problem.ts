import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Beam } from '../beam/beam.js';
import type { BunchOptions } from '../beam/bunch.js';
import { BeamError, ProblemError, UnkickError } from '../errors.js';
import { requireKicks } from '../lattice/directives.js';
import { Lattice } from '../lattice/lattice.js';
import type { Objective } from '../objective/objective.js';
import type { Precision } from '../precision.js';
import type { HeadroomOption } from '../tape/headroom.js';
import { loadBeam } from './beam/beamFile.js';
import { parseJson } from './json.js';
import { buildEntries } from './lattice.js';
import { type BeamReference, readLatticeFile } from './latticeFile.js';
import { buildMatch, type MatchSection } from './match.js';
import { buildObjective } from './objective.js';
import type { BeamFields } from './schema/beam.js';
import type { EntryFields } from './schema/lattice.js';
import { type ProblemFields, problemSchema, type STRATEGIES } from './schema/problem.js';
import type { SpaceChargeFields } from './schema/spaceCharge.js';
import { whyUnreadable } from './unreadable.js';
import { at, type NamedDocument, problemError, validate } from './validate.js';

/** What a problem file describes but for the particles themselves, which planning does without. */
export interface ProblemOutline {
  /** The file as the caller named it. */
  readonly file: string;
  /** Number of macroparticles. */
  readonly particles: number;
  /** With the space-charge kicks of the file's `spaceCharge`. */
  readonly lattice: Lattice;
  /** What was ignored of the lattice file and of the beam file that it names, if it names any. */
  readonly warnings: readonly string[];
  /** Nodes of the grids of the file's `spaceCharge`, if it has any; of a long beam's one along z. */
  readonly gridShape?: readonly [number, number, number];
  /** Absent when the file has none: then it can be tracked, not differentiated. */
  readonly objective?: Objective;
  /** What `unkick match` varies and aims at. */
  readonly match?: MatchSection;
  /** What to differentiate by. */
  readonly wrt?: readonly string[];
  readonly strategy?: (typeof STRATEGIES)[number];
  /** How often the beam passes the lattice. */
  readonly turns?: number;
  readonly precision?: Precision;
  readonly headroom?: HeadroomOption;
}

/** What a problem file describes, ready for a tracker. */
export interface Problem extends ProblemOutline {
  readonly beam: Beam;
}

/** Changes to a problem file's contents. */
export interface ProblemOverrides {
  /** Number of macroparticles, instead of the file's. */
  readonly particles?: number | undefined;
  /** Nodes of the grids of the file's `spaceCharge`; for a long beam the first two count. */
  readonly gridShape?: readonly [number, number, number] | undefined;
  /** Number of space-charge kicks, instead of the file's `spaceCharge.kicks` or `.maxStep`. */
  readonly kicks?: number | undefined;
}

/**
 * Reads a problem file (format: docs/problem-file.md).
 *
 * @throws ProblemError when the file cannot be read, is not JSON, or does not describe a problem; the message names file,
 * line, column and the path inside the file
 */
export async function loadProblem(file: string, overrides: ProblemOverrides = {}): Promise<Problem> {
  const document = documentOf(await readText(file), file);
  const fields = validate(problemSchema, document);
  const { beam, warnings } = await loadProblemBeam(fields.beam, document, overrides);
  const outline = outlineOf(fields, document, overrides, beam);
  return { ...outline, beam, warnings: [...outline.warnings, ...warnings] };
}

/** The beam of a problem, made or read from its own file, which is looked for beside the problem file. */
async function loadProblemBeam(
  fields: BeamFields,
  document: NamedDocument,
  overrides: ProblemOverrides,
): Promise<Pick<Problem, 'beam' | 'warnings'>> {
  if (!isFileBeam(fields)) {
    return { beam: at(document, ['beam'], () => buildBeam(fields, overrides)), warnings: [] };
  }
  const { distribution, file, ...options } = fields;
  const { particles } = overrides;
  try {
    const { beam, warnings } = await loadBeam(resolve(dirname(document.file), file), options);
    return { beam: particles === undefined ? beam : beam.subsample(particles), warnings };
  } catch (error) {
    if (!(error instanceof UnkickError)) throw error;
    throw problemError(document, ['beam'], error.message, { cause: error });
  }
}

/**
 * Reads a problem file without making its beam, however many macroparticles it has; the outline can then be had with
 * various changes. A beam that lies in a file is read, to count its macroparticles.
 *
 * @throws ProblemError as {@link loadProblem}
 */
export async function loadOutline(file: string): Promise<(overrides: ProblemOverrides) => ProblemOutline> {
  const document = documentOf(await readText(file), file);
  const fields = validate(problemSchema, document);
  const read = isFileBeam(fields.beam) ? (await loadProblemBeam(fields.beam, document, {})).beam : undefined;
  return (overrides) => outlineOf(fields, document, overrides, read);
}

/**
 * Makes a problem from the text of a problem file, without its beam; the function that comes back may be called any number of
 * times.
 *
 * @param file - the name that errors show
 * @throws ProblemError as {@link loadProblem}
 */
export function parseOutline(text: string, file: string): (overrides: ProblemOverrides) => ProblemOutline {
  const document = documentOf(text, file);
  const fields = validate(problemSchema, document);
  return (overrides) => outlineOf(fields, document, overrides);
}

/**
 * The text of a problem file.
 *
 * @throws ProblemError when it cannot be read
 */
export async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ProblemError(`${file}: ${whyUnreadable(error)}`, {
      file,
      path: '',
      cause: error,
    });
  });
}

/**
 * Makes a problem from the text of a problem file. A beam in a file of its own is not read: {@link loadProblem} does that.
 *
 * @param file - the name that errors show
 * @throws ProblemError as {@link loadProblem}
 */
export function parseProblem(text: string, file: string, overrides: ProblemOverrides = {}): Problem {
  const document = documentOf(text, file);
  const fields = validate(problemSchema, document);
  const beam = at(document, ['beam'], () => buildBeam(madeBeam(fields.beam), overrides));
  return { ...outlineOf(fields, document, overrides), beam };
}

function documentOf(text: string, file: string): NamedDocument {
  return { ...parseJson(text.replace(/^\uFEFF/, ''), file), file };
}

/** @param made - the beam, where it is there already; else what describes it */
function outlineOf(
  fields: ProblemFields,
  document: NamedDocument,
  overrides: ProblemOverrides,
  made?: Beam,
): ProblemOutline {
  const { objective: expression, wrt, strategy, turns, precision, headroom } = fields;
  const beam = made ?? at(document, ['beam'], () => madeBeam(fields.beam));
  const { lattice, warnings } = buildLattice(fields, beam, document, overrides);
  const gridShape = gridShapeOf(changedSpaceCharge(fields.spaceCharge, document, overrides));
  const objective = expression && at(document, ['objective'], () => buildObjective(expression));
  if (objective !== undefined && objective.locations().length === 0) {
    throw problemError(document, ['objective'], 'is a plain number: it must look at the beam');
  }
  const match = fields.match && buildMatch(fields.match, lattice, document);
  return {
    file: document.file,
    particles: overrides.particles ?? particlesOf(beam),
    lattice,
    warnings,
    ...(gridShape && { gridShape }),
    ...(objective && { objective }),
    ...(match && { match }),
    ...(wrt && { wrt }),
    ...(strategy && { strategy }),
    ...(turns !== undefined && { turns }),
    ...(precision && { precision }),
    ...(headroom !== undefined && { headroom }),
  };
}

type FileBeamFields = Extract<BeamFields, { file: string }>;
type MadeBeamFields = Exclude<BeamFields, FileBeamFields>;

const isFileBeam = (beam: BeamFields): beam is FileBeamFields => 'file' in beam;

/** The description of a beam that is made, not read. */
function madeBeam(beam: BeamFields): MadeBeamFields {
  if (!isFileBeam(beam)) return beam;
  throw new BeamError(`lies in the file '${beam.file}', which is not read here`);
}

function particlesOf(beam: MadeBeamFields | Beam): number {
  return 'x' in beam ? beam.x.length : beam.particles;
}

function buildBeam(fields: MadeBeamFields, { particles }: ProblemOverrides): Beam {
  if (fields.distribution === 'coordinates') {
    const { distribution, x, px, y, py, tau, p, ...options } = fields;
    if (particles !== undefined) {
      throw new BeamError('lists its macroparticles: their number cannot be chosen from outside');
    }
    return Beam.fromCoordinates({ x, px, y, py, tau, p }, options);
  }
  const { distribution, ...options } = fields;
  const make = Beam[distribution] as (options: BunchOptions) => Beam; // the schema has matched options to it
  return make.call(Beam, { ...options, particles: particles ?? options.particles });
}

function buildLattice(
  { lattice, spaceCharge: given }: ProblemFields,
  beam: BeamReference,
  document: NamedDocument,
  overrides: ProblemOverrides,
): Pick<ProblemOutline, 'lattice' | 'warnings'> {
  const spaceCharge = changedSpaceCharge(given, document, overrides);
  const { lattice: bare, warnings } = isList(lattice)
    ? { lattice: latticeOf(lattice, document), warnings: [] }
    : readLatticeFile(lattice, beam, document);
  const line = spaceCharge ? at(document, ['spaceCharge'], () => bare.withSpaceCharge(spaceCharge)) : bare;
  at(document, ['lattice'], () => requireKicks(line));
  return { lattice: line, warnings };
}

const isList = (lattice: ProblemFields['lattice']): lattice is EntryFields[] => Array.isArray(lattice);

function latticeOf(fields: readonly EntryFields[], document: NamedDocument): Lattice {
  const entries = buildEntries(fields, document, ['lattice']);
  return at(document, ['lattice'], () => new Lattice(entries));
}

/** The settings with other grids or another number of kicks. */
function changedSpaceCharge(
  given: SpaceChargeFields | undefined,
  document: NamedDocument,
  { gridShape, kicks }: ProblemOverrides,
): SpaceChargeFields | undefined {
  if (gridShape === undefined && kicks === undefined) return given;
  if (given === undefined) {
    throw problemError(document, [], 'has no spaceCharge whose grid or number of kicks could be changed');
  }
  const { maxStep, ...rest } = given;
  const placed = kicks === undefined ? given : { ...rest, kicks };
  if (gridShape === undefined) return placed;
  const [nx, ny, nz] = gridShape;
  return placed.model === '2d' ? { ...placed, gridShape: [nx, ny] } : { ...placed, gridShape: [nx, ny, nz] };
}

function gridShapeOf(spaceCharge: SpaceChargeFields | undefined): ProblemOutline['gridShape'] {
  if (spaceCharge === undefined) return undefined;
  return spaceCharge.model === '2d' ? [...spaceCharge.gridShape, 1] : spaceCharge.gridShape;
}

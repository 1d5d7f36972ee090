import { tmpdir } from 'node:os';
import type { Beam } from '../beam/beam.js';
import { OptionsError } from '../errors.js';
import { compileLine } from '../lattice/compile.js';
import type { Lattice } from '../lattice/lattice.js';
import type { Line } from '../lattice/line.js';
import { ReferenceParticle } from '../lattice/reference.js';
import { parseBytes } from '../memory/bytes.js';
import type { BackendName } from '../native.js';
import type { LocationNeeds } from '../objective/observation.js';
import { requireKnownKeys } from '../options.js';
import type { Precision } from '../precision.js';
import { type CostModel, modelledCosts } from './costs.js';
import type { JobSetting } from './job.js';
import { type Budgets, Planning, type PlanningTools } from './planning.js';
import { TIERS } from './schedules/index.js';
import type { Stop } from './sweep.js';

/** How much memory a run may take: bytes, or text such as `'8 GiB'`. */
export interface MemoryBudgets {
  /** The arena. */
  readonly device?: number | string | undefined;
  /** Snapshots in host memory, pinned on a GPU's machine; `'auto'` uses none without. */
  readonly host?: number | string | undefined;
  /** Snapshots on disk; `'auto'` uses none without. */
  readonly disk?: number | string | undefined;
}

/** What a run asks for, as far as its plan depends on it. */
export interface Request {
  readonly beam: Pick<Beam, 'particles'>;
  /** A strategy of any kind; absent for a run that only goes forward. */
  readonly strategy?: unknown;
  readonly verify?: boolean | undefined;
  /** Whether the gradient by the reference energy is wanted. */
  readonly energyBar: boolean;
  readonly threads: number;
  readonly precision: Precision;
  readonly options: { readonly diskFolder?: string | undefined };
}

/** Where a run is to be planned for. */
export interface Setting extends Pick<JobSetting, 'line' | 'stops' | 'headroom' | 'turns' | 'length'> {
  readonly backend: BackendName;
  /** Costs of the steps as they were measured; default modelled ones. */
  readonly costs?: CostModel | undefined;
}

/** Everything that a way back can be chosen from. */
export function planningFor(
  { beam, energyBar, threads, precision, strategy, verify = false, options }: Request,
  { backend, costs, ...parts }: Setting,
  budgets: Budgets,
  tools: PlanningTools,
): Planning {
  const { particles } = beam;
  const costSetting = { backend, particles, threads, energyBar };
  const setting: JobSetting = {
    ...parts,
    ...{ particles, precision, energyBar, threads, verify },
    differentiate: strategy !== undefined,
    diskFolder: options.diskFolder ?? tmpdir(),
  };
  const model = costs ?? modelledCosts(costSetting);
  return new Planning(setting, { model, setting: costSetting }, budgets, tools);
}

/** @throws OptionsError for an amount of memory that is none, or a tier that is none */
export function budgetsOf(memory: MemoryBudgets = {}): Budgets {
  requireKnownKeys(memory, TIERS, 'memory', OptionsError);
  const budgets: Budgets = {};
  for (const tier of TIERS) {
    const given = memory[tier];
    if (given !== undefined) budgets[tier] = parseBytes(given);
  }
  return budgets;
}

/**
 * The line of a lattice that is looked at in certain places.
 *
 * @param beam - whose energy its maps are for; without it, they are good for counting only
 * @param wrt - what is differentiated by
 */
export function lineFor(
  lattice: Lattice,
  needs: readonly LocationNeeds[],
  beam?: Pick<Beam, 'energy' | 'species'>,
  wrt?: readonly string[],
): Line {
  const markers = needs.flatMap(({ location }) => (typeof location === 'string' ? [] : [location.marker]));
  return compileLine(lattice, markers, {
    ...(beam && { reference: ReferenceParticle.atEntrance(beam.energy, beam.species) }),
    ...(wrt && { wrt }),
  });
}

/** Where these places are on the line, in their order. */
export function stopsFor(needs: readonly LocationNeeds[], line: Line): Stop[] {
  return needs.map(({ location, moments, particles }) => {
    if (location === 'entrance') return { beforeStep: 0, isEntrance: true, ratio: 1, moments, particles };
    const marker = location === 'end' ? undefined : location.marker;
    const observation = line.observations.find((o) => o.marker === marker);
    const ratio = (observation?.reference ?? line.exit).ratio.value;
    return { beforeStep: observation?.beforeStep ?? line.steps.length, ratio, moments, particles };
  });
}

import type { Kick, Step } from '../lattice/line.js';
import type { BackendName } from '../native.js';
import type { Machine, StepCosts } from './schedules/index.js';

/** What every step of a line costs, measured by `Tracker.profile` or modelled. */
export type CostModel = (step: Step, index: number) => StepCosts;

/** What costs depend on besides the step. */
export interface CostSetting {
  readonly backend: BackendName;
  readonly particles: number;
  /** CPU threads. */
  readonly threads: number;
  /** Whether the gradient by the reference energy is wanted. */
  readonly energyBar: boolean;
}

/** Seconds of the parts of steps, per macroparticle or per node of the grid. */
interface Rates {
  /** One pass over the particles, and each local map in it. */
  readonly pass: number;
  readonly map: number;
  readonly mapBar: number;
  readonly deposit: number;
  readonly gather: number;
  /** The kick's adjoint: what it scatters, what it gathers, and what undoing the kick adds. */
  readonly scatterBar: number;
  readonly gatherBar: number;
  readonly unkick: number;
  /** Per node: the Green function, the solve, and their adjoints. */
  readonly green: number;
  readonly solve: number;
  readonly solveBar: number;
  readonly greenBar: number;
  /** What the adjoint takes more where charge (per macroparticle) and potential (per node) have to be made again. */
  readonly chargeAgain: number;
  readonly potentialAgain: number;
  /** Starting a step, whatever its size. */
  readonly launch: number;
}

/** Processor time on one thread, 1e6 macroparticles on 64³: bench/results/stages-cpu-1.md. */
const CPU: Rates = {
  ...{ pass: 1.4e-9, map: 0.4e-9, mapBar: 1.8e-9 },
  ...{ deposit: 5.5e-9, gather: 9.4e-9, scatterBar: 10.7e-9, gatherBar: 11.5e-9, unkick: 1e-9 },
  ...{ green: 11e-9, solve: 21e-9, solveBar: 31e-9, greenBar: 11e-9 },
  ...{ chargeAgain: 0, potentialAgain: 9.7e-9 },
  launch: 2e-5,
};

/** What bytes and bandwidth of an H200-class GPU allow; nothing of it is measured. */
const CUDA: Rates = {
  ...{ pass: 0.03e-9, map: 0.005e-9, mapBar: 0.01e-9 },
  ...{ deposit: 0.05e-9, gather: 0.06e-9, scatterBar: 0.15e-9, gatherBar: 0.08e-9, unkick: 0.02e-9 },
  ...{ green: 0.2e-9, solve: 0.35e-9, solveBar: 0.6e-9, greenBar: 0.2e-9 },
  ...{ chargeAgain: 0.05e-9, potentialAgain: 0.35e-9 },
  launch: 1e-5,
};

/** Costs from the numbers of macroparticles and nodes: good for comparing plans, not for promises. */
export function modelledCosts({ backend, particles, threads, energyBar }: CostSetting): CostModel {
  const rates = backend === 'cpu' ? CPU : CUDA;
  const scale = backend === 'cpu' ? 1 / threads : 1;
  return (step) => {
    if (step.kind === 'kick') return kickCosts(step.kick, particles, energyBar, rates, scale);
    // Nobody knows what a user's function takes: as much as a pass for each of its six arrays in and out.
    const maps = step.kind === 'run' ? step.maps.length : 0;
    const passes = step.kind === 'run' ? 1 : 12;
    return runCosts(passes, maps, particles, rates, scale);
  };
}

function runCosts(passes: number, maps: number, particles: number, rates: Rates, scale: number): StepCosts {
  const { pass, map, mapBar, launch } = rates;
  const seconds = (perParticle: number) => launch + scale * particles * perParticle;
  const forward = seconds(passes * pass + maps * map);
  return {
    forward,
    inverse: forward,
    adjoint: seconds(2 * passes * pass + maps * (map + mapBar)),
    reverse: seconds(2 * passes * pass + maps * (2 * map + mapBar)),
    savedByField: 0,
  };
}

/** As the engine does a kick: what a kept field saves, and what is done in spite of it, is in `Engine::reverseKick`. */
function kickCosts(
  { gridShape: [nx, ny, nz], differentiateGrid }: Kick,
  particles: number,
  energyBar: boolean,
  rates: Rates,
  scale: number,
): StepCosts {
  const nodes = nx * ny * nz;
  const seconds = (perParticle: number, perNode: number) =>
    rates.launch + scale * (particles * perParticle + nodes * perNode);
  const { deposit, gather, scatterBar, gatherBar, unkick, green, solve, solveBar } = rates;
  const { chargeAgain, potentialAgain } = rates;
  // The adjoint of the Green function needs the deposited charge again, kept field or not.
  const followsGrid = differentiateGrid || energyBar;
  const greenBar = followsGrid ? rates.greenBar : 0;
  const forward = seconds(deposit + gather, green + solve);
  const adjoint = seconds(chargeAgain + scatterBar + gatherBar, green + potentialAgain + solveBar + greenBar);
  const saved = (followsGrid ? 0 : particles * chargeAgain) + nodes * potentialAgain;
  return {
    forward,
    inverse: forward,
    adjoint,
    reverse: adjoint + scale * particles * unkick,
    savedByField: scale * saved,
  };
}

/** Loading the beam: reading it, sorting it along the beam, rounding. Seconds per macroparticle. */
const LOAD = { cpu: 2e-8, cuda: 5e-9 };

/**
 * The machine as a plan sees it: bandwidths at which a sweep waits for snapshots, in bytes per second, nothing of a transfer
 * being hidden by work.
 *
 * @param tiers - those besides the device that may be used, with their capacities
 */
export function machineFor(
  { backend, particles }: CostSetting,
  tiers: Pick<Machine, 'host' | 'disk'>,
): Machine {
  const isCpu = backend === 'cpu';
  const device = isCpu ? 4e9 : 1.5e12;
  const host = isCpu ? 4e9 : 2e10;
  const disk = 1e9;
  return {
    loadSeconds: particles * (isCpu ? LOAD.cpu : LOAD.cuda),
    device: { writeBandwidth: device, readBandwidth: device },
    ...(tiers.host && { host: { writeBandwidth: host, readBandwidth: host, ...tiers.host } }),
    ...(tiers.disk && { disk: { writeBandwidth: disk, readBandwidth: disk, ...tiers.disk } }),
  };
}

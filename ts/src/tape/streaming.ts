import { OptionsError } from '../errors.js';
import type { Line } from '../lattice/line.js';
import type { NativePlan } from '../native.js';
import { type EngineJob, engineJob, type JobSetting, type StreamedJob } from './job.js';
import {
  type Course,
  inverting,
  online,
  onlineLayout,
  type StepDescriptor,
  stateBytes,
  tracking,
  verified,
} from './schedules/index.js';
import { ONLINE_SNAPSHOTS, type StrategyOptions } from './strategy.js';

/** A job whose actions are made as they are done, and what it takes. */
export interface Streamed {
  readonly job: StreamedJob;
  readonly memory: NativePlan;
}

/** What streaming asks of others. */
export interface StreamingParts {
  readonly setting: JobSetting;
  /** Of one turn. */
  readonly steps: readonly StepDescriptor[];
  /** The most that the arena may take, if the caller said so. */
  readonly deviceBytes: number | undefined;
  readonly predict: (job: EngineJob) => NativePlan;
}

/** Steps of all turns up to which `'auto'` plans them one by one: up to 0.7 s and 60 MiB for as many (npm run bench:planning). */
export const MOST_PLANNED_STEPS = 20_000;
const NO_SLOTS = { device: [], host: [], disk: [] };

/**
 * The job of a run over several turns, where nothing has to be planned whole; undefined where something has.
 *
 * @param strategy - absent for a run that only goes forward
 * @throws OptionsError for a strategy that has to know the number of turns where it is not known
 */
export function streamedJob(
  strategy: StrategyOptions | undefined,
  parts: StreamingParts,
): Streamed | undefined {
  const { setting, steps } = parts;
  const { turns = { most: 1 } } = setting;
  if (turns.most === 1 && !turns.until) return undefined;
  const name = strategy && resolved(strategy, parts);
  switch (name) {
    case undefined:
      return follow(tracking(), NO_SLOTS, parts);
    case 'invert':
      return follow(inverting(steps), NO_SLOTS, parts);
    case 'online':
      return onlineJob(strategy!, parts);
  }
  if (!turns.until) return undefined;
  throw new OptionsError(
    `strategy '${name}' has to know the number of turns: with \`until\` take 'invert' or 'online'`,
  );
}

/** What `'auto'` stands for where the steps are too many to plan, or not known. */
function resolved({ name }: StrategyOptions, { setting, steps, deviceBytes }: StreamingParts): string {
  const { turns, length, line } = setting;
  if (name !== 'auto') return name;
  const free = isFree(line, steps);
  const unplanned = turns?.until !== undefined || length > MOST_PLANNED_STEPS;
  if (!unplanned) return free && deviceBytes === undefined ? 'invert' : 'auto';
  requireNoDirectives(line);
  return free ? 'invert' : 'online';
}

/** Whether every step can be inverted and nobody asked for anything else. */
export function isFree({ segments, directives }: Line, steps: readonly StepDescriptor[]): boolean {
  return (
    segments.length === 0 &&
    directives.every((directive) => directive === undefined) &&
    steps.every(({ invertible }) => invertible)
  );
}

/** Nothing is planned here, so that directives would be passed over in silence. */
function requireNoDirectives({ segments, directives }: Line): void {
  if (segments.length === 0 && directives.every((directive) => directive === undefined)) return;
  throw new OptionsError(
    `directives are for a known number of turns, and ${MOST_PLANNED_STEPS} steps in all: ask for 'invert' or 'online' by name, which leave them aside`,
  );
}

function onlineJob({ snapshots, tier = 'device' }: StrategyOptions, parts: StreamingParts): Streamed {
  const { setting, steps, deviceBytes } = parts;
  return withSnapshots({ snapshots, length: setting.length, deviceBytes }, (count) =>
    follow(online(count, tier), onlineLayout(count, tier, stateBytes(steps, 0)), parts),
  );
}

/** The job of `'online'` with a number of snapshots; where nobody gave one, with the default or as many as fit a budget. */
export function withSnapshots<T extends { readonly memory: NativePlan }>(
  what: {
    readonly snapshots?: number | undefined;
    readonly length: number;
    readonly deviceBytes?: number | undefined;
  },
  job: (snapshots: number) => T,
): T {
  const { snapshots, length, deviceBytes = Number.POSITIVE_INFINITY } = what;
  // State 0 is the caller's beam: of n steps, at most n − 1 states are worth a snapshot.
  let count = Math.min(snapshots ?? ONLINE_SNAPSHOTS, Math.max(0, length - 1));
  let made = job(count);
  while (snapshots === undefined && count > 0 && made.memory.bytes > deviceBytes) made = job(--count);
  return made;
}

function follow(
  course: Course,
  layout: Parameters<typeof engineJob>[1],
  { setting, predict }: StreamingParts,
): Streamed {
  const job = {
    ...engineJob(setting, layout, {
      storesElsewhere: layout.host.length + layout.disk.length > 0,
      restoresElsewhere: layout.host.length + layout.disk.length > 0,
      verifies: setting.verify,
    }),
    course: setting.verify ? verified(course) : course,
  };
  return { job, memory: predict(job) };
}

import { OptionsError } from '../errors.js';
import { requireInteger, requireKnownKeys, requireOneOf } from '../options.js';
import {
  binary,
  fields,
  hierarchical,
  invert,
  mixed,
  multistage,
  OnlineSchedule,
  periodic,
  revolve,
  type Schedule,
  type StepDescriptor,
  selective,
  storeAll,
  type Tier,
  withPrefetch,
} from './schedules/index.js';

/** Names of the strategies that a caller can ask for, `'auto'` aside. */
export const STRATEGIES = [
  'invert',
  'store',
  'fields',
  'selective',
  'revolve',
  'mixed',
  'periodic',
  'binary',
  'multistage',
  'hierarchical',
  'online',
] as const;

/** How the reverse sweep gets at earlier states; docs/memory.md says what each costs. Every one returns the same bits. */
export type Strategy = (typeof STRATEGIES)[number];

/** A strategy with its settings; a name alone stands for its defaults. */
export interface StrategyOptions {
  readonly name: Strategy | 'auto';
  /**
   * Snapshots of `revolve`, `mixed`, `binary`, `selective`, and on the device of `multistage` and `hierarchical`, default about
   * √n; of `online`, default 16, or as many as fit a budget on the device.
   */
  readonly snapshots?: number | undefined;
  /** Snapshots on the slower tier of `multistage`, and in host memory of `hierarchical`; default about √n. */
  readonly slowSnapshots?: number | undefined;
  /** Steps between the snapshots of `periodic`; default about √n. */
  readonly interval?: number | undefined;
  /** Where snapshots of `store`, `fields`, `revolve`, `mixed`, `periodic`, `binary`, `selective`, `online` lie, and the slow ones of `multistage`. */
  readonly tier?: Tier | undefined;
}

const KEYS = ['name', 'snapshots', 'slowSnapshots', 'interval', 'tier'];
const TIERS: readonly Tier[] = ['device', 'host', 'disk'];
const MOST_SNAPSHOTS = 1_000_000;
/** They bring back C(21, 4) = 5,985 steps with four launches of each at most, C(22, 5) = 26,334 with five. */
export const ONLINE_SNAPSHOTS = 16;

/**
 * Checks a strategy.
 *
 * @throws OptionsError for an unknown name, tier or setting
 */
export function resolveStrategy(strategy: Strategy | 'auto' | StrategyOptions): StrategyOptions {
  const options = typeof strategy === 'object' && strategy !== null ? strategy : { name: strategy };
  requireKnownKeys(options, KEYS, 'strategy', OptionsError);
  requireOneOf(options.name, ['auto', ...STRATEGIES], 'strategy', OptionsError);
  for (const key of ['snapshots', 'slowSnapshots', 'interval'] as const) {
    if (options[key] !== undefined)
      requireInteger(options[key], key, key === 'interval' ? 1 : 0, MOST_SNAPSHOTS, OptionsError);
  }
  if (options.tier !== undefined) requireOneOf(options.tier, TIERS, 'tier', OptionsError);
  return options;
}

/** A schedule that only goes forward. */
export function forwardOnly(steps: number): Schedule {
  const actions = [
    { do: 'load' as const },
    ...Array.from({ length: steps }, (_, step) => ({ do: 'forward' as const, step })),
  ];
  return { name: 'forward', actions, turn: actions.length };
}

/** Slots on the device in which snapshots from other tiers arrive: one is worked on while the other is filled. */
const STAGING_SLOTS = 2;

/**
 * Works a strategy out for a line: what lies off the device is fetched ahead.
 *
 * @param observed - states at which the objective looks at the beam
 * @throws OptionsError if the strategy does not suit the line
 */
export function scheduleFor(
  strategy: StrategyOptions & { readonly name: Strategy },
  steps: readonly StepDescriptor[],
  observed: readonly number[],
): Schedule {
  const schedule = directSchedule(strategy, steps, observed);
  // What `online` does is the same whether it is known as a whole or not.
  return strategy.name === 'online' ? schedule : withPrefetch(schedule, steps, STAGING_SLOTS);
}

function directSchedule(
  { name, tier = 'device', ...options }: StrategyOptions & { readonly name: Strategy },
  steps: readonly StepDescriptor[],
  observed: readonly number[],
): Schedule {
  const n = steps.length;
  const root = Math.ceil(Math.sqrt(n));
  const { snapshots = root, slowSnapshots = root, interval = Math.max(1, root) } = options;
  // These count steps alike and ask for input states; a kick gives its adjoint's from either side, which only saves.
  switch (name) {
    case 'invert':
      return invert(steps);
    case 'store':
      return { ...storeAll(steps, { tier, observed }), name };
    case 'fields':
      return fields(steps, { tier });
    case 'selective':
      return selective(steps, snapshots, { tier });
    case 'revolve':
      return revolve(n, snapshots, { tier });
    case 'mixed':
      return mixed(n, snapshots, { tier });
    case 'periodic':
      return periodic(n, interval, { tier });
    case 'binary':
      return binary(n, { tier, ...(options.snapshots !== undefined && { snapshots }) });
    case 'multistage':
      return multistage(n, snapshots, slowSnapshots, { slowTier: tier === 'device' ? 'host' : tier });
    case 'hierarchical':
      return hierarchicalFor(n, snapshots, slowSnapshots);
    case 'online':
      return onlineFor(n, options.snapshots ?? ONLINE_SNAPSHOTS, tier);
  }
}

/** As if the number of steps were not known. */
function onlineFor(n: number, snapshots: number, tier: Tier): Schedule {
  const schedule = new OnlineSchedule(snapshots, tier);
  const forward = [schedule.begin(), ...Array.from({ length: n }, () => schedule.step())].flat();
  return { name: 'online', actions: [...forward, ...schedule.end()], turn: forward.length };
}

/** In units of a kick forward. */
const KICK_COSTS = { forward: 1, adjoint: 2.4 };

/** Device, host and disk with the costs of a kick and of moving a state over 10 GB/s and 1 GB/s, in units of a kick. */
function hierarchicalFor(n: number, device: number, host: number): Schedule {
  const tiers = [
    { tier: 'device' as const, slots: device, write: 0.02, read: 0.02 },
    { tier: 'host' as const, slots: host, write: 0.2, read: 0.2 },
    { tier: 'disk' as const, slots: n, write: 2, read: 2 },
  ];
  return hierarchical(n, tiers, KICK_COSTS);
}

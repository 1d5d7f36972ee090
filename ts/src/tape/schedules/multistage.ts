import type { Schedule, TapeAction, Tier } from './actions.js';
import { revolve } from './revolve.js';

/** How often a snapshot is touched, and what lies inside its life. */
interface Life {
  /** Index of the life that this one lies in, −1 for none: snapshots are freed in the reverse order of their writing. */
  readonly outer: number;
  /** Lives that this one lies in. */
  readonly depth: number;
  touches: number;
  /** Touches saved at most by the lives inside, by the fast slots left to them. */
  readonly inside: Float64Array;
  /** By the fast slots that are free when it begins: whether it takes one. */
  readonly takesFast: boolean[];
}

/**
 * Binomial checkpointing over a fast and a slow tier: as few forward launches as {@link revolve} with both kinds together, and
 * among the ways to share its snapshots out, one with the fewest writes and reads of the slow tier (after P. Stumm & A. Walther,
 * "MultiStage approaches for optimal offline checkpointing", SIAM J. Sci. Comput. 31 (2009) 1946; there a slot keeps its tier,
 * here every snapshot is placed by itself).
 *
 * @param fast - snapshots in the fast tier, ≥ 0
 * @param slow - snapshots in the slow tier, ≥ 0
 */
export function multistage(
  steps: number,
  fast: number,
  slow: number,
  options: { readonly fastTier?: Tier; readonly slowTier?: Tier } = {},
): Schedule {
  const { fastTier = 'device', slowTier = 'disk' } = options;
  const schedule = revolve(steps, fast + slow);
  const lives = livesOf(schedule.actions, fast);
  const isFast = shareOut(lives, fast, slow);
  let next = 0;
  const open: { tier: Tier; slot: number }[] = [];
  const full: Partial<Record<Tier, number>> = {};
  const actions = schedule.actions.map((action): TapeAction => {
    if (action.do === 'storeState') {
      const tier = isFast[next++] ? fastTier : slowTier;
      const slot = full[tier] ?? 0;
      full[tier] = slot + 1;
      open.push({ tier, slot });
      return { ...action, tier, slot };
    }
    if (action.do !== 'restoreState' && action.do !== 'free') return action;
    const place = open.at(-1)!;
    if (action.do === 'free') full[open.pop()!.tier]! -= 1;
    return { ...action, ...place };
  });
  return { ...schedule, name: 'multistage', actions };
}

/** The lives of all snapshots in the order of their writing. */
function livesOf(actions: readonly TapeAction[], fast: number): Life[] {
  const lives: Life[] = [];
  const open: number[] = [];
  for (const action of actions) {
    if (action.do === 'storeState') {
      const inside = new Float64Array(fast + 1);
      lives.push({ outer: open.at(-1) ?? -1, depth: open.length, touches: 1, inside, takesFast: [] });
      open.push(lives.length - 1);
    }
    if (action.do === 'restoreState') lives[open.at(-1)!]!.touches += 1;
    if (action.do === 'free') open.pop();
  }
  return lives;
}

/** Gives every life the fast tier or the slow one; the most touches go to the fast one. */
function shareOut(lives: readonly Life[], fast: number, slow: number): boolean[] {
  // Lives inside come after the one they lie in, so that backwards they are done first.
  for (const life of [...lives].reverse()) {
    const { inside, outer, depth, touches, takesFast } = life;
    for (let free = 0; free <= fast; free++) {
      const slowFree = slow - (depth - (fast - free));
      const withFast = free > 0 ? touches + inside[free - 1]! : Number.NEGATIVE_INFINITY;
      const withSlow = slowFree > 0 ? inside[free]! : Number.NEGATIVE_INFINITY;
      takesFast[free] = withFast >= withSlow;
      const above = lives[outer]?.inside;
      if (above) above[free]! += Math.max(withFast, withSlow);
    }
  }
  const freeInside: number[] = [];
  return lives.map(({ outer, takesFast }, i) => {
    const free = outer < 0 ? fast : freeInside[outer]!;
    const takes = takesFast[free]!;
    freeInside[i] = takes ? free - 1 : free;
    return takes;
  });
}

import { OptionsError } from '../errors.js';
import type { Line } from '../lattice/line.js';
import type { Moments } from '../objective/moments.js';
import { requireInteger, show } from '../options.js';

/** A beam at the end of a turn. */
export interface TurnEnd {
  /** Turns done, from 1. */
  readonly turn: number;
  readonly moments: Moments;
}

/** How often a beam passes the line: a number of turns, or turns until a condition holds. */
export interface TurnOptions {
  /** Turns, 1 if absent. The line's end is the end of the last turn, and a marker is looked at on the last turn. */
  readonly turns?: number | undefined;
  /**
   * Asked at the end of every turn; `true` ends the run there. Needs `maxTurns`. A run that is done again with more headroom asks
   * again from its first turn, one that is resumed from a journal does not ask.
   */
  readonly until?: ((seen: TurnEnd) => boolean) | undefined;
  /** With `until`: the run ends after so many turns at the latest. */
  readonly maxTurns?: number | undefined;
}

/** How often a beam passes the line, once the options are checked. */
export interface Turns {
  /** At most, or exactly where there is no `until`. */
  readonly most: number;
  readonly until?: TurnOptions['until'];
}

/** Steps, and losses in apertures, are numbered by 32-bit integers from turn to turn; see `Engine::setTurns`. */
const MOST_NUMBERED = 2 ** 31 - 1;

/** @throws OptionsError for turns that are none, or options that do not belong together */
export function resolveTurns({ turns, until, maxTurns }: TurnOptions): Turns {
  if (until === undefined) {
    if (maxTurns !== undefined) throw new OptionsError('maxTurns is for `until`: without it, give `turns`');
    return { most: requireInteger(turns ?? 1, 'turns', 1, MOST_NUMBERED, OptionsError) };
  }
  if (typeof until !== 'function') throw new OptionsError(`until must be a function, not ${show(until)}`);
  if (turns !== undefined) throw new OptionsError('give `turns`, or `until` with `maxTurns`, not both');
  if (maxTurns === undefined) throw new OptionsError('until needs maxTurns: turns after which the run ends');
  return { most: requireInteger(maxTurns, 'maxTurns', 1, MOST_NUMBERED, OptionsError), until };
}

/** @throws OptionsError if the steps of so many turns cannot be numbered, or nothing moves the beam that `until` looks at */
export function requireNumberable({ most, until }: Turns, { steps, apertures }: Line): void {
  if (until && steps.length === 0) throw new OptionsError('until waits in vain: nothing in the lattice acts');
  const perTurn = Math.max(1, steps.length, apertures);
  if (most * perTurn < MOST_NUMBERED) return;
  throw new OptionsError(
    `${most} turns of ${steps.length} steps are too many: at most ${Math.floor((MOST_NUMBERED - 1) / perTurn)} can be done in one run`,
  );
}

/**
 * Whether the run ends here.
 *
 * @throws OptionsError if `until` returns neither true nor false: a promise would be taken for true
 */
export function endsAt(until: NonNullable<Turns['until']>, seen: TurnEnd): boolean {
  const answer: unknown = until(seen);
  if (typeof answer === 'boolean') return answer;
  throw new OptionsError(`until must return true or false, not ${show(answer)}`);
}

/** What is known of one turn, for all of them. */
export function repeated<T>(items: readonly T[], turns: number): readonly T[] {
  return turns === 1 ? items : Array.from({ length: turns }, () => items).flat();
}

/** Nested segments of all turns, in steps counted on from turn to turn. */
export function segmentsOf({ segments, steps }: Line, turns: number): Line['segments'] {
  const starts = Array.from({ length: turns }, (_, turn) => turn * steps.length);
  return starts.flatMap((start) =>
    segments.map((segment) => ({ ...segment, from: start + segment.from, to: start + segment.to })),
  );
}

/** Said where the turns ran out. */
export function turnWarnings({ until, most }: Turns, isEnded: boolean): string[] {
  return until && !isEnded ? [`until did not hold within ${most} turns: the run ended there (maxTurns)`] : [];
}

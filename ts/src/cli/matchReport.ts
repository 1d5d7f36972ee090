import type { MatchResult } from '../match/minimize.js';
import type { StopReason } from '../match/optimum.js';
import { formatNumber, formatTable } from './format.js';
import { runsText } from './matchProgress.js';

const REASONS: Record<StopReason, string> = {
  targets: 'every target is met',
  stationary: 'there is nothing better nearby',
  precision: 'no step makes it better any more: what is left is rounding',
  evaluations: 'all runs that were allowed are spent',
};

/** How a match ended, in a line. */
export function endLine({ reason, evaluations, history, value, gradientNorm }: MatchResult): string {
  const steps = `${history.length - 1} steps, ${runsText(evaluations)}`;
  return `${REASONS[reason]}: ${steps}; value ${formatNumber(value, 4)}, gradient ${formatNumber(gradientNorm, 3)}`;
}

/** What became of the targets. */
export function targetTable({ targets }: MatchResult): string {
  if (targets.length === 0) return '';
  const rows = targets.map(({ quantity, wanted, found, deviation, isMet }) => [
    ...[quantity, formatNumber(wanted, 7), formatNumber(found, 7)],
    ...[formatNumber(deviation, 3), isMet ? 'met' : 'not met'],
  ]);
  return formatTable([['target', 'wanted', 'found', 'deviation', ''], ...rows], [1, 2, 3]);
}

/** The values found, to the last digit, ready to be pasted into `withParameters`. */
export function valuesBlock({ parameters }: MatchResult): string {
  return JSON.stringify(parameters, null, 2);
}

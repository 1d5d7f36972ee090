import { OptionsError } from '../errors.js';
import { show } from '../options.js';
import type { ScalingReport } from './report.js';

/** All of a report but what comes of its cases. */
export type SweepHead = Omit<ScalingReport, 'total' | 'cases' | 'laws'>;

/** @throws OptionsError if results of one cannot stand beside results of the other, saying which of them differ */
export function requireSameSweep(previous: SweepHead, now: SweepHead): void {
  const then = factsOf(previous);
  const facts = factsOf(now);
  const differing = Object.keys(facts).filter(
    (key) => JSON.stringify(then[key]) !== JSON.stringify(facts[key]),
  );
  if (differing.length === 0) return;
  const each = differing.map((key) => `${key} ${show(then[key])}, now ${show(facts[key])}`);
  throw new OptionsError(
    `these results are of another sweep: ${each.join('; ')}; take another folder for this one`,
  );
}

function factsOf({ unkick, machine, problem, design }: SweepHead): Record<string, unknown> {
  const { cpu, cores, backend, threads } = machine;
  const name = problem.kind === 'file' ? problem.file : 'the reference set-up';
  const contents = problem.kind === 'file' ? problem.sha256.slice(0, 12) : 'its own';
  return { problem: name, contents: contents, ...design, unkick, backend, threads, cpu, cores };
}

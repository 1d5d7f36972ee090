import type { ScalingReport, ScalingResult } from '../scaling/report.js';
import type { SweepProgress } from '../scaling/sweep.js';
import { formatCount, formatDuration, formatSeconds } from './format.js';
import type { BarStream } from './progress.js';

const ERASE_LINE = '\r\u001b[K';

/** The state of a sweep: on a terminal one line that changes, on anything else a line for every case. */
export class ScalingProgress {
  readonly #stream: BarStream;
  #shown: number | undefined;

  constructor(stream: BarStream = process.stderr) {
    this.#stream = stream;
  }

  /** Shows what is being measured, and for how long the sweep will go on. */
  update({ done, total, now, secondsLeft }: SweepProgress): void {
    if (!this.#stream.isTTY || !now) return;
    const left = formatDuration(secondsLeft);
    this.#stream.write(`${ERASE_LINE}case ${done + 1}/${total}  ${sizesText(now)}  about ${left} left`);
  }

  /** Logs the cases that have been dealt with since the last report; those of the first one were there before. */
  report({ cases, total }: ScalingReport): void {
    const last = this.#shown === undefined ? undefined : cases.slice(this.#shown).at(-1);
    this.#shown = cases.length;
    if (this.#stream.isTTY || !last) return;
    this.#stream.write(`${cases.length}/${total}  ${sizesText(last)}  ${outcomeText(last)}\n`);
  }

  /** Takes the line off the screen. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write(ERASE_LINE);
  }
}

function sizesText({ strategy, particles, grid, kicks }: Omit<ScalingResult, 'state'>): string {
  return `${strategy}, ${formatCount(particles)} macroparticles, ${grid}³, kicks: ${kicks}`;
}

function outcomeText(each: ScalingResult): string {
  if (each.state !== 'measured') return `${each.state}: ${each.reason}`;
  return `${formatCount(each.arenaBytes)} bytes, ${formatSeconds(each.seconds.gradient)}`;
}

import type { MatchStep } from '../match/minimize.js';
import { formatNumber } from './format.js';
import type { BarStream } from './progress.js';

const ERASE_LINE = '\r\u001b[K';

/** How far a match has come: a line that changes, on a terminal only. */
export class MatchProgress {
  readonly #stream: BarStream;

  constructor(stream: BarStream = process.stderr) {
    this.#stream = stream;
  }

  update({ iteration, value, gradientNorm, evaluations }: MatchStep): void {
    if (!this.#stream.isTTY) return;
    const where = `iteration ${iteration}  value ${formatNumber(value, 4)}  gradient ${formatNumber(gradientNorm, 3)}`;
    this.#stream.write(`${ERASE_LINE}${where}  ${runsText(evaluations)}`);
  }

  /** Takes the line off the screen. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write(ERASE_LINE);
  }
}

/** "8 gradients, 11 tracks" */
export function runsText({ gradients, tracks }: MatchStep['evaluations']): string {
  const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  return [counted(gradients, 'gradient'), ...(tracks > 0 ? [counted(tracks, 'track')] : [])].join(', ');
}

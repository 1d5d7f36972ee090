import type { Progress } from '../tape/runner.js';
import { formatSeconds } from './format.js';

/** Where the bar is drawn: a terminal, or anything that looks like one. */
export interface BarStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 30;
const REDRAW_MS = 100;
const ERASE_LINE = '\r\u001b[K';

/** A one-line progress bar on a terminal; silent on anything else. */
export class ProgressBar {
  readonly #stream: BarStream;
  readonly #start = performance.now();
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(stream: BarStream = process.stderr) {
    this.#stream = stream;
  }

  /** Draws the state, at most ten times a second. */
  update({ done, total, phase }: Progress): void {
    const now = performance.now();
    if (this.#stream.isTTY !== true || (now - this.#drawnAt < REDRAW_MS && done < total)) return;
    this.#drawnAt = now;
    const fraction = total > 0 ? Math.min(1, done / total) : 1;
    const filled = Math.round(WIDTH * fraction);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const elapsed = formatSeconds((now - this.#start) / 1000);
    this.#stream.write(`${ERASE_LINE}${phase}  ${bar}  ${done}/${total} steps  ${elapsed}`);
  }

  /** Takes the bar off the screen, so that what follows starts on a clean line. */
  clear(): void {
    if (this.#drawnAt > Number.NEGATIVE_INFINITY) this.#stream.write(ERASE_LINE);
  }
}

import { createHash } from 'node:crypto';
import { COORDINATES, type GradientResult } from '../../src/index.js';

/** Value and every gradient, to the bit; all of `wrt` must have been asked for. */
export function gradientBits({ value, gradient }: GradientResult): string {
  const hash = createHash('sha256').update(JSON.stringify([value, gradient.parameters]));
  for (const name of COORDINATES) hash.update(gradient.coordinates![name]);
  return hash.update(gradient.charges!).digest('hex');
}

import type { Species } from '../beam/species.js';
import type { TranslationContext } from './translation.js';
import { Warnings } from './warnings.js';

/** What a writer reads its own elements with, to see what comes back; the strengths that it writes are normalised. */
export function readingContext(species: Species | undefined): TranslationContext {
  return { isReversed: false, reference: undefined, species, lineLength: 0, warnings: new Warnings() };
}

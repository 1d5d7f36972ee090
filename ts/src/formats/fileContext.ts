import type { DescribedReference } from './description.js';
import type { Warnings } from './warnings.js';

/** What an element of a file is translated with. */
export interface FileContext {
  /** Whether the beam enters it by its exit face. */
  readonly isReversed: boolean;
  /** What the file, or whoever reads it, says of the reference particle. */
  readonly reference: DescribedReference;
  readonly warnings: Warnings;
}

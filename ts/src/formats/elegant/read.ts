import type { DescribedElement, DescribedReference } from '../description.js';
import type { LatticeReader } from '../reader.js';
import { describeProgram } from '../text/describeLine.js';
import { ElegantProgram } from './statements.js';

/**
 * Reads elegant's lattice files: docs/lattice-files.md says what of them. What is not described there follows the User's Manual for
 * elegant, https://ops.aps.anl.gov/elegant.html.
 */
export const readElegant: LatticeReader = (text, options) => {
  const program = new ElegantProgram(options.variables ?? {}, options.file);
  program.read(text, options.file);
  return describeProgram(program, options, chargeOf);
};

/** The bunch's charge is that of a `charge` element; species and energy stand in elegant's other file. */
function chargeOf(elements: ReadonlyMap<string, DescribedElement>): DescribedReference {
  for (const { type, attributes } of elements.values()) {
    const total = attributes.get('total')?.value;
    if (type === 'charge' && typeof total === 'number' && total > 0) return { charge: total };
  }
  return {};
}

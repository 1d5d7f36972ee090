import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readBmad } from '../../src/formats/bmad/read.js';
import type { AttributeValue, LatticeDescription } from '../../src/formats/description.js';
import { readElegant } from '../../src/formats/elegant/read.js';
import { readMadx } from '../../src/formats/madx/read.js';
import { LatticeFileError } from '../../src/index.js';

/** Where files of real machines lie, beside the repository; a user's clone has none. */
export const SAMPLE_FOLDER = fileURLToPath(new URL('../../../../shared/lattices/', import.meta.url));
export const hasSamples = existsSync(SAMPLE_FOLDER);

export const madx = (text: string, line?: string) => readMadx(text, { file: 'ring.madx', line });
export const elegant = (text: string, line?: string) => readElegant(text, { file: 'ring.lte', line });
export const bmad = (text: string, line?: string) => readBmad(text, { file: 'ring.bmad', line });

/** Names of the elements that the beam passes; those that it enters backwards with a minus. */
export const passed = ({ line }: LatticeDescription) =>
  line.map(({ element, isReversed }) => (isReversed ? `-${element}` : element)).join(' ');

/** An attribute's value. */
export function attributeOf(
  { elements }: LatticeDescription,
  element: string,
  attribute: string,
): AttributeValue {
  const found = elements.get(element)?.attributes.get(attribute);
  if (!found) throw new Error(`no ${attribute} of ${element}`);
  if (found.error) throw found.error;
  return found.value;
}

/** Sum of the lengths of what the beam passes, in m. */
export const totalLength = ({ line, elements }: LatticeDescription) =>
  line.reduce((sum, { element }) => {
    const length = elements.get(element)!.attributes.get('l')?.value ?? 0;
    return sum + Number(length);
  }, 0);

/** The error that a reader throws. */
export function errorOf(read: () => unknown): LatticeFileError {
  try {
    read();
  } catch (error) {
    if (error instanceof LatticeFileError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

import type {
  DescribedElement,
  DescribedPlace,
  DescribedReference,
  LatticeDescription,
  SourcePosition,
} from '../description.js';
import type { ReadOptions } from '../reader.js';
import type { Warnings } from '../warnings.js';
import { type Candidate, chooseLine } from './chooseLine.js';
import type { ElementBook } from './elementBook.js';
import { expandLine, type LineDefinition } from './line.js';

/** What a file without sequences defines. */
export interface LineProgram {
  readonly book: ElementBook;
  readonly lines: ReadonlyMap<string, LineDefinition>;
  readonly warnings: Warnings;
  readonly used: { readonly name: string; readonly at: SourcePosition } | undefined;
}

/**
 * The line that was asked for, expanded, with its elements.
 *
 * @param reference - what the file says of the reference particle, once its line is known
 * @throws LatticeFileError for an unknown line or element, or a line that cannot be expanded
 */
export function describeProgram(
  { book, lines, warnings, used }: LineProgram,
  { file, line: asked }: ReadOptions,
  reference: (elements: ReadonlyMap<string, DescribedElement>) => DescribedReference,
): LatticeDescription {
  const { name, at } = chooseLine([...lines.values()].map(candidateOf), { asked, used, file }, warnings);
  const line = expandLine(
    name,
    {
      line: (one) => lines.get(one.toLowerCase()),
      places: (one) => {
        const element = book.find(one);
        return element && [{ element: element.name, isReversed: false }];
      },
      names: () => [...book.names(), ...[...lines.values()].map((one) => one.name)],
    },
    at,
  );
  const elements = elementsOf(line, (element) => book.describe(book.find(element)!));
  return { name, elements, line, reference: reference(elements), warnings: warnings.list() };
}

/** A line as one that could be chosen. */
export function candidateOf({ name, items, formal, at }: LineDefinition): Candidate {
  return { name, items, isOpen: formal.length > 0, at };
}

/** The elements of a line by name, each described once. */
export function elementsOf(
  line: readonly DescribedPlace[],
  describe: (name: string) => DescribedElement,
): ReadonlyMap<string, DescribedElement> {
  const elements = new Map<string, DescribedElement>();
  for (const { element } of line) if (!elements.has(element)) elements.set(element, describe(element));
  return elements;
}

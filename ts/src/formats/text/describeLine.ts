import type { DescribedElement, DescribedPlace } from '../description.js';

/** The elements of a line by name, each described once. */
export function elementsOf(
  line: readonly DescribedPlace[],
  describe: (name: string) => DescribedElement,
): ReadonlyMap<string, DescribedElement> {
  const elements = new Map<string, DescribedElement>();
  for (const { element } of line) if (!elements.has(element)) elements.set(element, describe(element));
  return elements;
}

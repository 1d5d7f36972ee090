import { didYouMean } from '../../nearest.js';
import type { DescribedPlace, SourcePosition } from '../description.js';
import { fileError } from '../failure.js';

/**
 * The part of a line that `use, range=first/last` leaves, both ends included. An end is `#s`, `#e`, the name of an element, or of its
 * n-th occurrence, `qf[2]`; one end alone is both.
 *
 * @throws LatticeFileError for an end that is not in the line, or a last one before the first
 */
export function cutRange(
  line: readonly DescribedPlace[],
  range: string,
  at: SourcePosition,
): readonly DescribedPlace[] {
  const [first = '', last = first] = range.split('/');
  const begin = indexOf(line, first, at);
  const end = indexOf(line, last, at);
  if (end >= begin) return line.slice(begin, end + 1);
  throw fileError(at, `range=${range}: '${last}' lies before '${first}'`);
}

function indexOf(line: readonly DescribedPlace[], end: string, at: SourcePosition): number {
  if (end.toLowerCase() === '#s') return 0;
  if (end.toLowerCase() === '#e') return line.length - 1;
  const [, name = end, occurrence = '1'] = /^(.*)\[(\d+)\]$/.exec(end) ?? [];
  const found = line.flatMap(({ element }, index) =>
    element.toLowerCase() === name.toLowerCase() ? [index] : [],
  );
  const index = found[Number(occurrence) - 1];
  if (index !== undefined) return index;
  if (found.length > 0)
    throw fileError(at, `'${name}' is ${found.length} times in the line, not ${occurrence}`);
  const names = new Set(line.map(({ element }) => element));
  throw fileError(at, `the range ends at '${name}', which is not in the line${didYouMean(name, names)}`);
}

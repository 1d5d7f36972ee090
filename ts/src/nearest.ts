import { distance } from 'fastest-levenshtein';

/** How many names a message lists when none of them is close. */
const LISTED = 12;

/**
 * The candidates that `name` is most likely a typing error of: those at the least edit distance, case apart,
 * provided that it is at most a third of the name's length (2 for short names). At most three, in the
 * order of `candidates`; empty when nothing is close.
 */
export function nearest(name: string, candidates: Iterable<string>): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  let best = limit;
  let found: string[] = [];
  for (const candidate of candidates) {
    const d = distance(name.toLowerCase(), candidate.toLowerCase());
    // A name that shares no letter with a candidate is at most its length away: that is no likeness.
    if (d > best || d >= Math.max(name.length, candidate.length)) continue;
    if (d < best) found = [];
    best = d;
    found.push(candidate);
  }
  return found.slice(0, 3);
}

/**
 * The end of an error message about an unknown name: `" — did you mean 'a' or 'b'?"` when some candidates are
 * close, else `" — known: a, b, c"`; empty without candidates.
 */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const known = [...candidates];
  const close = nearest(name, known).map((candidate) => `'${candidate}'`);
  if (close.length > 0) return ` — did you mean ${close.join(' or ')}?`;
  if (known.length === 0) return '';
  const more = known.length > LISTED ? `, … (${known.length} in all)` : '';
  return ` — known: ${known.slice(0, LISTED).join(', ')}${more}`;
}

import { LatticeFileError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import type { SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import type { Warnings } from '../warnings.js';
import type { LineItem } from './line.js';

/** A line, or something else that a beam can pass from end to end. */
export interface Candidate {
  readonly name: string;
  /** The members of a line, by which one line is known to be part of another. */
  readonly items: readonly LineItem[];
  /** Whether it has formal arguments, and so is no line by itself. */
  readonly isOpen: boolean;
  readonly at: SourcePosition;
}

/** Who asks for which line. */
export interface LineChoice {
  /** Name that the caller asks for. */
  readonly asked: string | undefined;
  /** Name that the file itself uses. */
  readonly used: { readonly name: string; readonly at: SourcePosition } | undefined;
  readonly file: string;
}

/**
 * The line that is to be read: the one that the caller names, or that the file uses, or the last one that is not part of another.
 * If there are several of the last kind, a warning names them.
 *
 * @throws LatticeFileError for an unknown name (with the nearest ones), or a file without lines
 */
export function chooseLine(
  candidates: readonly Candidate[],
  { asked, used, file }: LineChoice,
  warnings: Warnings,
): Candidate {
  const named = asked ?? used?.name;
  const names = candidates.map(({ name }) => name);
  if (named !== undefined) {
    const found = candidates.find(({ name }) => name.toLowerCase() === named.toLowerCase());
    if (found) return found;
    const complaint = `there is no line '${named}'${didYouMean(named, names)}`;
    throw asked === undefined
      ? fileError(used!.at, complaint)
      : new LatticeFileError(`${file}: ${complaint}`, { file });
  }
  const closed = candidates.filter(({ isOpen }) => !isOpen);
  const parts = new Set(candidates.flatMap(({ items }) => namesIn(items)));
  const whole = closed.filter(({ name }) => !parts.has(name.toLowerCase()));
  const last = whole.at(-1) ?? closed.at(-1);
  if (!last) throw new LatticeFileError(`${file}: defines no line or sequence`, { file });
  if (whole.length > 1) {
    const others = whole.slice(0, -1).map(({ name }) => `'${name}'`);
    warnings.add(
      last.at,
      `line '${last.name}' is taken, the last of several: also there: ${others.join(', ')}`,
    );
  }
  return last;
}

/** Names of the members of a line, in lower case. */
function namesIn(items: readonly LineItem[]): string[] {
  const found: string[] = [];
  const left = [...items];
  for (let item = left.pop(); item; item = left.pop()) {
    const { entry } = item;
    if ('name' in entry) found.push(entry.name.toLowerCase());
    for (const inner of 'name' in entry ? entry.actual : entry) left.push(inner);
  }
  return found;
}

import { didYouMean } from '../../nearest.js';
import type { SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import { ElementBook, type ElementDefinition } from '../text/elementBook.js';
import type { LineDefinition } from '../text/line.js';
import type { Setting } from '../text/value.js';
import { Warnings } from '../warnings.js';
import { MADX_CONSTANTS } from './language.js';
import { type Sequence, Sequences } from './sequence.js';

/** What the statements of a MAD-X file have said so far. */
export class MadxProgram {
  readonly book: ElementBook;
  readonly lines = new Map<string, LineDefinition>();
  readonly sequences: Sequences;
  readonly warnings = new Warnings();
  /** What `use` said last. */
  used: { readonly name: string; readonly at: SourcePosition; readonly range?: string } | undefined;
  /** Whether the length of an rbend is its chord and its arc follows from it (`option, rbarc`). */
  rbarc = true;

  /** @param variables - that the file needs and does not set itself */
  constructor(variables: Readonly<Record<string, number>>) {
    this.book = new ElementBook({ ...MADX_CONSTANTS, ...variables });
    this.sequences = new Sequences(this.book, () => !this.rbarc);
  }

  /** Defines an element after the pattern of another, or of a base type; a second definition replaces the first. */
  define(
    name: string,
    parent: string,
    settings: Iterable<readonly [string, Setting]>,
    at: SourcePosition,
  ): void {
    const pattern = this.book.find(parent);
    if (this.book.find(name)) {
      this.warnings.add(at, `element '${name}' is defined again: the later definition counts`);
    }
    const inherited = pattern ? [...pattern.settings] : [];
    this.book.add({
      name,
      type: pattern?.type ?? parent.toLowerCase(),
      settings: new Map([...inherited, ...settings]),
      at,
    });
  }

  /** Changes attributes of an element. */
  change(element: ElementDefinition, settings: Iterable<readonly [string, Setting]>): void {
    for (const [name, setting] of settings) this.book.set(element, name, setting);
  }

  /** The element of that name. @throws LatticeFileError when there is none */
  element(name: string, at: SourcePosition): ElementDefinition {
    const element = this.book.find(name);
    if (element) return element;
    throw fileError(at, `no element is named '${name}'${didYouMean(name, this.book.names())}`);
  }

  addLine(line: LineDefinition): void {
    this.#replacing(line.name, line.at);
    this.lines.set(line.name.toLowerCase(), line);
  }

  addSequence(sequence: Sequence): void {
    this.#replacing(sequence.name, sequence.at);
    this.sequences.add(sequence);
  }

  #replacing(name: string, at: SourcePosition): void {
    if (!this.lines.has(name.toLowerCase()) && !this.sequences.find(name)) return;
    this.warnings.add(at, `'${name}' is defined again: the later definition counts`);
  }
}

import type { Species, SpeciesName } from '../beam/species.js';
import type { LatticeError } from '../errors.js';

/** Where in which lattice file something stands; line and column counted from 1, as editors show it. */
export interface SourcePosition {
  /** The file as the caller, or the file that calls it, named it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What an attribute can hold once its expression is evaluated, in the format's own unit. */
export type AttributeValue = number | string | boolean | readonly number[];

/** An attribute's value, and where it was set last. */
export interface DescribedAttribute {
  readonly value: AttributeValue;
  readonly at: SourcePosition;
  /** Why the value is no number, for whoever needs one: an expression that cannot be evaluated, a word that is no variable. */
  readonly error?: LatticeError;
}

/** An element in the words of its format: type, attributes and units are the format's, names as the file spells them. */
export interface DescribedElement {
  /** Unique among the elements of a description. */
  readonly name: string;
  /** The format's word for its kind, after inheritance, as the file spells or abbreviates it: `quadrupole`, `csrcsben`, `SBend`. */
  readonly type: string;
  /** By name; in lower case where the format does not care for case. */
  readonly attributes: ReadonlyMap<string, DescribedAttribute>;
  readonly at: SourcePosition;
}

/** A place in the line. */
export interface DescribedPlace {
  /** Name of a {@link DescribedElement}. */
  readonly element: string;
  /** The beam enters it by its exit face: its edges change places. Order alone is no reason to set it. */
  readonly isReversed: boolean;
}

/** What a lattice file says of the reference particle and the bunch; only what it says. */
export interface DescribedReference {
  readonly species?: SpeciesName | Species;
  /** Total energy in eV, rest energy included. */
  readonly energy?: number;
  /** Charge of the bunch in C, positive. */
  readonly charge?: number;
  /** Where it says so. */
  readonly at?: SourcePosition;
}

/**
 * What a lattice file describes, before its elements become those of unkick: the meeting point of all formats. A reader makes it
 * from a text, and the translator of the same format makes a lattice of it.
 */
export interface LatticeDescription {
  /** Name of the line that was chosen. */
  readonly name: string;
  /** The elements that the line passes, by name. */
  readonly elements: ReadonlyMap<string, DescribedElement>;
  /** Every element that the beam passes, in order: lines expanded, repetitions written out. */
  readonly line: readonly DescribedPlace[];
  readonly reference: DescribedReference;
  /** What was ignored, one sentence each, beginning with `file:line:column: `. */
  readonly warnings: readonly string[];
}

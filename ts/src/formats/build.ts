import type { Element } from '../elements/element.js';
import { LatticeError, LatticeFileError } from '../errors.js';
import type { DescribedElement, DescribedPlace, LatticeDescription } from './description.js';
import { makeElement } from './elementClasses.js';
import { fileError } from './failure.js';
import type { PlacedSpec } from './spec.js';
import type { TranslationContext, Translator } from './translation.js';

/**
 * The elements of a description in the order of the beam. A place that comes again is the same object again; an element that is not
 * the same backwards is another one where the beam enters it by its exit face, with `_reversed` behind its name.
 *
 * @param context - what is known of the particle and the energy that the lattice is for, and where warnings go
 * @throws LatticeFileError for an element that has no counterpart, or a value that its counterpart cannot have
 */
export function buildElements(
  description: LatticeDescription,
  translate: Translator,
  context: Pick<TranslationContext, 'reference' | 'species' | 'warnings'>,
): Element[] {
  const lineLength = lengthOf(description);
  const builder = new Builder(description, translate, { ...context, lineLength });
  return description.line.flatMap((place) => builder.at(place));
}

/** Sum of what the format calls the length; exact where that is the arc's. */
function lengthOf({ line, elements }: LatticeDescription): number {
  return line.reduce((sum, { element }) => {
    const { attributes } = elements.get(element)!;
    const length = (attributes.get('l') ?? attributes.get('length'))?.value;
    return sum + (typeof length === 'number' ? length : 0);
  }, 0);
}

class Builder {
  readonly #made = new Map<string, readonly Element[]>();
  /** Names here by names in the file. */
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();

  constructor(
    readonly description: LatticeDescription,
    readonly translate: Translator,
    readonly context: Omit<TranslationContext, 'isReversed'>,
  ) {}

  at({ element: name, isReversed }: DescribedPlace): readonly Element[] {
    const key = `${isReversed ? '-' : '+'}${name}`;
    const known = this.#made.get(key);
    if (known) return known;
    const element = this.description.elements.get(name)!;
    const made = isReversed ? this.#reversed(element) : this.#make(element, this.#specs(element, false), '');
    this.#made.set(key, made);
    return made;
  }

  #reversed(element: DescribedElement): readonly Element[] {
    const forward = this.#specs(element, false);
    const backward = this.#specs(element, true);
    if (forward.length === 1 && JSON.stringify(forward) === JSON.stringify(backward)) {
      return this.at({ element: element.name, isReversed: false });
    }
    return this.#make(element, backward.toReversed(), '_reversed');
  }

  #specs(element: DescribedElement, isReversed: boolean): readonly PlacedSpec[] {
    return this.translate(element, { ...this.context, isReversed });
  }

  #make(element: DescribedElement, specs: readonly PlacedSpec[], ending: string): Element[] {
    return specs.map((spec) => {
      const name = this.#nameOf(`${element.name}${spec.suffix ?? ''}${ending}`, element);
      try {
        return makeElement(spec, name);
      } catch (error) {
        if (!(error instanceof LatticeError) || error instanceof LatticeFileError) throw error;
        throw fileError(element.at, error.message, { cause: error });
      }
    });
  }

  /** A name without dots, which separate element and parameter, and without `#`, which counts occurrences. */
  #nameOf(original: string, { at }: DescribedElement): string {
    const known = this.#names.get(original);
    if (known !== undefined) return known;
    const plain = original.replace(/[.#]/g, '_');
    let name = plain;
    for (let number = 2; this.#taken.has(name); number++) name = `${plain}_${number}`;
    if (plain !== original) this.context.warnings.add(at, "'.' and '#' in the names of elements become '_'");
    this.#names.set(original, name);
    this.#taken.add(name);
    return name;
  }
}

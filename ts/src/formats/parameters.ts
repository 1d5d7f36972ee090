import { didYouMean } from '../nearest.js';
import { show } from '../options.js';
import type { DescribedAttribute, DescribedElement, SourcePosition } from './description.js';
import { fileError } from './failure.js';
import type { Warnings } from './warnings.js';

/** The attributes of a described element, taken one by one; what nobody took is not understood. */
export class Parameters {
  readonly #taken = new Set<string>();

  constructor(readonly element: DescribedElement) {}

  get name(): string {
    return this.element.name;
  }

  get at(): SourcePosition {
    return this.element.at;
  }

  /** Where an attribute stands, else its element. */
  placeOf(name: string): SourcePosition {
    return this.element.attributes.get(name)?.at ?? this.at;
  }

  /** Names of the attributes that are there. */
  names(): Iterable<string> {
    return this.element.attributes.keys();
  }

  take(name: string): DescribedAttribute | undefined {
    this.#taken.add(name);
    return this.element.attributes.get(name);
  }

  /** A number that may be infinite; `undefined` where it is not set. @throws LatticeFileError for what is none */
  number(name: string): number | undefined {
    const attribute = this.take(name);
    if (attribute === undefined) return undefined;
    const { value, at, error } = attribute;
    if (typeof value === 'number' && !Number.isNaN(value)) return value;
    throw error ?? fileError(at, `${this.#label(name)} must be a number, not ${show(value)}`);
  }

  /** One of these words. @throws LatticeFileError for another */
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const attribute = this.take(name);
    if (attribute === undefined) return undefined;
    const found = words.find((word) => word === attribute.value);
    if (found !== undefined) return found;
    const hint = didYouMean(String(attribute.value), words);
    throw fileError(attribute.at, `${this.#label(name)} cannot be ${show(attribute.value)}${hint}`);
  }

  /** True or false. @throws LatticeFileError for anything else */
  flag(name: string): boolean | undefined {
    const attribute = this.take(name);
    if (attribute === undefined || typeof attribute.value === 'boolean') return attribute?.value as boolean;
    throw fileError(attribute.at, `${this.#label(name)} must be true or false, not ${show(attribute.value)}`);
  }

  /** A list of `length` numbers. @throws LatticeFileError for anything else */
  numbers(name: string, length: number): readonly number[] | undefined {
    const attribute = this.take(name);
    if (attribute === undefined) return undefined;
    const { value, at } = attribute;
    if (Array.isArray(value) && value.length === length) return value;
    throw fileError(at, `${this.#label(name)} must be a list of ${length} numbers, not ${show(value)}`);
  }

  /** @throws LatticeFileError when the number is set and not 0: `why` says what that would mean */
  requireZero(name: string, why: string): void {
    if ((this.number(name) ?? 0) === 0) return;
    throw fileError(this.placeOf(name), `${this.#label(name)}: ${why}`);
  }

  /** @throws LatticeFileError for an attribute that nobody took, with the nearest of those that somebody asked for */
  requireAllTaken(): void {
    for (const [name, { at }] of this.element.attributes) {
      if (this.#taken.has(name)) continue;
      throw fileError(
        at,
        `${this.element.type} '${this.name}': '${name}' is not understood${didYouMean(name, this.#taken)}`,
      );
    }
  }

  /** Lists the attributes that nobody took as ignored. */
  warnOfOthers(warnings: Warnings): void {
    for (const [name, { at }] of this.element.attributes) {
      if (this.#taken.has(name)) continue;
      warnings.add(at, `attribute '${name}' of ${this.element.type} is ignored`);
    }
  }

  #label(name: string): string {
    return `${name} of '${this.name}'`;
  }
}

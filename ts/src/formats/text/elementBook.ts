import { didYouMean } from '../../nearest.js';
import type { DescribedElement, SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import { described, numberIn, type Setting } from './value.js';
import { Worksheet } from './worksheet.js';

/** An element as a file defines it. */
export interface ElementDefinition {
  /** As its definition spells it. */
  readonly name: string;
  /** The format's word for its kind, in lower case. */
  readonly type: string;
  /** By name in lower case. */
  readonly settings: Map<string, Setting>;
  readonly at: SourcePosition;
}

/** The elements of a file, and the variables that their attributes depend on. Names do not care for case. */
export class ElementBook {
  readonly #elements = new Map<string, ElementDefinition>();
  readonly sheet: Worksheet;

  /** @param constants - variables that are there from the beginning */
  constructor(constants: Readonly<Record<string, number>>) {
    this.sheet = new Worksheet(constants, (element, attribute, at) => this.#number(element, attribute, at));
  }

  find(name: string): ElementDefinition | undefined {
    return this.#elements.get(name.toLowerCase());
  }

  /** Names as the file spells them. */
  names(): string[] {
    return this.all().map(({ name }) => name);
  }

  all(): ElementDefinition[] {
    return [...this.#elements.values()];
  }

  /** Adds an element, or puts it in the place of the one of its name. */
  add(element: ElementDefinition): void {
    this.#elements.set(element.name.toLowerCase(), element);
    this.sheet.changed();
  }

  /** Gives an attribute of an element its value. */
  set(element: ElementDefinition, attribute: string, setting: Setting): void {
    element.settings.set(attribute.toLowerCase(), setting);
    this.sheet.changed();
  }

  /** An element with what its attributes come to now, under a name of the caller's choice. */
  describe({ name, type, settings, at }: ElementDefinition): DescribedElement {
    const attributes = [...settings].map(
      ([key, setting]) => [key, described(setting, key, this.sheet)] as const,
    );
    return { name, type, attributes: new Map(attributes), at };
  }

  #number(name: string, attribute: string, at: SourcePosition): number {
    const element = this.find(name);
    if (!element) throw fileError(at, `no element is named '${name}'${didYouMean(name, this.names())}`);
    const setting = element.settings.get(attribute.toLowerCase());
    if (setting) return numberIn(setting, `'${attribute}' of '${element.name}'`, this.sheet, at);
    const hint = didYouMean(attribute, element.settings.keys());
    throw fileError(at, `attribute '${attribute}' of ${element.type} '${element.name}' is not set${hint}`);
  }
}

import type { CustomStep } from '../elements/customStep.js';
import type { Element, MapPiece } from '../elements/element.js';
import type { SpaceChargeKick } from '../elements/spaceChargeKick.js';
import type { Directive } from '../tape/plan/index.js';
import { directiveOf, sameDirective } from './directives.js';
import type { Binding, Line, LocalMap, Step } from './line.js';
import type { PlacedSegment } from './nesting.js';
import { StepRanges } from './stepRanges.js';

/** Longest run: bounds the buffer in which a run's gradient is reduced over the particles. */
const MOST_MAPS_IN_RUN = 64;
const KICK_PARAMETERS = ['effectLength', 'extentX', 'extentY', 'extentZ'] as const;

/** A run that is still growing. */
interface OpenRun {
  readonly maps: LocalMap[];
  readonly first: Element;
  last: Element;
  readonly directive: Directive | undefined;
}

/** Collects steps, and the gradient slots and bindings that belong to them. */
export class LineBuilder {
  readonly #steps: Step[] = [];
  readonly #bindings: Binding[] = [];
  readonly #observations: { marker: string; beforeStep: number }[] = [];
  readonly #s: number[] = [];
  readonly #names: string[] = [];
  readonly #directives: (Directive | undefined)[] = [];
  readonly #ranges = new StepRanges();
  /** The innermost segment around what is added, with or without a mode. */
  #segment: PlacedSegment | undefined;
  #run: OpenRun | undefined;
  #slots = 0;
  #arcLength = 0;

  /** @param segment - the innermost one around what is added from here on */
  enter(segment: PlacedSegment | undefined): void {
    this.#segment = segment;
  }

  addPieces(element: Element, pieces: readonly MapPiece[]): void {
    const directive = directiveOf(element, this.#segment);
    for (const { map, slots } of pieces) {
      this.#growingRun(element, directive).maps.push(map);
      this.#arcLength += map.length;
      for (const { parameter, factor } of slots) this.#bind(element, parameter, factor);
    }
  }

  /** @param owner - the element that the kick was inserted into, whose length its effectLength is a share of */
  addKick(kick: SpaceChargeKick, owner?: { element: Element; share: number }): void {
    this.#addAlone(kick, { kind: 'kick', kick: kick.kick, name: kick.name });
    if (owner) {
      const parameter = `${owner.element.name}.length`;
      this.#bindings.push({ slot: this.#slots, parameter, factor: owner.share });
    }
    for (const parameter of KICK_PARAMETERS) this.#bind(kick, parameter, 1);
  }

  /** Its parameters have no slots: the sweep adds their gradient up itself. */
  addCustom(element: CustomStep): void {
    this.#addAlone(element, { kind: 'custom', element });
  }

  observe(marker: string): void {
    this.endRun();
    this.#observations.push({ marker, beforeStep: this.#steps.length });
  }

  finish(): Line {
    this.endRun();
    return {
      steps: this.#steps,
      slots: this.#slots,
      bindings: this.#bindings,
      observations: this.#observations,
      apertures: this.#steps.reduce((sum, step) => sum + aperturesOf(step), 0),
      s: this.#s,
      names: this.#names,
      directives: this.#directives,
      segments: this.#ranges.finish(this.#steps.length),
    };
  }

  /** Takes the next slot for a parameter. */
  #bind(element: Element, parameter: string, factor: number): void {
    this.#bindings.push({ slot: this.#slots, parameter: `${element.name}.${parameter}`, factor });
    this.#slots += 1;
  }

  /** The run that takes the element's next map. */
  #growingRun(element: Element, directive: Directive | undefined): OpenRun {
    const run = this.#run;
    const isFull = run?.maps.length === MOST_MAPS_IN_RUN;
    if (run && !isFull && sameDirective(run.directive, directive) && this.#ranges.continues(this.#segment)) {
      run.last = element;
      return run;
    }
    this.endRun();
    this.#ranges.enter(this.#segment, this.#steps.length);
    this.#run = { maps: [], first: element, last: element, directive };
    return this.#run;
  }

  /** A step of its own. */
  #addAlone(element: Element, step: Step): void {
    this.endRun();
    this.#ranges.enter(this.#segment, this.#steps.length);
    this.#push(step, element.name, directiveOf(element, this.#segment));
  }

  /** What follows belongs to another run. */
  endRun(): void {
    if (!this.#run) return;
    const { maps, first, last, directive } = this.#run;
    const name = first === last ? first.name : `${first.name}…${last.name}`;
    this.#push({ kind: 'run', maps }, name, directive);
    this.#run = undefined;
  }

  #push(step: Step, name: string, directive: Directive | undefined): void {
    this.#steps.push(step);
    this.#s.push(this.#arcLength);
    this.#names.push(name);
    this.#directives.push(directive);
  }
}

function aperturesOf(step: Step): number {
  return step.kind === 'run' ? step.maps.filter(({ kind }) => kind === 'aperture').length : 0;
}

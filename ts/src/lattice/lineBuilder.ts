import type { CollectiveKick } from '../elements/collectiveKick.js';
import type { CustomStep } from '../elements/customStep.js';
import type { Dual } from '../elements/dual.js';
import type { Element } from '../elements/element.js';
import type { ElementMap } from '../elements/maps.js';
import type { Directive } from '../tape/plan/index.js';
import { directiveOf, sameDirective } from './directives.js';
import type { Binding, Line, LocalMap, ReferenceLink, Step } from './line.js';
import type { PlacedSegment } from './nesting.js';
import { REFERENCE_PREFIX, type ReferenceParticle, referenceKey } from './reference.js';
import { StepRanges } from './stepRanges.js';

/** Longest run: bounds the buffer in which a run's gradient is reduced over the particles. */
const MOST_MAPS_IN_RUN = 64;

/** A run that is still growing. */
interface OpenRun {
  readonly maps: LocalMap[];
  readonly first: Element;
  last: Element;
  /** p0 behind its last map over that at the entrance. */
  ratio: number;
  readonly directive: Directive | undefined;
}

/** Collects steps, and the gradient slots and bindings that belong to them. */
export class LineBuilder {
  readonly #steps: Step[] = [];
  readonly #bindings: Binding[] = [];
  readonly #observations: Line['observations'][number][] = [];
  readonly #references: ReferenceLink[] = [];
  readonly #currents: Line['currents'][number][] = [];
  readonly #s: number[] = [];
  readonly #ratios: number[] = [];
  readonly #names: string[] = [];
  readonly #directives: (Directive | undefined)[] = [];
  readonly #ranges = new StepRanges();
  /** The innermost segment around what is added, with or without a mode. */
  #segment: PlacedSegment | undefined;
  #run: OpenRun | undefined;
  #slots = 0;
  #arcLength = 0;
  readonly #entrance: ReferenceParticle;
  #reference: ReferenceParticle;

  /** @param entrance - the reference particle at the entrance of the line */
  constructor(entrance: ReferenceParticle) {
    this.#entrance = entrance;
    this.#reference = entrance;
  }

  /** The reference particle at the entrance of the element that comes next. */
  get reference(): ReferenceParticle {
    return this.#reference;
  }

  /** @param segment - the innermost one around what is added from here on */
  enter(segment: PlacedSegment | undefined): void {
    this.#segment = segment;
  }

  /** @param exit - the reference particle behind the maps */
  addMaps(element: Element, maps: readonly ElementMap[], exit: ReferenceParticle): void {
    const directive = directiveOf(element, this.#segment);
    for (const map of maps) {
      const run = this.#growingRun(element, directive);
      run.maps.push(localMap(map));
      run.ratio = exit.ratio.value;
      this.#arcLength += map.length ?? 0;
      for (const coefficient of map.coefficients) {
        this.#bind(element, coefficient);
        this.#slots += 1;
      }
    }
  }

  /**
   * @param reference - the reference particle there
   * @param owner - the element that the kick was inserted into, whose arc length its effectLength is a share of
   */
  addKick(
    kick: CollectiveKick,
    reference: ReferenceParticle,
    owner?: { element: Element; share: number },
  ): void {
    const spec = { ...kick.kick, gamma: reference.gamma.value };
    this.#addAlone(kick, { kind: 'kick', kick: spec, name: kick.name }, reference);
    const slot = this.#slots;
    if (owner) this.#bind(owner.element, owner.element.arc.times(owner.share));
    // The kick is proportional to effectLength over the entrance's p0, the unit of momenta.
    const byEntrance = -spec.effectLength * reference.entranceMomentumByGamma;
    this.#bindings.push({ slot, parameter: referenceKey(0), factor: byEntrance });
    for (const [i, name] of kick.slotParameters.entries()) {
      this.#bindings.push({ slot: slot + i, parameter: `${kick.name}.${name}`, factor: 1 });
    }
    const { current } = spec;
    if (current !== undefined)
      this.#currents.push({ slot: slot + kick.slotParameters.indexOf('current'), current });
    this.#slots += kick.slotParameters.length;
    this.#bind(owner?.element ?? kick, reference.gamma);
    this.#slots += 1;
  }

  /** The element has been passed: what follows sees the reference particle that leaves it. */
  leave(element: Element, exit: ReferenceParticle): void {
    if (exit === this.#reference) return;
    const key = referenceKey(this.#references.length + 1);
    const gammaBar = [...exit.gamma.partials].map(
      ([name, partial]) => [parameterName(element, name), partial] as const,
    );
    this.#references.push({ key, gammaBar: new Map(gammaBar) });
    this.#reference = exit.at(exit.gamma.renamed(key));
  }

  /** Its parameters have no slots: the sweep adds their gradient up itself. */
  addCustom(element: CustomStep): void {
    const reference = this.#reference;
    this.#addAlone(element, { kind: 'custom', element, reference }, reference);
  }

  observe(marker: string): void {
    this.endRun();
    this.#observations.push({ marker, beforeStep: this.#steps.length, reference: this.#reference });
  }

  finish(): Line {
    this.endRun();
    return {
      steps: this.#steps,
      slots: this.#slots,
      bindings: this.#bindings,
      references: this.#references,
      currents: this.#currents,
      entrance: this.#entrance,
      exit: this.#reference,
      observations: this.#observations,
      apertures: this.#steps.reduce((sum, step) => sum + aperturesOf(step), 0),
      s: this.#s,
      ratios: this.#ratios,
      names: this.#names,
      directives: this.#directives,
      segments: this.#ranges.finish(this.#steps.length),
    };
  }

  /** Says what the number behind the next slot depends on. */
  #bind(element: Element, { partials }: Dual): void {
    for (const [name, factor] of partials) {
      this.#bindings.push({ slot: this.#slots, parameter: parameterName(element, name), factor });
    }
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
    this.#run = { maps: [], first: element, last: element, ratio: 1, directive };
    return this.#run;
  }

  /** A step of its own. */
  #addAlone(element: Element, step: Step, { ratio }: ReferenceParticle): void {
    this.endRun();
    this.#ranges.enter(this.#segment, this.#steps.length);
    this.#push(step, element.name, directiveOf(element, this.#segment), ratio.value);
  }

  /** What follows belongs to another run. */
  endRun(): void {
    if (!this.#run) return;
    const { maps, first, last, ratio, directive } = this.#run;
    const name = first === last ? first.name : `${first.name}…${last.name}`;
    this.#push({ kind: 'run', maps }, name, directive, ratio);
    this.#run = undefined;
  }

  #push(step: Step, name: string, directive: Directive | undefined, ratio: number): void {
    this.#steps.push(step);
    this.#s.push(this.#arcLength);
    this.#ratios.push(ratio);
    this.#names.push(name);
    this.#directives.push(directive);
  }
}

/** A map as the engine takes it. */
function localMap({ kind, coefficients, order, aperture }: ElementMap): LocalMap {
  const numbers = coefficients.map(({ value }) => value);
  return { kind, coefficients: numbers, ...(order !== undefined && { order }), ...aperture };
}

/** What a number depends on: a parameter of its element, or the reference particle. */
function parameterName(element: Element, name: string): string {
  return name.startsWith(REFERENCE_PREFIX) ? name : `${element.name}.${name}`;
}

function aperturesOf(step: Step): number {
  return step.kind === 'run' ? step.maps.filter(({ kind }) => kind === 'aperture').length : 0;
}

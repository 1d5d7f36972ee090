import { CustomStep } from '../elements/customStep.js';
import type { Element, MapPiece } from '../elements/element.js';
import { Marker } from '../elements/marker.js';
import { SpaceChargeKick } from '../elements/spaceChargeKick.js';
import { LatticeError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import type { Lattice } from './lattice.js';
import type { Binding, Line, LocalMap, Step } from './line.js';
import type { Slicing } from './slicing.js';

export type { Binding, Kick, Line, LocalMap, Step } from './line.js';

/** Longest run: bounds the buffer in which a run's gradient is reduced over the particles. */
const MOST_MAPS_IN_RUN = 64;
const KICK_PARAMETERS = ['effectLength', 'extentX', 'extentY', 'extentZ'] as const;

/**
 * Flattens a lattice into runs of local maps and kicks. Between the kicks of one element the two half maps that meet are one
 * map of a whole slice. A run ends at a kick, at an observed marker, or after 64 maps; markers that nobody observes vanish.
 *
 * @param observedMarkers - names of the markers at which the beam is looked at
 * @throws LatticeError for an observed name that is not a marker of the lattice
 */
export function compileLine(lattice: Lattice, observedMarkers: Iterable<string>): Line {
  const observed = new Set(observedMarkers);
  requireMarkers(lattice, observed);
  const builder = new LineBuilder();
  for (const element of lattice.elements) {
    const slicing = lattice.slicing(element);
    if (slicing) addSliced(builder, element, slicing);
    else if (element instanceof SpaceChargeKick) builder.addKick(element);
    else if (element instanceof CustomStep) builder.addCustom(element);
    else if (element instanceof Marker && observed.has(element.name)) builder.observe(element.name);
    else builder.addPieces(element, element.pieces(1));
  }
  return builder.finish();
}

/** Half a slice, then kicks with whole slices between them, then half a slice. */
function addSliced(builder: LineBuilder, element: Element, slicing: Slicing): void {
  const slice = 1 / slicing.length;
  for (const [i, { kick }] of slicing.entries()) {
    builder.addPieces(element, element.pieces(i === 0 ? slice / 2 : slice));
    builder.addKick(kick, { element, share: slice });
  }
  builder.addPieces(element, element.pieces(slice / 2));
}

function requireMarkers(lattice: Lattice, observed: ReadonlySet<string>): void {
  const markers = lattice.elements.filter((element) => element instanceof Marker).map(({ name }) => name);
  for (const name of observed) {
    if (markers.includes(name)) continue;
    const other = lattice.elements.find((element) => element.name === name);
    const problem = other
      ? `'${name}' is a ${other.type}, not a marker`
      : `the lattice has no marker '${name}'`;
    throw new LatticeError(
      problem + (markers.length > 0 ? didYouMean(name, markers) : ': it has no markers'),
    );
  }
}

function aperturesOf(step: Step): number {
  return step.kind === 'run' ? step.maps.filter(({ kind }) => kind === 'aperture').length : 0;
}

/** Collects steps, and the gradient slots and bindings that belong to them. */
class LineBuilder {
  readonly #steps: Step[] = [];
  readonly #bindings: Binding[] = [];
  readonly #observations: { marker: string; beforeStep: number }[] = [];
  readonly #s: number[] = [];
  #slots = 0;
  #arcLength = 0;
  /** Maps of the run that is still growing. */
  #maps: LocalMap[] = [];

  addPieces(element: Element, pieces: readonly MapPiece[]): void {
    for (const { map, slots } of pieces) {
      if (this.#maps.length === MOST_MAPS_IN_RUN) this.#endRun();
      this.#maps.push(map);
      this.#arcLength += map.length;
      for (const { parameter, factor } of slots) this.#bind(element, parameter, factor);
    }
  }

  /** @param owner - the element that the kick was inserted into, whose length its effectLength is a share of */
  addKick(kick: SpaceChargeKick, owner?: { element: Element; share: number }): void {
    this.#endRun();
    this.#push({ kind: 'kick', kick: kick.kick, name: kick.name });
    if (owner) {
      const parameter = `${owner.element.name}.length`;
      this.#bindings.push({ slot: this.#slots, parameter, factor: owner.share });
    }
    for (const parameter of KICK_PARAMETERS) this.#bind(kick, parameter, 1);
  }

  /** Its parameters have no slots: the sweep adds their gradient up itself. */
  addCustom(element: CustomStep): void {
    this.#endRun();
    this.#push({ kind: 'custom', element });
  }

  observe(marker: string): void {
    this.#endRun();
    this.#observations.push({ marker, beforeStep: this.#steps.length });
  }

  finish(): Line {
    this.#endRun();
    return {
      steps: this.#steps,
      slots: this.#slots,
      bindings: this.#bindings,
      observations: this.#observations,
      apertures: this.#steps.reduce((sum, step) => sum + aperturesOf(step), 0),
      names: this.#steps.map((step) => (step.kind === 'kick' ? step.name : step.kind)),
      directives: this.#steps.map(() => undefined),
      segments: [],
      s: this.#s,
    };
  }

  /** Takes the next slot for a parameter. */
  #bind(element: Element, parameter: string, factor: number): void {
    this.#bindings.push({ slot: this.#slots, parameter: `${element.name}.${parameter}`, factor });
    this.#slots += 1;
  }

  #endRun(): void {
    if (this.#maps.length === 0) return;
    this.#push({ kind: 'run', maps: this.#maps });
    this.#maps = [];
  }

  #push(step: Step): void {
    this.#steps.push(step);
    this.#s.push(this.#arcLength);
  }
}

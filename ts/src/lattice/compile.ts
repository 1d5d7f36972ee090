import { CustomStep } from '../elements/customStep.js';
import type { Element } from '../elements/element.js';
import { Marker } from '../elements/marker.js';
import { SpaceChargeKick } from '../elements/spaceChargeKick.js';
import { LatticeError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { requireKicks } from './directives.js';
import type { Lattice } from './lattice.js';
import type { Line } from './line.js';
import { LineBuilder } from './lineBuilder.js';
import type { Slicing } from './slicing.js';

export type { Binding, Kick, Line, LocalMap, Step } from './line.js';

/** How {@link compileLine} divides a lattice. */
export interface CompileOptions {
  /** How far runs go: as far as they can, or to the end of their element; default `'longest'`. */
  readonly runs?: 'longest' | 'element';
}

/**
 * Flattens a lattice into runs of local maps and kicks. Between the kicks of one element the two half maps that meet are one
 * map of a whole slice. A run ends at a kick, at an observed marker, where the directive changes, where a segment with a mode
 * begins or ends, or after 64 maps; markers that nobody observes vanish.
 *
 * @param observedMarkers - names of the markers at which the beam is looked at
 * @param options - `runs: 'element'` ends a run at the end of every element, too
 * @throws LatticeError for an observed name that is not a marker of the lattice, or a `'field'` directive without a kick
 */
export function compileLine(
  lattice: Lattice,
  observedMarkers: Iterable<string>,
  options: CompileOptions = {},
): Line {
  const observed = new Set(observedMarkers);
  requireMarkers(lattice, observed);
  requireKicks(lattice);
  const builder = new LineBuilder();
  for (const element of lattice.elements) {
    const slicing = lattice.slicing(element);
    builder.enter(lattice.segmentAround(element));
    if (slicing) addSliced(builder, element, slicing);
    else if (element instanceof SpaceChargeKick) builder.addKick(element);
    else if (element instanceof CustomStep) builder.addCustom(element);
    else if (element instanceof Marker && observed.has(element.name)) builder.observe(element.name);
    else builder.addPieces(element, element.pieces(1));
    if (options.runs === 'element') builder.endRun();
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

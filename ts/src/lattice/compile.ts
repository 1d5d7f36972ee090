import { CollectiveKick } from '../elements/collectiveKick.js';
import { CustomStep } from '../elements/customStep.js';
import type { Element } from '../elements/element.js';
import type { ElementMap } from '../elements/maps.js';
import { Marker } from '../elements/marker.js';
import { LatticeError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { requireKicks } from './directives.js';
import type { Lattice } from './lattice.js';
import type { Line } from './line.js';
import { LineBuilder } from './lineBuilder.js';
import { ReferenceParticle } from './reference.js';
import type { Slicing } from './slicing.js';

export type { Binding, Kick, Line, LocalMap, ReferenceLink, Step } from './line.js';

/** How {@link compileLine} divides a lattice, and for whom. */
export interface CompileOptions {
  /** The reference particle at the entrance; default {@link ANY_REFERENCE}. */
  readonly reference?: ReferenceParticle;
  /** What is differentiated by, `'element.parameter'`: misalignments of 0 have maps only where they are among these. */
  readonly wrt?: Iterable<string>;
  /** How far runs go: as far as they can, or to the end of their element; default `'longest'`. */
  readonly runs?: 'longest' | 'element';
}

/** For whoever asks where steps are and how many, which does not depend on the energy: so heavy that no cavity stops it. */
const ANY_REFERENCE = ReferenceParticle.atEntrance(2e30, { restEnergy: 1e30, chargeNumber: 1 });

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
  const { reference = ANY_REFERENCE, wrt = [] } = options;
  const builder = new LineBuilder(reference);
  const wanted = new Set([...wrt].flatMap((path) => lattice.memberPaths(path)));
  for (const element of lattice.elements) {
    const slicing = lattice.slicing(element);
    builder.enter(lattice.segmentAround(element));
    if (element instanceof CollectiveKick) builder.addKick(element, builder.reference);
    else if (element instanceof CustomStep) builder.addCustom(element);
    else if (element instanceof Marker && observed.has(element.name)) builder.observe(element.name);
    else addElement(builder, element, slicing ?? [], wanted);
    if (options.runs === 'element') builder.endRun();
  }
  return builder.finish();
}

/** Half a slice, then kicks with whole slices between them, then half a slice; without kicks all at once. */
function addElement(
  builder: LineBuilder,
  element: Element,
  slicing: Slicing,
  wanted: ReadonlySet<string>,
): void {
  const { reference } = builder;
  const isWanted = (parameter: string) => wanted.has(`${element.name}.${parameter}`);
  const share = 1 / slicing.length;
  let from = 0;
  let inside: ElementMap[] | undefined;
  for (const [i, { kick }] of slicing.entries()) {
    const to = (i + 0.5) * share;
    // The whole slices of a uniform element are all alike, so that their maps need to be found once only.
    const isInside = i > 0 && element.isUniform;
    const maps = (isInside && inside) || element.maps({ from, to, reference, isWanted });
    if (isInside) inside = maps;
    const here = element.referenceAt(to, reference);
    builder.addMaps(element, maps, here);
    builder.addKick(kick, here, { element, share });
    from = to;
  }
  const exit = element.referenceAt(1, reference);
  builder.addMaps(element, element.maps({ from, to: 1, reference, isWanted }), exit);
  builder.leave(element, exit);
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

import { CollectiveKick } from '../elements/collectiveKick.js';
import { type Element, label } from '../elements/element.js';
import { LatticeError } from '../errors.js';
import type { Directive } from '../tape/plan/index.js';
import type { Lattice } from './lattice.js';
import { outward, type PlacedSegment } from './nesting.js';

/**
 * The directive for the steps of an element: what it says itself, else what the innermost segment around it says, for `reverse`
 * and `tier` each. `undefined` is `'auto'` in any tier. `'field'` concerns kicks; whatever else it covers is inverted, or left to
 * `'auto'` where it cannot be.
 *
 * @param segment - the innermost segment around the element, or around the element that a kick was inserted into
 */
export function directiveOf(element: Element, segment: PlacedSegment | undefined): Directive | undefined {
  const around = [element, ...outward(segment)];
  const asked = around.find(({ reverse }) => reverse !== undefined)?.reverse ?? 'auto';
  const tier = around.find((one) => one.tier !== undefined)?.tier;
  const withoutField = element.invertible ? 'invert' : 'auto';
  const reverse = asked === 'field' && !(element instanceof CollectiveKick) ? withoutField : asked;
  // Nothing is kept of what is inverted, in whatever tier.
  if (reverse === 'invert') return { reverse };
  if (tier !== undefined) return { reverse, tier };
  return reverse === 'auto' ? undefined : { reverse };
}

/** Whether two directives ask for the same. */
export function sameDirective(a: Directive | undefined, b: Directive | undefined): boolean {
  return a?.reverse === b?.reverse && a?.tier === b?.tier;
}

/** @throws LatticeError if a segment asks to invert an element that has no inverse */
export function requireInvertible(element: Element, segment: PlacedSegment | undefined): void {
  if (element.invertible || element.reverse !== undefined) return;
  const asking = outward(segment).find(({ reverse }) => reverse !== undefined);
  if (asking?.reverse !== 'invert') return;
  throw new LatticeError(
    `segment '${asking.name}' asks to invert ${label(element.type, element.name)}, which has no inverse: give the step 'store', 'recompute' or 'auto' of its own`,
  );
}

/** @throws LatticeError if an element or a segment asks to keep the fields of kicks, and there is no kick in it */
export function requireKicks(lattice: Lattice): void {
  const withKicks = new Set<PlacedSegment>();
  const asking = new Set<PlacedSegment>();
  for (const element of lattice.elements) {
    const hasKick = element instanceof CollectiveKick || lattice.slicing(element) !== undefined;
    if (element.reverse === 'field' && !hasKick) throw noKick(label(element.type, element.name));
    for (const segment of outward(lattice.segmentAround(element))) {
      if (hasKick) withKicks.add(segment);
      if (segment.reverse === 'field') asking.add(segment);
    }
  }
  for (const segment of asking) {
    if (!withKicks.has(segment)) throw noKick(`segment '${segment.name}'`);
  }
}

function noKick(where: string): LatticeError {
  return new LatticeError(
    `reverse of ${where} is 'field', but it has no kick whose field could be kept: add kicks with withSpaceCharge, or use 'auto'`,
  );
}

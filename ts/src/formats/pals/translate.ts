import { didYouMean } from '../../nearest.js';
import type { DescribedElement } from '../description.js';
import { extensionSpec, withExtension } from '../extension.js';
import { fileError } from '../failure.js';
import { Parameters } from '../parameters.js';
import type { ElementClass, ElementSpec, PlacedSpec } from '../spec.js';
import type { TranslationContext } from '../translation.js';
import { readApertures } from './aperture.js';
import { KNOWN_KINDS, translateKind } from './kinds.js';
import type { FieldFactor } from './multipoles.js';

const SPEED_OF_LIGHT = 299792458; // m/s

/** Elements that are the same from either end. */
const SYMMETRIC: readonly ElementClass[] = ['Drift', 'Marker', 'Monitor', 'Aperture'];

/**
 * What an element of a PALS description becomes: itself and the apertures at its ends.
 *
 * @throws LatticeFileError for a kind or a parameter that has no counterpart, or a field where the momentum is not known
 */
export function translatePals(element: DescribedElement, context: TranslationContext): readonly PlacedSpec[] {
  const { type } = element;
  const parameters = new Parameters(element);
  const own = extensionSpec(parameters);
  if (own === undefined && !KNOWN_KINDS.includes(type)) {
    throw fileError(element.at, `kind '${type}' is not supported${didYouMean(type, KNOWN_KINDS)}`);
  }
  const specs: readonly PlacedSpec[] = own
    ? [own]
    : translateKind(parameters, fieldFactorOf(context, parameters), context);
  const placed = specs.map((spec) =>
    spec.suffix ? spec : withExtension(withShift(spec, parameters), parameters),
  );
  const { entrance, exit } = readApertures(parameters);
  parameters.requireAllTaken();
  if (context.isReversed) for (const spec of placed) requireSymmetric(spec, parameters);
  if (placed.length === 0) return [entrance ?? { type: 'Marker', options: {} }];
  return [
    ...(entrance ? [{ ...entrance, suffix: '_aperture' }] : []),
    ...placed,
    ...(exit ? [{ ...exit, suffix: '_exit_aperture' }] : []),
  ];
}

/** An element that is turned round has its field turned round, too: a quadrupole then focuses the other plane. */
function requireSymmetric({ type, options }: ElementSpec, parameters: Parameters): void {
  const { length, ...strengths } = options;
  if (SYMMETRIC.includes(type) || Object.values(strengths).every((value) => value === 0)) return;
  throw fileError(
    parameters.at,
    `'${parameters.name}' has direction: -1: magnets that are turned round are not supported`,
  );
}

/** K/B = q/P0 = Z·c/(p0·c in eV). */
function fieldFactorOf({ species, reference }: TranslationContext, parameters: Parameters): FieldFactor {
  return (parameter) => {
    if (species === undefined || reference === undefined) {
      throw fileError(
        parameters.placeOf(parameter),
        `${parameter} of '${parameters.name}' is a field, whose strength depends on the momentum: ` +
          'give species and energy of the beam, in ReferenceP of a BeginningEle or as options',
      );
    }
    const { gamma0, beta0 } = reference;
    return (species.chargeNumber * SPEED_OF_LIGHT) / (beta0 * gamma0 * species.restEnergy);
  };
}

/** Adds where `BodyShiftP` puts the element (PALS, "Element Body Orientation and Position Parameters"). */
function withShift(spec: ElementSpec, parameters: Parameters): ElementSpec {
  for (const name of ['z_offset', 'x_rot', 'y_rot']) {
    parameters.requireZero(`BodyShiftP.${name}`, 'is not supported: unkick knows dx, dy and tilt');
  }
  const dx = parameters.number('BodyShiftP.x_offset') ?? 0;
  const dy = parameters.number('BodyShiftP.y_offset') ?? 0;
  const roll = parameters.number('BodyShiftP.z_rot') ?? 0;
  if (roll !== 0 && (spec.type === 'SBend' || spec.type === 'RBend')) {
    throw fileError(
      parameters.placeOf('BodyShiftP.z_rot'),
      'a bend that is rolled out of its plane is not supported: tilt_ref turns the plane with it',
    );
  }
  // It makes no difference where field-free space begins at its sides.
  if (spec.type === 'Drift' || spec.type === 'Marker') return spec;
  const { tilt: before = 0, ...options } = spec.options as { tilt?: number };
  const tilt = before + roll;
  return {
    type: spec.type,
    options: { ...options, ...(dx !== 0 && { dx }), ...(dy !== 0 && { dy }), ...(tilt !== 0 && { tilt }) },
  };
}

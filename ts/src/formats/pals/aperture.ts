import { fileError } from '../failure.js';
import type { Parameters } from '../parameters.js';
import { type ElementSpec, OPEN } from '../spec.js';

const SHAPES = ['ELLIPTICAL', 'RECTANGULAR', 'VERTICES', 'CUSTOM_SHAPE'] as const;
const LOCATIONS = ['ENTRANCE_END', 'CENTER', 'EXIT_END', 'BOTH_ENDS', 'NOWHERE', 'EVERYWHERE'] as const;

/** The apertures at the ends of an element. */
export interface Apertures {
  readonly entrance?: ElementSpec;
  readonly exit?: ElementSpec;
}

/**
 * The apertures that `ApertureP` describes (PALS, "Aperture Parameters"). One whose limits are not all set does nothing if it is
 * elliptical.
 *
 * @throws LatticeFileError for what is no ellipse or rectangle about the axis, or does not stand at an end
 */
export function readApertures(parameters: Parameters): Apertures {
  const x = readLimits(parameters, 'x');
  const y = readLimits(parameters, 'y');
  const shape = parameters.word('ApertureP.shape', SHAPES) ?? 'ELLIPTICAL';
  const location = parameters.word('ApertureP.location', LOCATIONS) ?? 'ENTRANCE_END';
  const isActive = parameters.flag('ApertureP.aperture_active') ?? true;
  parameters.flag('ApertureP.aperture_shifts_with_body');
  for (const name of ['material', 'thickness']) parameters.take(`ApertureP.${name}`);
  if (!isActive || location === 'NOWHERE') return {};
  if (shape === 'VERTICES' || shape === 'CUSTOM_SHAPE') {
    throw fileError(parameters.placeOf('ApertureP.shape'), `an aperture of shape ${shape} is not supported`);
  }
  if (x === undefined && y === undefined) return {};
  if (shape === 'ELLIPTICAL' && (x === undefined || y === undefined)) return {};
  const options = { halfX: x ?? OPEN, halfY: y ?? OPEN, shape: shape.toLowerCase() };
  const aperture: ElementSpec = { type: 'Aperture', options };
  if (location === 'ENTRANCE_END' || parameters.number('length') === undefined) return { entrance: aperture };
  if (location === 'EXIT_END') return { exit: aperture };
  if (location === 'BOTH_ENDS') return { entrance: aperture, exit: aperture };
  throw fileError(
    parameters.placeOf('ApertureP.location'),
    `an aperture ${location} is not supported: say ENTRANCE_END, EXIT_END or BOTH_ENDS`,
  );
}

/** The half width of an opening about the axis; `undefined` where it is not limited. */
function readLimits(parameters: Parameters, axis: 'x' | 'y'): number | undefined {
  const limit = (name: string) => parameters.number(`ApertureP.${axis}_${name}`);
  const [least, most, width] = [limit('min'), limit('max'), limit('width')];
  const centre = limit('center') ?? 0;
  // Drafts of the standard before 2026 had both limits in one list.
  const [first = least, last = most] = parameters.numbers(`ApertureP.${axis}_limits`, 2) ?? [];
  if (width !== undefined && (first !== undefined || last !== undefined)) {
    throw fileError(parameters.placeOf(`ApertureP.${axis}_width`), `${axis}_width and limits are both set`);
  }
  if (centre === 0 && width !== undefined) return Math.min(width / 2, OPEN);
  if (width === undefined && first === undefined && last === undefined) return undefined;
  if (centre === 0 && first !== undefined && first === -(last ?? Number.NaN)) return Math.min(last!, OPEN);
  throw fileError(
    parameters.at,
    `the aperture of '${parameters.name}' does not lie about the axis in ${axis}, which is not supported`,
  );
}

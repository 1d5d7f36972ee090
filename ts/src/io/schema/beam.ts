import { z } from 'zod';
import { COORDINATES } from '../../beam/coordinates.js';
import { SPECIES, type SpeciesName } from '../../beam/species.js';
import { choice, count, discriminated, flag, notOneOf, object, quantity, text, wrong } from './fields.js';

const SPECIES_NAMES = Object.keys(SPECIES) as [SpeciesName, ...SpeciesName[]];

const customSpecies = object({
  name: text('Name of the particle'),
  restEnergy: quantity('eV', 'Rest energy'),
  chargeNumber: quantity('1', 'Charge in elementary charges, signed'),
});

const species = z
  .union([z.enum(SPECIES_NAMES), customSpecies], { error: (issue) => speciesComplaint(issue.input) })
  .describe(
    `Kind of particle: ${SPECIES_NAMES.join(', ')}, or an object with name, restEnergy and chargeNumber`,
  );

function speciesComplaint(input: unknown): string {
  if (typeof input === 'object' && input !== null) {
    return 'must have a name, a restEnergy in eV and a chargeNumber, and no other field';
  }
  return notOneOf(input, SPECIES_NAMES);
}

const reference = {
  species,
  energy: quantity('eV', 'Total reference energy, rest energy included; or give kineticEnergy').optional(),
  kineticEnergy: quantity('eV', 'Kinetic reference energy; or give energy').optional(),
};

const bunch = {
  ...reference,
  charge: quantity('C', 'Charge of the bunch, its positive magnitude'),
  particles: count(1, 'Number of macroparticles'),
  seed: count(0, 'Seed of the random numbers; default 1').optional(),
  sampling: choice(
    ['random', 'quiet'],
    'Pseudo-random points or a low-discrepancy sequence; default "random"',
  ).optional(),
  meanX: quantity('m', 'Mean of x; default 0').optional(),
  meanPx: quantity('1', 'Mean of px; default 0').optional(),
  meanY: quantity('m', 'Mean of y; default 0').optional(),
  meanPy: quantity('1', 'Mean of py; default 0').optional(),
  meanTau: quantity('m', 'Mean of tau; default 0').optional(),
  meanP: quantity('1', 'Mean of p; default 0').optional(),
};

const twissOfPlane = (plane: string) =>
  object({
    beta: quantity('m', 'Beta function'),
    alpha: quantity('1', 'Alpha function, positive when converging'),
    emittance: quantity('m', 'Geometric rms emittance'),
  }).describe(`Twiss parameters of the ${plane} plane, instead of its sigmas`);

const moments = {
  sigmaX: quantity('m', 'Root mean square of x; or give twiss.x').optional(),
  sigmaPx: quantity('1', 'Root mean square of px; default 0').optional(),
  correlationXPx: quantity('1', 'Correlation of x and px, -1 to 1; default 0').optional(),
  covXPx: quantity('m', 'Covariance of x and px, instead of the correlation').optional(),
  sigmaY: quantity('m', 'Root mean square of y; or give twiss.y').optional(),
  sigmaPy: quantity('1', 'Root mean square of py; default 0').optional(),
  correlationYPy: quantity('1', 'Correlation of y and py, -1 to 1; default 0').optional(),
  covYPy: quantity('m', 'Covariance of y and py, instead of the correlation').optional(),
  twiss: object({ x: twissOfPlane('x').optional(), y: twissOfPlane('y').optional() })
    .describe('Twiss parameters of the transverse planes')
    .optional(),
  sigmaTau: quantity('m', 'Root mean square of tau'),
  sigmaP: quantity('1', 'Root mean square of p; default 0').optional(),
  correlationTauP: quantity('1', 'Correlation of tau and p, -1 to 1; default 0').optional(),
  covTauP: quantity('m', 'Covariance of tau and p, instead of the correlation').optional(),
};

const matchMoments = flag(
  'Correct the sample so that its first and second moments are exact; default false',
).optional();

const gaussian = object({
  distribution: z.literal('gaussian').describe('Normal in all six coordinates'),
  ...bunch,
  ...moments,
  matchMoments,
});

const uniformEllipsoid = object({
  distribution: z.literal('uniformEllipsoid').describe('Uniformly filled ellipsoid in x, y, tau'),
  ...bunch,
  sigmaX: quantity('m', 'Root mean square of x, the semi-axis divided by √5'),
  sigmaY: quantity('m', 'Root mean square of y, the semi-axis divided by √5'),
  sigmaTau: quantity('m', 'Root mean square of tau, the semi-axis divided by √5'),
  sigmaPx: quantity('1', 'Root mean square of px; default 0, a cold beam').optional(),
  sigmaPy: quantity('1', 'Root mean square of py; default 0, a cold beam').optional(),
  sigmaP: quantity('1', 'Root mean square of p; default 0, a cold beam').optional(),
  matchMoments,
});

const kv = object({
  distribution: z
    .literal('kv')
    .describe('Kapchinskij–Vladimirskij: uniform on an ellipsoid’s surface in x, px, y, py'),
  ...bunch,
  ...moments,
  longitudinal: choice(['uniform', 'gaussian'], 'Distribution of tau; default "uniform"').optional(),
});

const column = (unit: string, description: string) =>
  z
    .array(quantity(unit, 'One value per macroparticle'), {
      error: (issue) => wrong('must be a list of numbers, one per macroparticle', issue.input),
    })
    .describe(`${description}, one value per macroparticle [${unit}]`);

const UNITS = { x: 'm', px: '1', y: 'm', py: '1', tau: 'm', p: '1' } as const;
const columns = Object.fromEntries(
  COORDINATES.map((name) => [name, column(UNITS[name], `Coordinate ${name}`)]),
) as Record<(typeof COORDINATES)[number], ReturnType<typeof column>>;

const coordinates = object({
  distribution: z.literal('coordinates').describe('Macroparticles given one by one'),
  ...reference,
  charge: quantity('C', 'Charge of the bunch, shared equally; or give charges').optional(),
  charges: column('C', 'Charges').optional(),
  ...columns,
});

/** The beam at the entrance of the lattice. */
export const beamSchema = discriminated('distribution', [
  gaussian,
  uniformEllipsoid,
  kv,
  coordinates,
]).describe('The beam at the entrance of the lattice');

/** A beam as a problem file holds it. */
export type BeamFields = z.infer<typeof beamSchema>;

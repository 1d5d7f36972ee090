import { z } from 'zod';
import { COORDINATES } from '../../beam/coordinates.js';
import { SPECIES, type SpeciesName } from '../../beam/species.js';
import { BEAM_FORMATS } from '../beam/format.js';
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
  twiss: object({
    x: twissOfPlane('x').optional(),
    y: twissOfPlane('y').optional(),
    tau: twissOfPlane('longitudinal').optional(),
  })
    .describe('Twiss parameters of the planes')
    .optional(),
  sigmaTau: quantity('m', 'Root mean square of tau; or give twiss.tau').optional(),
  sigmaP: quantity('1', 'Root mean square of p; default 0').optional(),
  correlationTauP: quantity('1', 'Correlation of tau and p, -1 to 1; default 0').optional(),
  covTauP: quantity('m', 'Covariance of tau and p, instead of the correlation').optional(),
  chirp: quantity('1/m', 'Slope of p along tau, instead of the correlation').optional(),
  dispersionX: quantity('m', 'Dispersion dx/dp; the moments of x are those without it; default 0').optional(),
  dispersionPx: quantity('1', 'Dispersion dpx/dp; default 0').optional(),
  dispersionY: quantity('m', 'Dispersion dy/dp; the moments of y are those without it; default 0').optional(),
  dispersionPy: quantity('1', 'Dispersion dpy/dp; default 0').optional(),
};

const matchMoments = flag(
  'Correct the sample so that its first and second moments are exact; default false',
).optional();

const longitudinal = choice(['uniform', 'gaussian'], 'Distribution of tau; default "uniform"').optional();

/** A distribution with second moments that are asked for. */
const shaped = <const Name extends string, Shape extends z.ZodRawShape>(
  name: Name,
  description: string,
  shape: Shape,
) => object({ distribution: z.literal(name).describe(description), ...bunch, ...moments, ...shape });

const cut = (plane: string) =>
  quantity('1', `Where the ${plane} plane is cut, in rms values of the uncut distribution`).optional();

const gaussian = shaped('gaussian', 'Normal in all six coordinates', {
  ...{ cutX: cut('x'), cutY: cut('y'), cutTau: cut('longitudinal') },
  matchMoments,
});

const uniformEllipsoid = shaped(
  'uniformEllipsoid',
  'Uniformly filled ellipsoid in x, y, tau, its semi-axes √5 times the rms sizes; momenta normal',
  { matchMoments },
);

const waterbag = shaped('waterbag', 'Uniformly filled ellipsoid in all six coordinates', { matchMoments });

const kv = shaped('kv', 'Kapchinskij–Vladimirskij: uniform on an ellipsoid’s surface in x, px, y, py', {
  longitudinal,
});

const kurth4d = shaped('kurth4d', 'Kurth’s stationary distribution in x, px, y, py', { longitudinal });

const kurth6d = shaped('kurth6d', 'Kurth’s stationary distribution in all six coordinates', { matchMoments });

const semiGaussian = shaped('semiGaussian', 'Uniform in a cylinder of x, y, tau; momenta normal', {
  matchMoments,
});

const thermal = object({
  distribution: z
    .literal('thermal')
    .describe('Stationary thermal bunch in a focusing channel and its own field'),
  ...bunch,
  focusing: quantity(
    '1/m',
    'Wave number of the channel, the same in all directions of the bunch’s own frame',
  ),
  temperature: quantity('1', 'Mean square of px and py'),
  haloTemperature: quantity('1', 'The same in the halo; default that of the core').optional(),
  haloFraction: quantity('1', 'Share of the macroparticles in the halo; default 0').optional(),
});

const fromFile = object({
  distribution: z.literal('file').describe('A beam in a file of its own; may be left out').optional(),
  file: z
    .string({ error: (issue) => wrong('must name a beam file; or give distribution', issue.input) })
    .describe(
      'Name of the file: openPMD (.h5), Astra, elegant, .npy, .npz or .csv, seen from the problem file',
    ),
  format: choice(BEAM_FORMATS, 'Format of the file; default by its contents and extension').optional(),
  species: species.optional(),
  energy: reference.energy,
  kineticEnergy: reference.kineticEnergy,
  charge: quantity('C', 'Charge of the bunch, instead of the file’s').optional(),
  iteration: text('Which iteration of an openPMD file').optional(),
  group: text('Which group of particles of an openPMD file').optional(),
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
  waterbag,
  uniformEllipsoid,
  kv,
  kurth4d,
  kurth6d,
  semiGaussian,
  thermal,
  coordinates,
  fromFile,
]).describe('The beam at the entrance of the lattice');

/** A beam as a problem file holds it. */
export type BeamFields = z.infer<typeof beamSchema>;

import { COORDINATES, type Coordinates, perCoordinate } from '../../src/beam/coordinates.js';
import { Beam, type Element, Lattice, linear, Tracker } from '../../src/index.js';
import { compileLine } from '../../src/lattice/compile.js';
import { ReferenceParticle } from '../../src/lattice/reference.js';
import { action, Op } from '../../src/tape/actions.js';
import type { FAST_BACKENDS } from './backends.js';
import { randomCoordinates } from './beams.js';
import { differingCoordinates } from './bits.js';
import { slopes } from './differences.js';
import { BareEngine } from './engine.js';
import { inFrameOf, outOfFrameOf } from './frames.js';
import { symplecticError } from './symplecticity.js';

/** What the laws have to know of an element beyond itself. */
export interface LawOptions {
  /** For the law's beam; default electrons of 1 MeV kinetic energy, for which the slip in time is a large one. */
  readonly beam?: Beam;
  /** Typical sizes of parameters where they are 0; default 1, and 1 mm for offsets. */
  readonly scales?: Readonly<Record<string, number>>;
}

const PARTICLES = 32;
/** Steps of differences over the size of what is changed, by name; the fifth derivatives by offsets are small. */
const STEPS: Readonly<Record<string, number>> = { dx: 0.1, dy: 0.1 };
const STEP = 1e-3;
const SCALES: Readonly<Record<string, number>> = { dx: 1e-3, dy: 1e-3 };
/** A charge whose kicks are below the last bit: slicing alone is seen. */
const NO_CHARGE = 1e-40;

/** Coordinates of a millimetre and a milliradian. */
export function lawBeam(particles = PARTICLES, changes: { energy?: number } = {}): Beam {
  const coordinates = randomCoordinates(particles, 11);
  return Beam.fromCoordinates(
    perCoordinate((name) => coordinates[name].map((value) => 1e-3 * value)),
    { species: 'electron', energy: changes.energy ?? 1.51099895069e6, charge: NO_CHARGE },
  );
}

type Backend = (typeof FAST_BACKENDS)[number];

/** The laws of one element, as errors. */
export class ElementLaws {
  readonly #element: Element;
  readonly #options: LawOptions;
  readonly #beam: Beam;
  readonly #cotangent = randomCoordinates(PARTICLES, 12);

  constructor(element: Element, options: LawOptions) {
    this.#element = element;
    this.#options = options;
    this.#beam = options.beam ?? lawBeam();
  }

  /** Coordinates that differ after going there and back; all of them if it went nowhere though it should have. */
  async bitsLost(backend: Backend, particles: number): Promise<number> {
    const lattice = new Lattice([this.#element]);
    const { steps } = compileLine(lattice, [], { reference: this.#reference() });
    if (steps.length === 0) return 0;
    const { species, energy } = this.#beam;
    const { coordinates, charges } = lawBeam(particles);
    const beam = Beam.fromCoordinates(coordinates, { species, energy, charges });
    using engine = await BareEngine.create(backend, lattice, beam, 2);
    await engine.execute([action(Op.load)]);
    const before = await engine.read(action(Op.readState));
    await engine.execute(steps.map((_, i) => action(Op.forward, i)));
    await engine.execute(steps.map((_, i) => action(Op.inverse, steps.length - 1 - i)));
    return differingCoordinates(before, await engine.read(action(Op.readState)));
  }

  /** Error of the gradient by each parameter, over the gradient or what the objective's terms are worth. */
  async parameterErrors(backend: Backend, slices?: number): Promise<Record<string, number>> {
    const element = this.#element;
    const names = Object.keys(element.parameters);
    const wrt = [...names.map((name) => `${element.name}.${name}`), 'energy'];
    const line = (of: Element) => sliced(of, slices);
    const gradient = await this.#gradient(backend, line(element), wrt);
    const size = await this.#termSize(backend);
    const errors: Record<string, number> = {};
    for (const name of names) {
      const value = element.parameters[name]!;
      const scale = Math.abs(value) || (this.#options.scales?.[name] ?? SCALES[name] ?? 1);
      const step = scale * (STEPS[name] ?? STEP);
      const f = (by: number) =>
        this.#value(backend, line(element.with({ parameters: { [name]: value + by } })));
      const difference = canBe(element, name, value - 2 * step)
        ? await central(f, step)
        : await oneSided(f, step);
      const found = gradient[`${element.name}.${name}`]!;
      errors[name] = Math.abs(found - difference) / (Math.abs(difference) + size / scale);
    }
    const { energy } = this.#beam;
    const f = (by: number) => this.#value(backend, line(element), energy + by);
    const difference = await central(f, STEP * energy);
    errors.energy = Math.abs(gradient.energy! - difference) / (Math.abs(difference) + size / energy);
    return errors;
  }

  /** The Jacobian of every macroparticle: against differences, and how far from symplectic. */
  async jacobianErrors(backend: Backend): Promise<{ difference: number; symplectic: number }> {
    const line = new Lattice([this.#element]);
    const rows = await this.#jacobianRows(backend, line);
    const columns = await this.#jacobianColumns(backend, line);
    let difference = 0;
    let symplectic = 0;
    for (let k = 0; k < PARTICLES; k++) {
      const matrix = rows.map((row) => COORDINATES.map((name) => row[name][k]!));
      const size = Math.max(...matrix.flat().map(Math.abs));
      for (const [i, row] of matrix.entries()) {
        for (const [j, value] of row.entries()) {
          const byDifference = columns[j]![i]![k]!;
          difference = Math.max(difference, Math.abs(value - byDifference) / size);
        }
      }
      symplectic = Math.max(symplectic, symplecticError(matrix, this.#momentumRatio()) / size ** 2);
    }
    return { difference, symplectic };
  }

  /** Three slices against the whole: coordinates, and the gradients against differences of the sliced line. */
  async slicingErrors(backend: Backend): Promise<{ coordinates: number; gradients: Record<string, number> }> {
    const whole = await track(backend, new Lattice([this.#element]), this.#beam);
    const parts = await track(backend, sliced(this.#element, 3), this.#beam);
    const size = Math.max(...COORDINATES.flatMap((name) => [...whole[name]].map(Math.abs)));
    return {
      coordinates: largestDifference(whole, parts) / size,
      gradients: await this.parameterErrors(backend, 3),
    };
  }

  /** The element in a frame of its own against coordinates that are taken into that frame and out of it. */
  async frameError(backend: Backend): Promise<number> {
    const frame = { dx: 0.3e-3, dy: -0.2e-3, tilt: 2.2 };
    const straight = this.#element.with({ parameters: { dx: 0, dy: 0, tilt: 0 } });
    const off = this.#element.with({ parameters: frame });
    const seen = await track(
      backend,
      new Lattice([straight]),
      withCoordinates(this.#beam, inFrameOf(frame, this.#beam.coordinates)),
    );
    const found = await track(backend, new Lattice([off]), this.#beam);
    const size = Math.max(...COORDINATES.flatMap((name) => [...found[name]].map(Math.abs)));
    return largestDifference(outOfFrameOf(frame, seen), found) / size;
  }

  #reference(energy = this.#beam.energy): ReferenceParticle {
    return ReferenceParticle.atEntrance(energy, this.#beam.species);
  }

  /** p0 behind the element over that before it. */
  #momentumRatio(): number {
    const lattice = new Lattice([this.#element]);
    return compileLine(lattice, [], { reference: this.#reference() }).exit.ratio.value;
  }

  async #gradient(backend: Backend, line: Lattice, wrt: readonly string[]) {
    using tracker = await Tracker.create(line, { backend });
    const { gradient } = await tracker.gradient(this.#beam, linear(this.#cotangent), { wrt });
    return gradient.parameters;
  }

  async #value(backend: Backend, line: Lattice, energy = this.#beam.energy): Promise<number> {
    const { coordinates, charges, species } = this.#beam;
    const beam = Beam.fromCoordinates(coordinates, { species, charges, energy });
    const out = await track(backend, line, beam);
    return COORDINATES.reduce((sum, name) => sum + products(out[name], this.#cotangent[name], (a) => a), 0);
  }

  /** √Σ of the squares of what the objective adds up. */
  async #termSize(backend: Backend): Promise<number> {
    const out = await track(backend, new Lattice([this.#element]), this.#beam);
    const squares = COORDINATES.map((name) => products(out[name], this.#cotangent[name], (a) => a * a));
    return Math.sqrt(squares.reduce((a, b) => a + b, 0));
  }

  /** [6] rows of d(row)/d(every coordinate), for every macroparticle. */
  async #jacobianRows(backend: Backend, line: Lattice): Promise<Coordinates[]> {
    const rows: Coordinates[] = [];
    for (const row of COORDINATES) {
      const unit = perCoordinate((name) => new Float64Array(PARTICLES).fill(name === row ? 1 : 0));
      using tracker = await Tracker.create(line, { backend });
      const { gradient } = await tracker.gradient(this.#beam, linear(unit), { wrt: ['beam'] });
      rows.push(gradient.coordinates!);
    }
    return rows;
  }

  /** [6 columns][6 rows][n] */
  async #jacobianColumns(backend: Backend, line: Lattice): Promise<Float64Array[][]> {
    const columns: Float64Array[][] = [];
    for (const column of COORDINATES) {
      const slope = await slopes(async (by) => {
        const { coordinates } = this.#beam;
        const moved = coordinates[column].map((value) => value + by);
        const out = await track(
          backend,
          line,
          withCoordinates(this.#beam, { ...coordinates, [column]: moved }),
        );
        return COORDINATES.flatMap((name) => [...out[name]]);
      }, 1e-4);
      columns.push(COORDINATES.map((_, i) => slope.slice(i * PARTICLES, (i + 1) * PARTICLES)));
    }
    return columns;
  }
}

/** The element alone, cut into so many slices. */
function sliced(element: Element, slices: number | undefined): Lattice {
  const lattice = new Lattice([element]);
  return slices === undefined ? lattice : lattice.withSpaceCharge({ kicks: slices, gridShape: [8, 8, 8] });
}

async function track(backend: Backend, line: Lattice, beam: Beam): Promise<Coordinates> {
  using tracker = await Tracker.create(line, { backend });
  return (await tracker.track(beam)).coordinates;
}

function withCoordinates({ species, energy, charges }: Beam, coordinates: Coordinates): Beam {
  return Beam.fromCoordinates(coordinates, { species, energy, charges });
}

function largestDifference(a: Coordinates, b: Coordinates): number {
  return Math.max(
    ...COORDINATES.flatMap((name) => [...a[name].map((value, i) => Math.abs(value - b[name][i]!))]),
  );
}

function products(a: Float64Array, b: Float64Array, of: (product: number) => number): number {
  return a.reduce((sum, value, i) => sum + of(value * b[i]!), 0);
}

/** Whether the parameter may have this value. */
function canBe(element: Element, name: string, value: number): boolean {
  try {
    element.with({ parameters: { [name]: value } });
    return true;
  } catch {
    return false;
  }
}

async function central(f: (by: number) => Promise<number>, step: number): Promise<number> {
  const [slope] = await slopes(async (by) => [await f(by)], step);
  return slope!;
}

/** Forward difference of fourth order, for what cannot be less than it is. */
async function oneSided(f: (by: number) => Promise<number>, step: number): Promise<number> {
  const weights = [-25, 48, -36, 16, -3];
  let sum = 0;
  for (const [i, weight] of weights.entries()) sum += weight * (await f(i * step));
  return sum / (12 * step);
}

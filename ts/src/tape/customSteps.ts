import { COORDINATES, type Coordinates } from '../beam/coordinates.js';
import type { CustomStep } from '../elements/customStep.js';
import { CustomStepError } from '../errors.js';
import type { Step } from '../lattice/line.js';
import { Bound, type NativeEngine } from '../native.js';
import { show } from '../options.js';
import { copyOf, momentaProduct, scaleMomenta } from './acceleration.js';
import { action, Op } from './actions.js';
import { columns, emptyCoordinates } from './columns.js';
import type { Runner } from './runner.js';

const ALIVE = 2 ** 31 - 1;
type CustomPlace = Extract<Step, { kind: 'custom' }>;

/** Does custom steps: takes the particles out of the engine, calls the user's functions, and puts what they return back. */
export class CustomSteps {
  readonly #engine: NativeEngine;
  readonly #particles: number;
  readonly #losses: boolean;
  /** Gradient by `'element.parameter'` and by γ of the reference particle, summed up over the sweep. */
  readonly gradient = new Map<string, number>();

  constructor(engine: NativeEngine, particles: number, losses: boolean) {
    this.#engine = engine;
    this.#particles = particles;
    this.#losses = losses;
  }

  async forward(runner: Runner, { element, reference }: CustomPlace): Promise<void> {
    const ratio = reference.ratio.value;
    const input = await this.#read(runner, Op.readState);
    const output = await this.#output(element, localCopy(input, ratio));
    await this.#write(runner, Op.writeState, input, scaledCopy(output, ratio));
  }

  async inverse(runner: Runner, { element, reference }: CustomPlace): Promise<void> {
    const ratio = reference.ratio.value;
    const output = await this.#read(runner, Op.readState);
    const input = await element.options.inverse!(localCopy(output, ratio), element.parameters);
    await this.#write(
      runner,
      Op.writeState,
      output,
      scaledCopy(this.#checked(input, element, 'inverse'), ratio),
    );
  }

  /** From the step's input, which is the state. */
  async adjoint(runner: Runner, { element, reference }: CustomPlace): Promise<void> {
    const ratio = reference.ratio.value;
    const input = localCopy(await this.#read(runner, Op.readState), ratio);
    const engineBar = await this.#read(runner, Op.readAdjoint);
    const outputBar = scaledCopy(engineBar, ratio);
    const { options, parameters: values } = element;
    const { coordinates, parameters = {} } = await options.adjoint(input, outputBar, values);
    const inputBar = this.#checked(coordinates, element, 'adjoint');
    for (const [key, value] of Object.entries(parameters)) this.#add(`${element.name}.${key}`, value);
    if (reference.ratio.partials.size > 0) {
      // Its momenta are divided by the ratio on their way in and multiplied by it on their way out.
      const output = await this.#output(element, input);
      const losses = this.#losses ? this.#engine.losses() : null;
      const isAlive = (particle: number) => losses === null || losses[particle] === ALIVE;
      const product = (a: Coordinates, b: Coordinates) => momentaProduct(a, b, isAlive);
      const ratioBar = (product(output, outputBar) - product(input, inputBar)) / ratio;
      for (const [name, partial] of reference.ratio.partials) this.#add(name, ratioBar * partial);
    }
    await this.#write(runner, Op.writeAdjoint, engineBar, localCopy(inputBar, ratio));
  }

  async #output(element: CustomStep, input: Coordinates): Promise<Coordinates> {
    return this.#checked(await element.options.forward(input, element.parameters), element, 'forward');
  }

  #add(name: string, value: number): void {
    this.gradient.set(name, (this.gradient.get(name) ?? 0) + value);
  }

  async #read(runner: Runner, op: typeof Op.readState | typeof Op.readAdjoint): Promise<Coordinates> {
    const arrays = emptyCoordinates(this.#particles);
    await runner.flush();
    this.#engine.bind(op === Op.readState ? Bound.state : Bound.adjoint, columns(arrays), null);
    runner.add(action(op));
    await runner.flush();
    return arrays;
  }

  /** What is lost stays as it is. */
  async #write(
    runner: Runner,
    op: typeof Op.writeState | typeof Op.writeAdjoint,
    before: Coordinates,
    after: Coordinates,
  ): Promise<void> {
    const losses = this.#losses ? this.#engine.losses() : null;
    if (losses) keepLost(losses, before, after);
    if (op === Op.writeState) this.#engine.bind(Bound.newState, columns(after), losses);
    else this.#engine.bind(Bound.cotangent, columns(after), null);
    runner.add(action(op));
    await runner.flush();
  }

  /** @throws CustomStepError if a function returned something else than six arrays of finite numbers */
  #checked(coordinates: Coordinates, element: CustomStep, what: string): Coordinates {
    for (const name of COORDINATES) {
      const array: unknown = coordinates?.[name];
      const where = `${what} of the custom step '${element.name}': ${name}`;
      if (!(array instanceof Float64Array) || array.length !== this.#particles) {
        throw new CustomStepError(
          `${where} must be a Float64Array of ${this.#particles} numbers, not ${show(array)}`,
        );
      }
      const particle = array.findIndex((value) => !Number.isFinite(value));
      if (particle >= 0) throw new CustomStepError(`${where} of particle ${particle} is ${array[particle]}`);
    }
    return coordinates;
  }
}

/** Users' functions see momenta in units of the p0 of the place. */
const localCopy = (coordinates: Coordinates, ratio: number) => scaledCopy(coordinates, 1 / ratio);

function scaledCopy(coordinates: Coordinates, factor: number): Coordinates {
  return factor === 1 ? coordinates : scaleMomenta(copyOf(coordinates), factor);
}

function keepLost(losses: Int32Array, before: Coordinates, after: Coordinates): void {
  losses.forEach((aperture, particle) => {
    if (aperture === ALIVE) return;
    for (const name of COORDINATES) after[name][particle] = before[name][particle]!;
  });
}

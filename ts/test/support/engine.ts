import type { Beam, Lattice } from '../../src/index.js';
import { compileLine } from '../../src/lattice/compile.js';
import { ReferenceParticle } from '../../src/lattice/reference.js';
import {
  type BackendName,
  Bound,
  type Demand,
  loadBackend,
  type NativeEngine,
  type NativeLine,
} from '../../src/native.js';
import type { Precision } from '../../src/precision.js';
import { type Action, pack } from '../../src/tape/actions.js';
import { columns, emptyCoordinates } from '../../src/tape/columns.js';
import { headroomArray, resolveHeadroom } from '../../src/tape/headroom.js';

/** What C++ takes of a lattice and a beam. */
export function nativeLine(lattice: Lattice, beam: Beam): NativeLine {
  const reference = ReferenceParticle.atEntrance(beam.energy, beam.species);
  const { steps } = compileLine(lattice, [], { reference });
  const { entranceMomentum: momentum, chargeNumber } = reference;
  return { momentum, chargeNumber, steps };
}

/** The demand of a run that only tracks. */
export function trackingDemand(particles: number, threads: number, precision: Precision = 'f64'): Demand {
  const nothing = {
    deviceSlots: [],
    hostSlots: [],
    diskSlots: [],
    diskFolder: '',
    losses: false,
    observations: 0,
  };
  return { precision, particles, threads, differentiate: false, energyBar: false, ...nothing };
}

/** An engine of its own, with the tape's actions in the caller's hands. */
export class BareEngine {
  readonly #engine: NativeEngine;
  readonly #particles: number;

  private constructor(engine: NativeEngine, beam: Beam) {
    this.#engine = engine;
    this.#particles = beam.particles;
    engine.bind(Bound.beam, columns(beam.coordinates), beam.charges);
  }

  static async create(
    backend: BackendName,
    lattice: Lattice,
    beam: Beam,
    threads: number,
    precision: Precision = 'f64',
  ) {
    const demand = trackingDemand(beam.particles, threads, precision);
    const headroom = headroomArray(resolveHeadroom(undefined, precision));
    const engine = new (loadBackend(backend).Engine)(nativeLine(lattice, beam), demand, headroom);
    await engine.allocate();
    return new BareEngine(engine, beam);
  }

  /** Lets actions name the steps of so many turns. */
  setTurns(most: number): void {
    this.#engine.setTurns(most);
  }

  async execute(actions: readonly Action[]): Promise<void> {
    await this.#engine.execute(pack(actions));
  }

  /** The coordinates that the beam has now. */
  async read(readState: Action) {
    const coordinates = emptyCoordinates(this.#particles);
    this.#engine.bind(Bound.state, columns(coordinates), null);
    await this.execute([readState]);
    return coordinates;
  }

  [Symbol.dispose](): void {
    this.#engine.dispose();
  }
}

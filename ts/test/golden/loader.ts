import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Beam,
  COORDINATES,
  type Coordinates,
  Drift,
  type Element,
  Lattice,
  Marker,
  Quadrupole,
  SpaceChargeKick,
} from '../../src/index.js';

/** Where the reference cases lie: beside the repository, unless UNKICK_GOLDEN says where; a user's clone has none. */
export const GOLDEN_FOLDER =
  process.env.UNKICK_GOLDEN ?? fileURLToPath(new URL('../../../../shared/golden', import.meta.url));

/** One line computed by an independent float64 program with automatic differentiation. */
export interface GoldenCase {
  readonly name: string;
  readonly beam: Beam;
  readonly lattice: Lattice;
  readonly cotangent: Coordinates;
  /** ⟨cotangent, coordinates⟩ */
  readonly loss: number;
  readonly coordinates: Coordinates;
  /** Gradients of the loss. */
  readonly gradient: {
    readonly coordinates: Coordinates;
    readonly charges: Float64Array;
    readonly parameters: Readonly<Record<string, number>>;
  };
  /** Half widths of every kick's grid in m, and the charge on it in C; absent in some cases. */
  readonly kicks?: readonly { readonly half: readonly number[]; readonly charge_on_grid: number }[];
}

/** What NAME.json holds. */
interface GoldenFile {
  readonly name: string;
  readonly species: 'electron' | 'proton';
  /** eV, total */
  readonly energy: number;
  readonly particles: number;
  readonly lattice: readonly GoldenElement[];
  readonly loss: number;
  readonly gradient: Readonly<Record<string, number>>;
  readonly kicks?: GoldenCase['kicks'];
  /** Order of the arrays in NAME.f64, for example `coordsIn[6][N]`, `charges[N]`. */
  readonly layout: readonly string[];
}

interface GoldenElement {
  readonly type: string;
  readonly name: string;
  readonly model?: 'linear' | 'exact';
  readonly gridShape?: [number, number, number];
  readonly extentKind?: 'sigmas' | 'fixed';
  readonly centre?: 'beam' | 'reference';
  readonly differentiateGrid?: boolean;
  readonly params: Readonly<Record<string, number>>;
}

/** Every case in the folder; nothing where it is absent. Files without a layout are not tracking cases. */
export function loadGoldenCases(): GoldenCase[] {
  if (!existsSync(GOLDEN_FOLDER)) return [];
  const files = readdirSync(GOLDEN_FOLDER).filter((file) => file.endsWith('.json'));
  return files.flatMap((file) => {
    const described = JSON.parse(readFileSync(join(GOLDEN_FOLDER, file), 'utf8'));
    return described.layout ? [loadCase(described, join(GOLDEN_FOLDER, file.replace(/json$/, 'f64')))] : [];
  });
}

function loadCase(file: GoldenFile, dataPath: string): GoldenCase {
  const blocks = readBlocks(file, dataPath);
  const six = (name: string) => blocks.get(name) as Coordinates;
  const charges = blocks.get('charges') as Float64Array;
  return {
    name: file.name,
    beam: Beam.fromCoordinates(six('coordsIn'), { species: file.species, energy: file.energy, charges }),
    lattice: new Lattice(file.lattice.map(makeElement)),
    cotangent: six('cotangent'),
    loss: file.loss,
    coordinates: six('coordsOut'),
    gradient: {
      coordinates: six('gradientCoords'),
      charges: blocks.get('gradientCharges') as Float64Array,
      parameters: file.gradient,
    },
    ...(file.kicks && { kicks: file.kicks }),
  };
}

/** The arrays of a data file by name: six columns, or one. */
function readBlocks(file: GoldenFile, dataPath: string): Map<string, Coordinates | Float64Array> {
  const bytes = readFileSync(dataPath);
  let offset = 0;
  const column = () => {
    const numbers = new Float64Array(file.particles);
    for (let i = 0; i < numbers.length; i++, offset += 8) numbers[i] = bytes.readDoubleLE(offset);
    return numbers;
  };
  const six = () => Object.fromEntries(COORDINATES.map((name) => [name, column()])) as Coordinates;
  const blocks = file.layout.map((entry) => {
    const name = entry.slice(0, entry.indexOf('['));
    return [name, entry.endsWith('[6][N]') ? six() : column()] as const;
  });
  if (offset !== bytes.length) throw new Error(`${dataPath} has ${bytes.length} bytes, its layout ${offset}`);
  return new Map(blocks);
}

function makeElement({ type, name, params, ...options }: GoldenElement): Element {
  const { length = 0, k1 = 0, effectLength = 0 } = params;
  switch (type) {
    case 'drift':
      return new Drift({ name, length, model: options.model });
    case 'quadrupole':
      return new Quadrupole({ name, length, k1 });
    case 'marker':
      return new Marker({ name });
    case 'spaceChargeKick': {
      const { gridShape, extentKind, centre, differentiateGrid } = options;
      const widths = [params.extentX!, params.extentY!, params.extentZ!] as const;
      const extent = extentKind === 'fixed' ? { fixed: widths } : { sigmas: widths };
      return new SpaceChargeKick({
        name,
        effectLength,
        gridShape: gridShape!,
        extent,
        centre,
        differentiateGrid,
      });
    }
    default:
      throw new Error(`golden case: the loader has no element of type '${type}'`);
  }
}

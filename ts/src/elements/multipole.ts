import { LatticeError } from '../errors.js';
import { requireArray, requireFinite } from '../options.js';
import { Dual } from './dual.js';
import { type ElementChanges, label, requireElementKeys, type Slice } from './element.js';
import { Magnet, type MagnetOptions, MISALIGNMENTS, type ParameterRule } from './magnet.js';
import { type ElementMap, multipoleKickMap } from './maps.js';

/** Options of a {@link Multipole}. */
export interface MultipoleOptions extends MagnetOptions {
  /** Normal strengths, integrated over the length: k0l (rad), k1l (1/m), k2l (1/m²), … as in MAD-X's `knl`. */
  readonly kn?: readonly number[] | undefined;
  /** Skew strengths, integrated: k0sl, k1sl, … as in MAD-X's `ksl`. */
  readonly ks?: readonly number[] | undefined;
}

/** As many orders as the native code knows. */
const LARGEST_ORDER = 20;
type Strengths = Readonly<Record<string, number>>;

/**
 * A thin multipole: kicks of all its orders at one place. The dipole parts kick the beam and leave the reference on a straight
 * line. Its parameters are `k0l`, `k1l`, … and `k0sl`, `k1sl`, … as far as they are given, and the misalignment `dx`, `dy`, `tilt`.
 */
export class Multipole extends Magnet<string> {
  static readonly summary = 'Thin multipole of any orders';
  /** Its own parameters follow from the strengths that are given. */
  static readonly rules = {};
  static readonly settings = {
    kn: { kind: 'numbers', unit: '1/m^n', meaning: 'Normal strengths times length from the dipole on' },
    ks: { kind: 'numbers', unit: '1/m^n', meaning: 'Skew strengths times length from the dipole on' },
  } as const;

  /** @throws LatticeError for an unknown option or directive, more than 21 orders, or a value that is not finite */
  constructor(options: MultipoleOptions) {
    requireElementKeys(options, ['kn', 'ks', ...MISALIGNMENTS], 'Multipole');
    const where = label('multipole', options.name);
    const { kn, ks, ...rest } = options;
    const strengths = { ...readStrengths('kn', kn, where), ...readStrengths('ks', ks, where) };
    if (Object.keys(strengths).length === 0) {
      throw new LatticeError(`${where} needs strengths: kn or ks, lists such as [0, 0.2]`);
    }
    const rules = Object.fromEntries(Object.keys(strengths).map((name) => [name, RULE]));
    super('Multipole', { ...rest, ...strengths }, rules);
  }

  with(changes: ElementChanges): Multipole {
    const { dx, dy, tilt, ...strengths } = { ...this.parameters, ...changes.parameters };
    const kn: number[] = [];
    const ks: number[] = [];
    for (const [name, value] of Object.entries(strengths)) {
      (name.endsWith('sl') ? ks : kn)[Number.parseInt(name.slice(1), 10)] = value;
    }
    return new Multipole({ ...this.commonOptions(changes), kn, ks, dx, dy, tilt });
  }

  protected override body({ reference, isWanted }: Slice): ElementMap[] {
    const variables = this.variables();
    const maps: ElementMap[] = [];
    for (let order = 0; order <= LARGEST_ORDER; order++) {
      const names = [nameOf('kn', order), nameOf('ks', order)];
      if (!names.some((name) => this.parameters[name] || isWanted(name))) continue;
      const [normal, skew] = names.map((name) => variables[name] ?? ZERO);
      maps.push(multipoleKickMap(order, normal!, skew!, reference));
    }
    return maps;
  }
}

const ZERO = Dual.constant(0);
const RULE: ParameterRule = { unit: '1/mⁿ', meaning: 'Strength times length' };

const nameOf = (list: 'kn' | 'ks', order: number) => `k${order}${list === 'kn' ? 'l' : 'sl'}`;

function readStrengths(list: 'kn' | 'ks', given: unknown, where: string): Strengths {
  if (given === undefined) return {};
  requireArray(given, `${list} of ${where}`, LatticeError);
  const numbers = Array.from(given);
  if (numbers.length > LARGEST_ORDER + 1) {
    throw new LatticeError(
      `${list} of ${where} has ${numbers.length} orders; at most ${LARGEST_ORDER + 1} are known`,
    );
  }
  return Object.fromEntries(
    numbers.map((value, order) => {
      const name = nameOf(list, order);
      return [name, requireFinite(value, `${name} (1/mⁿ) of ${where}`, LatticeError)];
    }),
  );
}

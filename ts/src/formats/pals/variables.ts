import { LatticeFileError } from '../../errors.js';
import type { DescribedAttribute, SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import { Cursor } from '../text/cursor.js';
import type { Formula } from '../text/formula.js';
import { parseInfix } from '../text/infix.js';
import { NUMBER, QUOTED } from '../text/lexicon.js';
import { binary, INFIX_FUNCTIONS, type Operations, unary } from '../text/operations.js';
import { tokenise } from '../text/tokens.js';
import { Cell, constantCell, Worksheet } from '../text/worksheet.js';
import { entriesOf, type MapEntry, onlyEntry, showNode, type TextNode } from '../tree.js';
import type { Definition } from './document.js';

/** CODATA 2022 in PALS' units: SI, but energies in eV and masses in eV/c². */
const CONSTANTS = {
  pi: Math.PI,
  Inf: Number.POSITIVE_INFINITY,
  c_light: 299792458,
  h_planck: 4.135667696923859e-15,
  hbar: 6.582119569509067e-16,
  r_electron: 2.8179403205e-15,
  r_proton: 1.5346982640795807e-18,
  e_charge: 1.602176634e-19,
  fine_structure: 7.2973525643e-3,
  n_avogadro: 6.02214076e23,
};

const FUNCTIONS: Operations = {
  ...INFIX_FUNCTIONS,
  expr: unary((x) => x),
  cot: unary((x) => 1 / Math.tan(x)),
  coth: unary((x) => 1 / Math.tanh(x)),
  asinh: unary(Math.asinh),
  acosh: unary(Math.acosh),
  atanh: unary(Math.atanh),
  acoth: unary((x) => Math.atanh(1 / x)),
  int: unary(Math.trunc),
  nint: unary(Math.round),
  sign: unary(Math.sign),
  floor: unary(Math.floor),
  ceiling: unary(Math.ceil),
  modulo: binary((a, p) => a - Math.floor(a / p) * p),
};

const LEXICON = {
  skipped: [],
  quoted: QUOTED,
  number: NUMBER,
  mark: /[-+*/^(),>]/y,
  name: /[A-Za-z_]\w*/y,
  endsWithLine: false,
  continuing: [],
};

/** The constants and variables of a PALS file, and the expressions that need them. */
export class Variables {
  readonly #sheet: Worksheet;

  /** @param given - variables that are there from the beginning */
  constructor(given: Readonly<Record<string, number>>) {
    this.#sheet = new Worksheet({ ...CONSTANTS, ...given }, (element, _attribute, at) => {
      throw fileError(at, `parameters of elements such as '${element}' cannot stand in expressions`);
    });
  }

  /** Adds what a list of single entries, or a mapping, defines. */
  addAll(node: TextNode): void {
    if (node.kind === 'list') {
      for (const item of node.items) {
        const { name, node: value } = onlyEntry(item, 'a constant');
        this.#set(name, value);
      }
    } else {
      for (const [name, { node: value }] of entriesOf(node, 'constants')) this.#set(name, value);
    }
  }

  /** Adds a definition of kind `constant` or `variable`. */
  add({ name, at, entries }: Definition): void {
    const value: MapEntry | undefined = entries.get('value');
    if (value === undefined) throw fileError(at, `'${name}' has no value`);
    this.#set(name, value.node);
  }

  /** What a scalar comes to: an expression its number, other words themselves with the reason why they are no number. */
  describe(node: Extract<TextNode, { kind: 'scalar' }>): DescribedAttribute {
    const { value, at } = node;
    if (typeof value !== 'string') return { value: value ?? '', at };
    try {
      return { value: this.#sheet.evaluate(parse(value, at), at), at };
    } catch (error) {
      if (error instanceof LatticeFileError) return { value, at, error };
      throw error;
    }
  }

  #set(name: string, node: TextNode): void {
    const { at } = node;
    if (node.kind === 'scalar' && typeof node.value === 'number') {
      this.#sheet.set(name, constantCell(node.value, at));
    } else if (node.kind === 'scalar' && typeof node.value === 'string') {
      // A species is a text; it is no number, which matters only to an expression that wants one.
      const formula = formulaOf(node.value, at);
      if (formula) this.#sheet.set(name, new Cell(formula, at));
    } else throw fileError(at, `'${name}' must be a number or an expression, not ${showNode(node)}`);
  }
}

function formulaOf(text: string, at: SourcePosition): Formula | undefined {
  try {
    return parse(text, at);
  } catch (error) {
    if (error instanceof LatticeFileError) return undefined;
    throw error;
  }
}

/** The expression that a text is; what is wrong with it is said about the place of the text. */
function parse(text: string, at: SourcePosition): Formula {
  const tokens = placedTokens(text, at);
  const cursor = new Cursor(tokens);
  const formula = parseInfix(cursor, { functions: FUNCTIONS, reference: '[' });
  if (!cursor.isAtEnd) throw cursor.unexpected('the end', `in '${text}'`);
  return formula;
}

function placedTokens(text: string, at: SourcePosition) {
  try {
    return tokenise(text, at.file, LEXICON).map((token) => ({ ...token, at }));
  } catch (error) {
    if (error instanceof LatticeFileError)
      throw fileError(at, `'${text}' is no expression`, { cause: error });
    throw error;
  }
}

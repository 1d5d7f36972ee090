import type { SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import { type Formula, numberOf, type Step, stackOf } from '../text/formula.js';
import { constantCell, type Worksheet } from '../text/worksheet.js';
import { RPN_OPERATIONS } from './language.js';

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?$/;

/**
 * The formula that a text in reverse Polish notation stands for. A word that is neither a number nor an operation is the name of a
 * memory.
 *
 * @throws LatticeFileError for a number that is too large
 */
export function parseRpn(text: string, at: SourcePosition): Formula {
  return wordsOf(text).map((word) => stepOf(word, at));
}

/**
 * Runs a line of the calculator, of which `sto` is what stays: `% 2 pi * sto twopi`.
 *
 * @throws LatticeFileError for what cannot be evaluated, or a `sto` without a number or a name
 */
export function runRpn(text: string, sheet: Worksheet, at: SourcePosition): void {
  let steps: Step[] = [];
  const words = wordsOf(text);
  for (let i = 0; i < words.length; i++) {
    if (words[i]!.toLowerCase() !== 'sto') {
      steps.push(stepOf(words[i]!, at));
      continue;
    }
    i += 1;
    const name = words[i];
    const value = stackOf(steps, sheet).at(-1);
    if (value === undefined || name === undefined) throw fileError(at, "'sto' takes a number and a name");
    sheet.set(name, constantCell(value, at));
    steps = [{ kind: 'number', value, at }];
  }
  stackOf(steps, sheet);
}

const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== '');

function stepOf(word: string, at: SourcePosition): Step {
  if (NUMBER.test(word)) return { kind: 'number', value: numberOf(word, at), at };
  const name = word.toLowerCase();
  if (!Object.hasOwn(RPN_OPERATIONS, name)) return { kind: 'variable', name: word, at };
  return { kind: 'apply', name: word, operation: RPN_OPERATIONS[name]!, at };
}

import type { DescribedElement, DescribedPlace, DescribedReference } from '../description.js';
import type { LatticeReader } from '../reader.js';
import { type Candidate, chooseLine } from '../text/chooseLine.js';
import { candidateOf, elementsOf } from '../text/describeLine.js';
import { expandLine, type LineParts } from '../text/line.js';
import { referenceOfBeam } from './beam.js';
import { MadxProgram } from './program.js';
import { cutRange } from './range.js';
import type { Sequence } from './sequence.js';
import { BEAM, MadxStatements } from './statements.js';

/** What the book holds beside elements. */
const NO_ELEMENTS = ['beam', 'sequence'];

/**
 * Reads MAD-X: docs/lattice-files.md says what of it. What is not described there follows the MAD-X User's Reference Manual,
 * https://cern.ch/madx.
 */
export const readMadx: LatticeReader = (text, { file, line: asked, variables = {} }) => {
  const program = new MadxProgram(variables);
  new MadxStatements(program, file).read(text, file);
  const { used, warnings } = program;
  const { name, at } = chooseLine(candidatesOf(program), { asked, used, file }, warnings);
  const isUsed = used !== undefined && used.name.toLowerCase() === name.toLowerCase();
  const whole = expandLine(name, partsOf(program), at);
  const line = isUsed && used.range !== undefined ? cutRange(whole, used.range, used.at) : whole;
  const elements = elementsOf(line, (element) => describe(element, program));
  return { name, elements, line, reference: referenceOf(program, name), warnings: warnings.list() };
};

function candidatesOf({ lines, sequences }: MadxProgram): Candidate[] {
  return [...[...lines.values()].map(candidateOf), ...sequences.all().map(candidateOfSequence)];
}

function candidateOfSequence({ name, entries, at }: Sequence): Candidate {
  const items = entries.map((entry) => {
    const reference = { name: entry.name, actual: [] };
    return { count: 1, isReflected: false, isTurned: false, entry: reference, at: entry.at };
  });
  return { name, items, isOpen: false, at };
}

function partsOf({ book, lines, sequences }: MadxProgram): LineParts {
  return {
    line: (name) => lines.get(name.toLowerCase()),
    places: (name): readonly DescribedPlace[] | undefined => {
      const sequence = sequences.find(name);
      if (sequence) return sequences.places(sequence);
      const element = book.find(name);
      if (!element || NO_ELEMENTS.includes(element.type)) return undefined;
      return [{ element: element.name, isReversed: false }];
    },
    names: () => [...book.names(), ...[...lines.values()].map(({ name }) => name)],
  };
}

/** An element, and with an rbend the option that its length depends on. */
function describe(name: string, { book, sequences, rbarc }: MadxProgram): DescribedElement {
  const described = book.describe((book.find(name) ?? sequences.drift(name))!);
  if (described.type !== 'rbend' || rbarc) return described;
  const { attributes, at } = described;
  return { ...described, attributes: new Map([...attributes, ['rbarc', { value: false, at }]]) };
}

/** What `beam` says for this sequence, else for all. */
function referenceOf({ book }: MadxProgram, name: string): DescribedReference {
  const beam = book.find(`${BEAM}%${name}`) ?? book.find(BEAM);
  return beam ? referenceOfBeam(book.describe(beam)) : {};
}

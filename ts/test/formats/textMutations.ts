import { uniforms } from '../support/beams.js';

const MARKS = [...'(){}[]=:;,*&!"\'^+-/#%@\\\n\0\u00e9'];
const WORDS = [
  'line',
  'sequence',
  'endsequence',
  'use',
  'call',
  '1e999',
  '-1e-320',
  '999999999',
  'x',
  ':=',
  '->',
  '2*(',
];

/** Copies of a text with a few damages each, the same for the same seed. */
export function* mutations(text: string, count: number, seed: number): Generator<string> {
  const uniform = uniforms(seed);
  const below = (n: number) => Math.floor(((uniform() + 1) / 2) * n);
  for (let i = 0; i < count; i++) {
    let damaged = text;
    for (let damages = 1 + below(3); damages > 0; damages--) damaged = damage(damaged, below);
    yield damaged;
  }
}

function damage(text: string, below: (n: number) => number): string {
  const at = below(text.length + 1);
  const words = text.split(/(\W)/);
  const word = below(words.length);
  switch (below(8)) {
    case 0: // a flipped bit
      return (
        text.slice(0, at) +
        String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << below(7))) +
        text.slice(at + 1)
      );
    case 1: // the rest lost
      return text.slice(0, at);
    case 2: // a part lost
      return text.slice(0, at) + text.slice(at + below(40));
    case 3: // a part twice
      return text.slice(0, at) + text.slice(Math.max(0, at - below(60)));
    case 4: // a mark too many
      return text.slice(0, at) + MARKS[below(MARKS.length)]! + text.slice(at);
    case 5: // a word for another
      return words.with(word, WORDS[below(WORDS.length)]!).join('');
    case 6: // a word of the same text in the place of another
      return words.with(word, words[below(words.length)]!).join('');
    default: // a nest
      return text.slice(0, at) + '(-'.repeat(below(300)) + text.slice(at);
  }
}

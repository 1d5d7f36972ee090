import { describe, expect, it } from 'vitest';
import { parseJsonTree } from '../../src/formats/json.js';
import { errorOf } from './texts.js';

const read = (text: string) => parseJsonTree(text, 'f.json');

describe('parseJsonTree', () => {
  it('takes the infinities of Python for numbers and leaves strings alone', () => {
    const tree = read('{"a": Infinity,\n "b": -Infinity, "c Infinity": "\\"Infinity"}');
    const entries = tree.kind === 'map' ? tree.entries : new Map();
    expect(entries.get('a').node.value).toBe(Number.POSITIVE_INFINITY);
    expect(entries.get('b').node.value).toBe(Number.NEGATIVE_INFINITY);
    expect(entries.get('c Infinity').node.value).toBe('"Infinity');
    expect(entries.get('b').at).toEqual({ file: 'f.json', line: 2, column: 2 });
    expect(entries.get('c Infinity').node.at).toEqual({ file: 'f.json', line: 2, column: 32 });
  });

  it.each([
    ['{"a": NaN}', '1:7: not valid JSON: invalid symbol'],
    ['{"a": 1,\n "a": 2}', "2:2: the key 'a' stands twice in one object"],
    ['{"a": ', '1:7: not valid JSON: value expected'],
    ['['.repeat(100_000), '1:201: nested deeper than 200 levels'],
  ])('refuses %#', (text, message) => {
    expect(errorOf(() => read(text)).message).toBe(`f.json:${message}`);
  });
});

import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/errors.js';
import { parseJson } from '../../src/io/json.js';

function messageOf(text: string): string {
  try {
    parseJson(text, 'f.json');
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError);
    return (error as Error).message;
  }
  throw new Error(`accepted ${text}`);
}

describe('parseJson', () => {
  it('gives what JSON.parse gives', () => {
    const text = '{"a": [1, -2.5e-3, true, null, "x\\n\\u00e9"], "b": {"__proto__": 1, "c": {}}, "d": []}';
    expect(JSON.stringify(parseJson(text, 'f.json').value)).toBe(JSON.stringify(JSON.parse(text)));
  });

  it.each([
    ['', 'f.json:1:1: not valid JSON: value expected'],
    ['{', 'f.json:1:2: not valid JSON: close brace expected'],
    ['{\n  "a": 1,\n}', 'f.json:3:1: not valid JSON: property name expected'],
    ['[1 2]', 'f.json:1:4: not valid JSON: comma expected'],
    ['{a: 1}', 'f.json:1:2: not valid JSON: invalid symbol'],
    ['{"a": NaN}', 'f.json:1:7: not valid JSON: invalid symbol'],
    ['1\n2', 'f.json:2:1: not valid JSON: nothing more expected after the value'],
    ['// a comment\n1', 'f.json:1:1: not valid JSON: invalid comment token'],
    ['{"a": 1,\n "a": 2}', "f.json:2:2: the key 'a' stands twice in one object"],
  ])('refuses %j', (text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  it('refuses what is nested too deeply to recurse into, wherever brackets stand in strings', () => {
    expect(messageOf('['.repeat(100_000))).toBe('f.json:1:201: nested deeper than 200 levels');
    expect(messageOf(`{"a":${'{"[\\"":\n'.repeat(300)}`)).toBe('f.json:200:1: nested deeper than 200 levels');
    const deepest = `${'['.repeat(200)}"[[\\""${']'.repeat(200)}`;
    expect(JSON.stringify(parseJson(deepest, 'f.json').value)).toBe(deepest);
  });

  it('finds a value’s line and column, or those of the value around it', () => {
    const document = parseJson('{\n  "a": [10,\n    {"b": 1}]\n}', 'f.json');
    expect(document.position(['a', 0])).toEqual({ line: 2, column: 9 });
    expect(document.position(['a', 1, 'b'])).toEqual({ line: 3, column: 11 });
    expect(document.position(['a', 1, 'missing', 'deeper'])).toEqual({ line: 3, column: 5 });
    expect(document.position([])).toEqual({ line: 1, column: 1 });
  });
});

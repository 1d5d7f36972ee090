import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonChunks, requireWritable, writeJsonFile } from '../../src/cli/jsonFile.js';

const folder = mkdtempSync(join(tmpdir(), 'unkick-'));
afterAll(() => rmSync(folder, { recursive: true }));

const textOf = (value: unknown) => [...jsonChunks(value)].join('');

describe('jsonChunks', () => {
  it('writes what JSON.stringify writes', () => {
    const value = { a: 1, b: [1, { c: null }], d: { e: 'x"y', f: undefined, g: {} }, h: [], i: true };
    expect(textOf(value)).toBe(JSON.stringify(value));
  });

  it('writes typed arrays as lists of numbers that read back to the same bits, in pieces', () => {
    const x = Float64Array.from({ length: 20_000 }, (_, i) => Math.sqrt(i + 1) * (i % 2 ? 1 : -1e-300));
    const chunks = [...jsonChunks({ coordinates: { x, empty: new Float64Array(0) } })];
    const read = JSON.parse(chunks.join(''));
    expect(read.coordinates.empty).toEqual([]);
    expect(Float64Array.from(read.coordinates.x)).toEqual(x);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(8192 * 30);
  });
});

describe('writeJsonFile', () => {
  it('replaces the file', async () => {
    const file = join(folder, 'result.json');
    writeFileSync(file, 'something that is much longer than the result');
    requireWritable(file);
    expect(readFileSync(file, 'utf8')).toContain('something');
    await writeJsonFile(file, { value: 1 });
    expect(readFileSync(file, 'utf8')).toBe('{"value":1}\n');
  });

  it('says at once when the file cannot be written', () => {
    expect(() => requireWritable(join(folder, 'no such folder', 'x.json'))).toThrow('ENOENT');
  });
});

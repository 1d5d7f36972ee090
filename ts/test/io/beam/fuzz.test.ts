import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { uniforms } from '../../support/beams.js';
import { TemporaryFolder } from '../../support/temporaryFolder.js';
import { library } from './files.js';

const { loadBeam, saveBeam } = library;

const BUNCH = library.Beam.gaussian({
  ...{ particles: 40, species: 'electron', energy: 2e7, charge: 1e-9 },
  ...{ sigmaX: 1e-3, sigmaPx: 1e-3, sigmaY: 1e-3, sigmaPy: 1e-3, sigmaTau: 1e-3, sigmaP: 1e-3 },
});

/** What is written over a place: counts that are too large, and words that are no numbers. */
const WORDS = [
  '999999999999',
  '-1',
  'nan',
  '1e999',
  '\xff\xff\xff\xff\xff\xff\xff\x7f',
  '\0\0\0\0',
  '\n',
  ',,,',
  '"',
  '&end',
];

/** Damages a file in one of five ways. */
function damaged(file: Buffer, uniform: () => number): Buffer {
  const place = () => Math.floor(((uniform() + 1) / 2) * file.length);
  const bytes = Buffer.from(file);
  const at = place();
  const word = Buffer.from(WORDS[place() % WORDS.length]!, 'latin1');
  switch (place() % 5) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      for (let i = 0; i < 1 + (at % 20); i++) bytes[place()] = place() % 256;
      return bytes;
    case 2:
      word.copy(bytes, at);
      return bytes;
    case 3:
      return Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(at)]);
    default:
      return Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(Math.min(file.length, at + (place() % 100))),
      ]);
  }
}

/** Extension and number of cases: 500 in all. HDF5's take the longest, each a worker of its own. */
const CASES: readonly [string, number][] = [
  ['astra', 88],
  ['sdds', 88],
  ['csv', 88],
  ['npy', 88],
  ['npz', 88],
  ['h5', 60],
];

/** Far above what a file of a few kB needs, far below what its counts can ask for. */
const MOST_BYTES = 300e6;

describe('damaged files', () => {
  it.each(CASES)(
    '.%s, %d of them: a beam or an error that names the file and the place',
    async (extension, cases) => {
      using folder = new TemporaryFolder();
      const sound = join(folder.path, `sound.${extension}`);
      await saveBeam(BUNCH, sound);
      const original = readFileSync(sound);
      const before = process.memoryUsage().rss;
      const uniform = uniforms(extension.length * 1000 + cases);
      const outcomes = { read: 0, placed: 0, whole: 0 };
      for (let i = 0; i < cases; i++) {
        const path = join(folder.path, `${i}.${extension}`);
        writeFileSync(path, damaged(original, uniform));
        const options = extension === 'npy' ? ({ species: 'electron', energy: 2e7 } as const) : {};
        try {
          const { beam } = await loadBeam(path, options);
          expect(beam.particles).toBeLessThanOrEqual(41);
          outcomes.read += 1;
        } catch (error) {
          const { name, message, where } = error as Error & { where: string };
          expect(`${name}: ${message}`).toContain(`BeamFileError: ${path}`);
          expect(message).not.toMatch(/\n|undefined|NaN entries/);
          expect(message.length, message).toBeLessThan(path.length + 300);
          outcomes[where === '' ? 'whole' : 'placed'] += 1;
        }
      }
      expect(process.memoryUsage().rss - before).toBeLessThan(MOST_BYTES);
      expect(outcomes.read + outcomes.placed + outcomes.whole).toBe(cases);
      expect(outcomes.placed + outcomes.whole, basename(sound)).toBeGreaterThan(cases / 5);
    },
    240_000,
  );

  it('nothing at all', async () => {
    using folder = new TemporaryFolder();
    for (const [extension] of CASES) {
      const path = join(folder.path, `empty.${extension}`);
      writeFileSync(path, '');
      await expect(loadBeam(path)).rejects.toThrow(`${path}: `);
    }
  });
});

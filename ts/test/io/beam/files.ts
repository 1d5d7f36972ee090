import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtLibrary } from '../../support/builtLibrary.js';
import { TemporaryFolder } from '../../support/temporaryFolder.js';

/** The built package: HDF5 runs in a worker, which needs compiled sources. */
export const library = (await import(builtLibrary())) as typeof import('../../../src/index.js');

/** A file that Python made; see fixtures/make.py. */
export const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

/** What is expected of fixtures/beamphysics.h5. */
export const expected = JSON.parse(readFileSync(fixture('beamphysics.json'), 'utf8')) as Record<
  string,
  number[]
> & {
  energy: number;
  z: number;
};

/** Writes a file of its own into a folder and hands its path to a function. */
export async function withFile<T>(
  name: string,
  content: string | Uint8Array,
  use: (path: string) => Promise<T>,
): Promise<T> {
  using folder = new TemporaryFolder();
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return await use(path);
}

/** The message of an error that a file must cause, with the folder's name taken out. */
export async function complaint(
  name: string,
  content: string | Uint8Array,
  options: object = {},
): Promise<{ message: string; where: string; kind: string }> {
  return await withFile(name, content, async (path) => {
    try {
      await library.loadBeam(path, options);
    } catch (error) {
      const { message, where, name: kind } = error as Error & { where: string };
      return { message: message.replaceAll(path, name), where, kind };
    }
    throw new Error(`${name} was read without complaint`);
  });
}

import { access, constants, open } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { Beam } from '../../beam/beam.js';
import { toMomenta } from '../../beam/conversions.js';
import { version } from '../../package.js';
import { whyUnreadable } from '../unreadable.js';
import type { Hdf5Answer, Hdf5Task } from './hdf5Worker.js';
import type { OpenPmdChoice } from './openPmdReader.js';
import { fileError, type RawBeam } from './rawBeam.js';

/** Longer than any file takes that fits HDF5's 2 GB of WebAssembly memory. */
const PATIENCE_MS = 120_000;

/**
 * Reads an openPMD file in HDF5.
 *
 * @throws BeamFileError naming group, dataset or attribute
 */
export async function readOpenPmd(file: string, choice: OpenPmdChoice): Promise<RawBeam> {
  await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw fileError(file, '', whyUnreadable(error), { cause: error });
  });
  const answer = await inWorker({ action: 'read', file, choice });
  if ('beam' in answer) return answer.beam;
  throw fileError(
    file,
    'where' in answer ? answer.where : '',
    'fault' in answer ? answer.fault : 'is unreadable',
  );
}

/** Writes a beam at fixed s as an openPMD file in HDF5. */
export async function writeOpenPmd(file: string, beam: Beam): Promise<void> {
  const { species, energy, charges, coordinates } = beam;
  const columns = toMomenta(coordinates, { species, energy }, { z: 0, t: 0 });
  await (await open(file, 'w')).close(); // says better than HDF5 why it cannot be written
  const content = { species: species.name, columns, charges, energy, softwareVersion: version() };
  const answer = await inWorker({ action: 'write', file, content });
  if ('fault' in answer) throw fileError(file, answer.where, answer.fault);
}

/**
 * HDF5 runs in a worker of its own: its C code may abort on a damaged file and cannot be used afterwards, and its memory only
 * grows. Neither outlives the worker.
 */
async function inWorker(task: Hdf5Task): Promise<Hdf5Answer> {
  const worker = new Worker(new URL('./hdf5Worker.js', import.meta.url), {
    ...{ workerData: task, stdout: true, stderr: true }, // HDF5 prints; that is not for the user
  });
  return await new Promise((resolve) => {
    const fail = (fault: string) => resolve({ where: '', fault });
    const timer = setTimeout(() => {
      fail('HDF5 does not come to an end with it: it is most likely damaged');
      void worker.terminate();
    }, PATIENCE_MS);
    worker.on('message', resolve);
    worker.on('error', (error: Error) => fail(`HDF5 gave up on it: ${error.message.split('\n')[0]}`));
    worker.on('exit', () => {
      clearTimeout(timer);
      fail('HDF5 gave up on it');
    });
  });
}

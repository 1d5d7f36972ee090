import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import h5wasm from 'h5wasm/node';
import { complaintOf, Hdf5Fault } from './hdf5.js';
import { type OpenPmdChoice, readOpenPmdFile } from './openPmdReader.js';
import { type OpenPmdContent, writeOpenPmdFile } from './openPmdWriter.js';
import type { RawBeam } from './rawBeam.js';

/** What the worker is to do. */
export type Hdf5Task =
  | { readonly action: 'read'; readonly file: string; readonly choice: OpenPmdChoice }
  | { readonly action: 'write'; readonly file: string; readonly content: OpenPmdContent };

/** What the worker answers. */
export type Hdf5Answer =
  | { readonly beam: RawBeam }
  | { readonly written: true }
  | { readonly where: string; readonly fault: string };

parentPort?.postMessage(await answer(workerData as Hdf5Task));

async function answer(task: Hdf5Task): Promise<Hdf5Answer> {
  try {
    const library = await h5wasm.ready;
    // Without it, faults are printed, and functions return as if nothing had happened.
    library.activate_throwing_error_handler();
    const file = new h5wasm.File(task.file, task.action === 'read' ? 'r' : 'w');
    try {
      if (task.action === 'read') {
        const open = { file, bytes: statSync(task.file).size };
        return { beam: readOpenPmdFile(open, task.choice) };
      }
      writeOpenPmdFile(file, task.content);
    } finally {
      file.close();
    }
    return { written: true };
  } catch (error) {
    return { where: error instanceof Hdf5Fault ? error.where : '', fault: complaintOf(error as Error) };
  }
}

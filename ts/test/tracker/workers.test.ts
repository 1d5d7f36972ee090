import { describe, expect, it } from 'vitest';
import { FAST_BACKENDS } from '../support/backends.js';
import { builtLibrary, runProgram } from '../support/builtLibrary.js';

/** A worker thread that says when it starts, computes, and sends what it found. */
const WORKER = (backend: string, kicks: number) => `
  import { parentPort } from 'node:worker_threads';
  import { Beam, Drift, Lattice, sigma, Tracker } from '${builtLibrary()}';
  const beam = Beam.gaussian({ particles: 20_000, species: 'electron', energy: 25e6, charge: 1e-9, sigmaX: 1e-3, sigmaY: 1e-3,
    sigmaTau: 1e-3, sigmaP: 1e-3 });
  const line = new Lattice([new Drift({ name: 'd', length: 1 })]).withSpaceCharge({ kicks: ${kicks}, gridShape: [32, 32, 32] });
  const tracker = await Tracker.create(line, { backend: '${backend}' });
  parentPort.postMessage('started');
  const { gradient } = await tracker.gradient(beam, sigma('x'), { wrt: ['d.length'], onProgress() {} });
  parentPort.postMessage(gradient.parameters['d.length']);
`;

/** Starts workers at the same time; prints their results, or what became of one that is ended while it computes. */
const PROGRAM = (backend: string) => `
  import { Worker } from 'node:worker_threads';
  const start = (text) => new Worker(text, { eval: true });
  const messages = (worker) => new Promise((resolve, reject) => {
    const seen = [];
    worker.on('message', (message) => seen.push(message));
    worker.on('error', reject);
    worker.on('exit', () => resolve(seen));
  });
  const short = ${JSON.stringify(WORKER(backend, 3))};
  const results = await Promise.all([start(short), start(short), start(short)].map(messages));
  console.log(JSON.stringify(results));
  for (const delay of [0, 20, 60]) {
    const worker = start(${JSON.stringify(WORKER(backend, 400))});
    await new Promise((resolve) => worker.once('message', resolve));
    await new Promise((resolve) => setTimeout(resolve, delay));
    await worker.terminate();
  }
  console.log(JSON.stringify(await messages(start(short))));
`;

describe.each(FAST_BACKENDS)('worker threads on %s', (backend) => {
  it('compute the same at the same time, and may be ended in the middle of a run', async () => {
    const { code, signal, output } = await runProgram(PROGRAM(backend));
    expect({ code, signal }, output).toEqual({ code: 0, signal: null });
    const [together, alone] = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(alone).toEqual(['started', expect.any(Number)]);
    expect(together).toEqual([alone, alone, alone]);
  });
});

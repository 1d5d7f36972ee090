// Builds native/bench, which needs no Node, and runs it.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'build', 'bench');
const PARALLEL = '2'; // a CUDA file takes about 1 GB to compile

/** Macroparticles and nodes along an axis, as Cheetah's published times have them. */
export const SIZES = [
  [1e4, 32],
  [1e5, 32],
  [1e6, 64],
  [1e6, 128],
];

/** Builds the stage benchmark of a back end ('cpu' or 'cuda') and returns its path. */
export function buildProgram(backend) {
  const options = [
    ...['-DUNKICK_NODE=OFF', '-DUNKICK_TESTS=OFF', '-DUNKICK_BENCH=ON'],
    `-DUNKICK_CUDA=${backend === 'cuda' ? 'ON' : 'OFF'}`,
  ];
  const stdio = ['ignore', 'ignore', 'inherit'];
  execFileSync('cmake', ['-S', root, '-B', folder, ...options], { stdio });
  const name = `unkick_${backend}_bench`;
  execFileSync('cmake', ['--build', folder, '--target', name, '--parallel', PARALLEL], { stdio });
  return join(folder, 'native', 'bench', name);
}

/** One run of the program. @returns the JSON that it prints (native/bench/main.cpp). */
export function runProgram(program, { particles, grid, threads, samples, seconds }) {
  process.stderr.write(`${particles} ${grid}\n`);
  const options = { particles, grid, threads, samples, seconds };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // As the library has it (ts/src/native.ts).
  const env = { OMP_WAIT_POLICY: 'passive', ...process.env };
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8', env, maxBuffer: 1 << 24 }));
}

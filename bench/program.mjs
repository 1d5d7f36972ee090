// Runs the programs of native/bench.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Macroparticles and nodes along an axis, as Cheetah's published times have them. */
export const SIZES = [
  [1e4, 32],
  [1e5, 32],
  [1e6, 64],
  [1e6, 128],
];

/** A program of native/bench, which the set-up builds; UNKICK_BENCH_PROGRAMS names another folder. */
export const programNamed = (name) =>
  join(process.env.UNKICK_BENCH_PROGRAMS ?? join(root, 'build', 'native', 'bench'), `unkick_${name}`);

/** The stage benchmark of a back end ('cpu' or 'cuda'). */
export const programOf = (backend) => programNamed(`${backend}_bench`);

/** One run of the program. @returns the JSON that it prints (native/bench/main.cpp). */
export function runProgram(program, { clock, sweep = false, ...options }) {
  process.stderr.write(`${options.particles} ${options.grid}\n`);
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  if (clock === 'processor') args.push('--processor-time');
  if (sweep) args.push('--sweep');
  // As the library has it (ts/src/native.ts).
  const env = { GOMP_SPINCOUNT: '5000', ...process.env };
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8', env, maxBuffer: 1 << 24 }));
}

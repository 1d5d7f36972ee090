// npm run bench:ptxas [-- --arch 80,90]
// What the compiler makes of each CUDA kernel: registers, spills, and with the shared memory that launches ask for (of
// bench/results/launches.json: run bench:launches first) the threads that a multiprocessor holds. Needs nvcc, no GPU. Writes
// bench/results/ptxas.md; the exit code is 1 where a kernel spills.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'native', 'cuda');
const results = join(root, 'bench', 'results');
const { values: options } = parseArgs({ options: { arch: { type: 'string', default: '80,90' } } });
const architectures = options.arch.split(',');
// As native/cmake/UnkickOptions.cmake has them for a release.
const FLAGS = ['-std=c++17', '-O3', '-DNDEBUG', '--fmad=false', '-I', join(root, 'native')];
const REGISTERS = 65536; // of a multiprocessor, compute capability 7.5 to 10
const THREADS = 2048; // that a multiprocessor holds at most, compute capability 8.0, 9.0 and 10.0
const SHARED = { 75: 64, 80: 164, 86: 100, 89: 100, 90: 228, 100: 228 }; // KB of a multiprocessor, by architecture
const RESERVED = 1024; // bytes of them that each block takes beside its own

function nvcc(args) {
  const candidates = ['nvcc', '/usr/local/cuda/bin/nvcc'].filter(
    (path) => path === 'nvcc' || existsSync(path),
  );
  for (const path of candidates) {
    const { error, status, stdout, stderr } = spawnSync(path, args, { encoding: 'utf8' });
    if (error) continue;
    if (status !== 0) throw new Error(`${path} failed:\n${stderr}`);
    return stdout + stderr;
  }
  throw new Error('nvcc was not found: put the CUDA toolkit on the PATH');
}

/** `void unkick::cuda::(anonymous namespace)::kickKernel<true>(unkick::cuda::KickPass)` → `kickKernel<true>`. */
const shortName = (name) =>
  name
    .replace(/unkick::cuda::|\(anonymous namespace\)::|unkick::|^void /g, '')
    .replace(/\((?:[^()]|\([^()]*\))*\)$/, '');

const common = readFileSync(join(sources, 'launch.h'), 'utf8');
const launches = join(results, 'launches.json');
const sharedBytes = existsSync(launches) ? JSON.parse(readFileSync(launches, 'utf8')).sharedBytes : {};

/** Threads of a block of each kernel in a source: what its `__launch_bounds__` says. */
function blocksIn(text) {
  const constants = new Map(
    [...(common + text).matchAll(/constexpr int (\w+) = (\d+);/g)].map(([, name, value]) => [
      name,
      Number(value),
    ]),
  );
  return new Map(
    [...text.matchAll(/__launch_bounds__\((\w+)[^)]*\)\s+(\w+)\(/g)].map(([, bound, kernel]) => [
      kernel,
      constants.get(bound),
    ]),
  );
}

/** Bytes of shared memory that launches of each kernel in a source ask for: a launch names them in one statement. */
function sharedIn(text) {
  const found = new Map();
  for (const statement of text.split(';')) {
    const named = [...statement.matchAll(/"([^"]+)"/g)].map(([, name]) => sharedBytes[name]);
    const bytes = Math.max(...named.filter((value) => value !== undefined));
    if (!Number.isFinite(bytes)) continue;
    for (const [kernel] of statement.matchAll(/\w+Kernel\b/g))
      found.set(kernel, Math.max(bytes, found.get(kernel) ?? 0));
  }
  return found;
}

/** Blocks of a kernel that a multiprocessor holds: by its registers, its threads and its shared memory. */
function residentBlocks({ arch, registers, block, shared }) {
  const byRegisters = Math.floor(REGISTERS / (Math.ceil(registers / 8) * 8 * block));
  const byShared = Math.floor(((SHARED[arch] ?? 228) * 1024) / (shared + RESERVED));
  return Math.min(Math.floor(THREADS / block), byRegisters, byShared);
}

/** Kernels of one source for one architecture, from what ptxas prints about each. */
function kernelsOf(source, arch, folder) {
  const out = join(folder, 'kernels.o');
  const args = [...FLAGS, `-arch=sm_${arch}`, '-Xptxas', '-v', '-c', join(sources, source), '-o', out];
  const { stdout } = spawnSync('c++filt', { input: nvcc(args), encoding: 'utf8' });
  const text = readFileSync(join(sources, source), 'utf8');
  const [blocks, shared] = [blocksIn(text), sharedIn(text)];
  const entries = stdout.split('Compiling entry function ').slice(1);
  return entries.map((entry) => {
    const number = (pattern) => Number(entry.match(pattern)?.[1] ?? 0);
    const kernel = shortName(entry.slice(1, entry.indexOf("' for ")));
    const name = kernel.replace(/<.*/s, '');
    return {
      ...{ source, arch, kernel },
      registers: number(/Used (\d+) registers/),
      block: blocks.get(name) ?? 256,
      spills: number(/(\d+) bytes spill stores/) + number(/(\d+) bytes spill loads/),
      stack: number(/(\d+) bytes stack frame/),
      shared: number(/(\d+) bytes smem/) + (shared.get(name) ?? 0),
    };
  });
}

function row(kernel) {
  const { source, arch, registers, block, shared, spills, stack } = kernel;
  const resident = residentBlocks(kernel);
  const threads = `${resident * block} (${Math.round((100 * resident * block) / THREADS)} %)`;
  return `| ${[source, `\`${kernel.kernel}\``, arch, registers, spills, stack, block, shared, resident, threads].join(' | ')} |`;
}

const folder = mkdtempSync(join(tmpdir(), 'unkick-ptxas-'));
const rows = [];
try {
  for (const source of readdirSync(sources).filter((name) => name.endsWith('.cu'))) {
    for (const arch of architectures) rows.push(...kernelsOf(source, arch, folder));
  }
} finally {
  rmSync(folder, { recursive: true });
}
const version = nvcc(['--version']).match(/V([\d.]+)/)?.[1];
const table = [
  '# Registers and spills of the CUDA kernels',
  '',
  `\`npm run bench:ptxas -- --arch ${options.arch}\`, nvcc ${version}. Shared: what a launch asks for, as far as`,
  `[launches.md](launches.md) counted it. Resident: blocks that a multiprocessor holds at once, and their threads, of ${THREADS}.`,
  '',
  '| source | kernel | sm | registers | spills, B | stack, B | threads of a block | shared, B | resident blocks | threads |',
  '|---|---|---|---|---|---|---|---|---|---|',
  ...rows.map(row),
  '',
].join('\n');
mkdirSync(results, { recursive: true });
writeFileSync(join(results, 'ptxas.md'), table);
process.stdout.write(table);
process.exitCode = rows.some(({ spills }) => spills > 0) ? 1 : 0;

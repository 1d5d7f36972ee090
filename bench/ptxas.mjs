// npm run bench:ptxas [-- --arch 80,90]
// What the compiler makes of each CUDA kernel: registers, spills, shared memory, threads that a multiprocessor then holds. Needs
// nvcc, no GPU. Writes
// bench/results/ptxas.md; the exit code is 1 where a kernel spills.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'native', 'cuda');
const { values: options } = parseArgs({ options: { arch: { type: 'string', default: '80,90' } } });
const architectures = options.arch.split(',');
// As native/cmake/UnkickOptions.cmake has them for a release.
const FLAGS = ['-std=c++17', '-O3', '-DNDEBUG', '--fmad=false', '-I', join(root, 'native')];
const REGISTERS = 65536; // of a multiprocessor, compute capability 7.5 to 10
const BLOCK = 256; // threads, kBlock in native/cuda/launch.h
const THREADS = 2048; // that a multiprocessor holds at most, compute capability 8.0, 9.0 and 10.0

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

/** Kernels of one source for one architecture, from what ptxas prints about each. */
function kernelsOf(source, arch, folder) {
  const out = join(folder, 'kernels.o');
  const args = [...FLAGS, `-arch=sm_${arch}`, '-Xptxas', '-v', '-c', join(sources, source), '-o', out];
  const { stdout } = spawnSync('c++filt', { input: nvcc(args), encoding: 'utf8' });
  const entries = stdout.split('Compiling entry function ').slice(1);
  return entries.map((text) => {
    const number = (pattern) => Number(text.match(pattern)?.[1] ?? 0);
    const registers = number(/Used (\d+) registers/);
    return {
      ...{ source, arch, registers, kernel: shortName(text.slice(1, text.indexOf("' for "))) },
      blocks: Math.min(THREADS / BLOCK, Math.floor(REGISTERS / (Math.ceil(registers / 8) * 8 * BLOCK))),
      spills: number(/(\d+) bytes spill stores/) + number(/(\d+) bytes spill loads/),
      stack: number(/(\d+) bytes stack frame/),
      shared: number(/(\d+) bytes smem/),
    };
  });
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
  `\`npm run bench:ptxas -- --arch ${options.arch}\`, nvcc ${version}. Blocks: of ${BLOCK} threads that the registers of a`,
  `multiprocessor hold at once; threads: of ${THREADS}, in these blocks. Shared memory that a launch asks for is not in it:`,
  '[launches.md](launches.md) has it, and eight blocks of a few kilobytes fit into the 164 KB of compute capability 8.0.',
  '',
  '| source | kernel | sm | registers | blocks | threads | spills, B | stack, B | shared, B |',
  '|---|---|---|---|---|---|---|---|---|',
  ...rows.map(
    (r) =>
      `| ${[r.source, `\`${r.kernel}\``, r.arch, r.registers, r.blocks, `${r.blocks * BLOCK} (${Math.round((100 * r.blocks * BLOCK) / THREADS)} %)`, r.spills, r.stack, r.shared].join(' | ')} |`,
  ),
  '',
].join('\n');
const results = join(root, 'bench', 'results');
mkdirSync(results, { recursive: true });
writeFileSync(join(results, 'ptxas.md'), table);
process.stdout.write(table);
process.exitCode = rows.some(({ spills }) => spills > 0) ? 1 : 0;

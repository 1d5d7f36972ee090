import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './root.mjs';
import { runQuietly } from './run.mjs';
import { hashOf, isCurrent, removeStamp, writeStamp } from './stamp.mjs';

const PARALLEL = '2'; // a CUDA file takes about 1 GB to compile
const ADDONS = { CPU: 'build/Release/unkick_cpu.node', CUDA: 'build/Release/unkick_cuda.node' };

/** The addons that exist, by back end name. */
export const builtBackends = () => Object.keys(ADDONS).filter((name) => existsSync(join(root, ADDONS[name])));

/** Where CMake would find nvcc; it decides whether the CUDA addon belongs to a complete build. */
function nvccPath() {
  const { CUDACXX, CUDA_PATH, CUDA_HOME, PATH = '' } = process.env;
  const folders = [
    ...PATH.split(':'),
    CUDA_PATH && join(CUDA_PATH, 'bin'),
    CUDA_HOME && join(CUDA_HOME, 'bin'),
  ];
  const candidates = [
    CUDACXX,
    ...[...folders, '/usr/local/cuda/bin'].map((folder) => folder && join(folder, 'nvcc')),
  ];
  return candidates.find((path) => path && existsSync(path)) ?? '';
}

const nativeHash = (options) =>
  hashOf({
    folders: ['native'],
    files: ['CMakeLists.txt'],
    extra: [options, nvccPath(), process.arch, process.env.CXX ?? '', process.env.FFTW_ROOT ?? ''],
  });

/** True when the addons were built from these sources with these options. */
export const nativeIsCurrent = (options) =>
  builtBackends().includes('CPU') && isCurrent('native', nativeHash(options));

/**
 * Configures and builds the native code with cmake-js.
 * `configure` and `build`, never `compile`: that answers a failed build with a full rebuild.
 * @param {Record<string, string>} options CMake variables.
 */
export async function buildNative(options) {
  const cmakeJs = createRequire(join(root, 'package.json')).resolve('cmake-js/bin/cmake-js');
  const defines = Object.entries(options).map(([name, value]) => `--CD${name}=${value}`);
  const advice = 'If the output above makes no sense, remove the folder build/ and try again.';
  const hash = nativeHash(options);
  removeStamp('native');
  await runQuietly(process.execPath, [cmakeJs, 'configure', ...defines], { advice });
  await runQuietly(process.execPath, [cmakeJs, 'build', '--parallel', PARALLEL, ...defines], { advice });
  writeStamp('native', hash);
  return `built for ${builtBackends().join(' and ')}`;
}

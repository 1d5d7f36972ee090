import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture } from './run.mjs';

const OLDEST_CMAKE = [3, 20];

/** True when version [major, minor] is at least the wanted one. */
export const atLeast = ([major, minor], [wantedMajor, wantedMinor]) =>
  major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);

const compiler = () => process.env.CXX || 'c++';

const hasCompiler = async () => (await capture(compiler(), ['--version'])).code === 0;

/** Compiles and links a program of one include line. */
async function compiles(include, flags) {
  const folder = mkdtempSync(join(tmpdir(), 'unkick-'));
  const input = `#include <${include}>\nint main() { return 0; }\n`;
  const args = ['-x', 'c++', '-', '-o', join(folder, 'probe'), ...flags];
  const { code } = await capture(compiler(), args, { input });
  rmSync(folder, { recursive: true });
  return code === 0;
}

async function hasCMake() {
  const { code, output } = await capture('cmake', ['--version']);
  const version = /version (\d+)\.(\d+)/.exec(output);
  return code === 0 && version !== null && atLeast(version.slice(1).map(Number), OLDEST_CMAKE);
}

async function hasBuilder() {
  const results = await Promise.all(['ninja', 'make'].map((tool) => capture(tool, ['--version'])));
  return results.some(({ code }) => code === 0);
}

async function hasOpenMP() {
  if (process.platform === 'darwin') {
    return ['/opt/homebrew/opt/libomp', '/usr/local/opt/libomp'].some((path) => existsSync(path));
  }
  // GCC brings OpenMP along, so nothing is said about it before there is a compiler.
  return !(await hasCompiler()) || compiles('omp.h', ['-fopenmp']);
}

function hasFftw() {
  const homebrew = process.platform === 'darwin' ? '/opt/homebrew' : undefined;
  const prefix = process.env.FFTW_ROOT ?? homebrew;
  const paths = prefix === undefined ? [] : [`-I${prefix}/include`, `-L${prefix}/lib`];
  return compiles('fftw3.h', [...paths, '-lfftw3', '-lm']);
}

/**
 * What the native build needs: how to look for it, and the package that holds it for each package manager
 * (none from Homebrew for the compiler: it comes with Apple's command line tools).
 */
const TOOLS = [
  {
    name: 'a C++ compiler',
    found: hasCompiler,
    packages: { apt: 'g++', dnf: 'gcc-c++', pacman: 'gcc', apk: 'g++' },
  },
  {
    name: 'make or ninja',
    found: hasBuilder,
    packages: { apt: 'make', brew: 'ninja', dnf: 'make', pacman: 'make', apk: 'make' },
  },
  {
    name: `CMake ${OLDEST_CMAKE.join('.')} or newer`,
    found: hasCMake,
    packages: { apt: 'cmake', brew: 'cmake', dnf: 'cmake', pacman: 'cmake', apk: 'cmake' },
  },
  {
    name: 'OpenMP',
    found: hasOpenMP,
    packages: { apt: 'libomp-dev', brew: 'libomp', dnf: 'libomp-devel', pacman: 'openmp', apk: 'openmp-dev' },
  },
  {
    name: 'FFTW 3 (double precision)',
    found: hasFftw,
    packages: { apt: 'libfftw3-dev', brew: 'fftw', dnf: 'fftw-devel', pacman: 'fftw', apk: 'fftw-dev' },
  },
];

/** The entries of {@link TOOLS} that this machine lacks. */
export async function missingTools() {
  const found = await Promise.all(TOOLS.map((tool) => tool.found()));
  return TOOLS.filter((_, index) => !found[index]);
}

const BROWSERS = [process.env.UNKICK_CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'];

async function hasBrowser() {
  const found = await Promise.all(
    BROWSERS.map(async (name) => name && (await capture(name, ['--version'])).code === 0),
  );
  return found.includes(true);
}

/** A headless browser, in which reports are tested. */
const BROWSER = {
  name: 'Chromium',
  found: hasBrowser,
  packages: { apt: 'chromium', dnf: 'chromium', pacman: 'chromium', apk: 'chromium' },
};

/** The browser, if this machine has none. */
export const missingBrowser = async () => ((await BROWSER.found()) ? [] : [BROWSER]);

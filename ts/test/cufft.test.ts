import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const release = fileURLToPath(new URL('../../build/Release', import.meta.url));
const addon = join(release, 'unkick_cuda.node');
const built = existsSync(addon);
const known = built && !cufftWith({}).includes('was not found');
if (!built) console.warn('the search for cuFFT is not tested: the CUDA addon is not built');
if (known) console.warn('the search for cuFFT is not tested: the loader, or a CUDA toolkit, has it here');

/** What the addon says of cuFFT in a process of its own, with nothing in its environment but this. */
function cufftWith(env: Record<string, string>): string {
  const script = `process.stdout.write(require(${JSON.stringify(addon)}).about().details)`;
  return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', env });
}

/** A shared library that loads, but is not cuFFT: the message then says that it was found, without a GPU and without cuFFT. */
function placeImpostor(environment: string, ...packages: string[]): string {
  const file = join(environment, 'lib', 'python3.12', ...packages, 'lib', 'libcufft.so.12');
  mkdirSync(dirname(file), { recursive: true });
  cpSync(join(release, 'unkick_cpu.node'), file);
  return file;
}

describe.skipIf(!built || known)('the search for cuFFT', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'unkick-cufft-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('looks into the wheels of the Python on the PATH', () => {
    const environment = join(folder, 'venv');
    placeImpostor(environment, 'site-packages', 'nvidia', 'cu13');
    mkdirSync(join(environment, 'bin'));
    writeFileSync(join(environment, 'bin', 'python3'), '');
    const path = `${join(folder, 'absent')}:${join(environment, 'bin')}`;
    expect(cufftWith({ PATH: path })).toContain('cuFFT has no function cufftCreate');
  });

  it.each([
    ['VIRTUAL_ENV', 'site-packages', 'cufft'],
    ['CONDA_PREFIX', 'site-packages', 'cu13'],
    ['HOME', 'dist-packages', 'cu13'],
  ])('looks into the wheels of %s, %s, %s', (variable, packages, wheel) => {
    const environment = join(folder, variable);
    placeImpostor(variable === 'HOME' ? join(environment, '.local') : environment, packages, 'nvidia', wheel);
    expect(cufftWith({ [variable]: environment })).toContain('cuFFT has no function cufftCreate');
  });

  it('names the file that UNKICK_CUFFT names, if it does not load', () => {
    const absent = join(folder, 'absent.so');
    expect(cufftWith({ UNKICK_CUFFT: absent })).toContain(
      `UNKICK_CUFFT names a cuFFT library that does not load: ${absent}`,
    );
  });

  it('says where it looked', () => {
    expect(cufftWith({ VIRTUAL_ENV: join(folder, 'empty') })).toMatch(
      /not found in the loader's path, .*; install the CUDA toolkit's libcufft or set UNKICK_CUFFT/,
    );
  });
});

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/*
 * The set-up's search for system tools, on a machine where FFTW is missing: a compiler that fails on fftw3.h until a
 * stand-in for apt-get has "installed" it. Nothing is really installed.
 */
let folder = '';
const inFolder = (name: string) => join(folder, name);

function program(name: string, script: string): void {
  writeFileSync(inFolder(name), `#!/bin/sh\n${script}\n`);
  chmodSync(inFolder(name), 0o755);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unkick-'));
  program('cxx', `case "$*" in *fftw3*) [ -e ${inFolder('installed')} ] || exit 1;; esac`);
  program(
    'apt-get',
    `echo "$*" >> ${inFolder('log')}; [ "$1" != install ] || touch ${inFolder('installed')}`,
  );
  program('sudo', 'shift; exec "$@"'); // sudo -n COMMAND, without a password
});
afterEach(() => rmSync(folder, { recursive: true }));

const ensureTools = (environment?: Record<string, string>) => ensure('ensureTools', environment);

function ensure(what: 'ensureTools' | 'ensureBrowser', environment: Record<string, string> = {}) {
  const system = new URL('../../../scripts/lib/system.mjs', import.meta.url);
  const script = `import { ${what} } from '${system}';
    await ${what}(() => {}).then(console.log, (error) => { console.error(error.message); process.exitCode = 1; });`;
  const { UNKICK_NO_INSTALL, ...inherited } = process.env;
  const env = {
    ...inherited,
    PATH: `${folder}:${process.env.PATH}`,
    CXX: inFolder('cxx'),
    ...environment,
  };
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env });
}

if (process.platform !== 'linux') console.warn('set-up tests are skipped: their stand-ins are for Linux');

describe.skipIf(process.platform !== 'linux')('the set-up on a Linux machine without FFTW', () => {
  it('installs the package and looks again', () => {
    const { status, stdout } = ensureTools();
    expect(stdout).toBe('installed libfftw3-dev\n');
    expect(status).toBe(0);
    const commands = readFileSync(inFolder('log'), 'utf8').split('\n');
    expect(commands).toContain('update');
    expect(commands).toContain('install -y --no-install-recommends libfftw3-dev');
  });

  it('only names the command when told not to install', () => {
    const { status, stderr } = ensureTools({ UNKICK_NO_INSTALL: '1' });
    expect(status).toBe(1);
    expect(stderr).toContain('unkick needs FFTW 3 (double precision), not found on this machine');
    expect(stderr).toMatch(/^ {2}(sudo )?apt-get install -y --no-install-recommends libfftw3-dev$/m);
    expect(existsSync(inFolder('installed'))).toBe(false);
  });

  it('names the command when the installation fails', () => {
    program('apt-get', '[ "$1" = --version ]');
    const { status, stderr } = ensureTools();
    expect(status).toBe(1);
    expect(stderr).toContain('libfftw3-dev');
  });
});

describe.skipIf(process.platform !== 'linux')('the set-up on a Linux machine without a browser', () => {
  /** Nothing on the path but the stand-ins and what set-up itself runs. */
  const withoutBrowser = () => {
    const programs = ['env', 'sh', 'touch', 'echo'].map((name) => [name, `/usr/bin/${name}`] as const);
    for (const [name, target] of programs) program(name, `exec ${target} "$@"`);
    program(
      'apt-get',
      `PATH=/usr/bin:/bin; [ "$1" != install ] || cp ${inFolder('stub')} ${inFolder('chromium')}`,
    );
    program('stub', 'exit 0');
    return { PATH: folder, UNKICK_CHROMIUM: '' };
  };

  it('installs one for the tests', () => {
    const { status, stdout } = ensure('ensureBrowser', withoutBrowser());
    expect(stdout).toBe('installed chromium\n');
    expect(status).toBe(0);
  });

  it('goes on without one where it may not install', () => {
    const { status, stdout } = ensure('ensureBrowser', { ...withoutBrowser(), UNKICK_NO_INSTALL: '1' });
    expect(stdout).toMatch(/^none, so that reports are not tested in one; to install it: .*chromium$/m);
    expect(status).toBe(0);
  });
});

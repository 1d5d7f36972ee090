// Makes this checkout ready to run: system packages, npm packages, native build, TypeScript build.
// Idempotent: what is up to date is left alone. Plain Node, because it runs before anything is installed.
//
//   node scripts/setup.mjs [--force] [--only=packages,native,typescript]
import { fileURLToPath } from 'node:url';
import { buildNative, builtBackends, nativeIsCurrent } from './lib/native.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { main, step } from './lib/step.mjs';
import { checkNode, ensureTools } from './lib/system.mjs';
import { ensureTypeScript } from './lib/typescript.mjs';

const STEPS = ['packages', 'native', 'typescript'];
const NATIVE_OPTIONS = { UNKICK_TESTS: 'ON', UNKICK_BENCH: 'ON', UNKICK_WERROR: 'ON' };

/** @param {{ force?: boolean, only?: string[] }} options which steps (default all), and whether to rebuild. */
export async function setup({ force = false, only = STEPS } = {}) {
  checkNode();
  if (only.includes('packages')) await step('npm packages', ensurePackages);
  if (only.includes('native')) await nativeSteps(force);
  if (only.includes('typescript')) await step('TypeScript', () => ensureTypeScript(force));
}

async function nativeSteps(force) {
  if (!force && nativeIsCurrent(NATIVE_OPTIONS)) {
    await step('native code', async () => `up to date (${builtBackends().join(' and ')})`);
    return;
  }
  await step('system tools', ensureTools);
  await step('native code', (report) => {
    report('compiling, about a minute');
    return buildNative(NATIVE_OPTIONS);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const only = process.argv.find((argument) => argument.startsWith('--only='));
  await main(() =>
    setup({
      force: process.argv.includes('--force'),
      ...(only ? { only: only.slice('--only='.length).split(',') } : {}),
    }),
  );
}

// All tests: set-up, lint and types, vitest, native tests: npm test
// Arguments go to vitest, which then runs alone: npm test -- ts/test/beam
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check.mjs';
import { root } from './lib/root.mjs';
import { capture, runVisibly } from './lib/run.mjs';
import { main, step } from './lib/step.mjs';
import { ensureBrowser } from './lib/system.mjs';
import { setup } from './setup.mjs';

const VITEST = [join(root, 'node_modules/vitest/vitest.mjs'), 'run'];
const VITEST_REPORT = join(root, 'build/vitest.json');

/** Runs vitest over everything. A run that broke down before writing its report counts as one failure. */
async function typeScriptTests() {
  rmSync(VITEST_REPORT, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`];
  const code = await runVisibly(process.execPath, [...VITEST, ...reporters]);
  try {
    const report = JSON.parse(readFileSync(VITEST_REPORT, 'utf8'));
    const failed = Math.max(report.numFailedTests, code === 0 ? 0 : 1);
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/**
 * Runs the C++ test programs through ctest, each with its output: exit code 77 means skipped, and the program says why.
 * Each program is one test.
 */
async function nativeTests() {
  const { code, output } = await capture('ctest', ['--test-dir', 'build', '--verbose']);
  process.stdout.write(`\n${output}`);
  const count = (pattern) => output.match(pattern)?.length ?? 0;
  const skipped = count(/Test +#\d+:.*\*\*\*Skipped/g);
  const passed = count(/Test +#\d+:.*\bPassed\b/g);
  const failed = count(/Test +#\d+:.*\*\*\*(?!Skipped)/g);
  return { passed, failed: Math.max(failed, code === 0 ? 0 : 1), skipped };
}

await main(async () => {
  await setup();
  const vitestArguments = process.argv.slice(2);
  if (vitestArguments.length > 0) {
    process.exitCode = await runVisibly(process.execPath, [...VITEST, ...vitestArguments]);
    return;
  }
  await step('browser for tests', ensureBrowser);
  const failedChecks = await check();
  const results = [await typeScriptTests(), await nativeTests()];
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  process.stdout.write(
    `\nlint, format and types: ${failedChecks.length === 0 ? 'ok' : `${failedChecks.join(' and ')} failed`}\n`,
  );
  process.stdout.write(`skipped: ${total('skipped')}\n`);
  process.stdout.write(`${total('passed')} passed, ${total('failed') + failedChecks.length} failed\n`);
  if (total('failed') + failedChecks.length > 0) process.exitCode = 1;
});

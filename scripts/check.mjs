// Lint, format and type check: npm run check
import { fileURLToPath } from 'node:url';
import { runVisibly } from './lib/run.mjs';
import { main } from './lib/step.mjs';
import { setup } from './setup.mjs';

/** @returns {Promise<string[]>} the checks that failed. */
export async function check() {
  const checks = {
    'lint and format': ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
    types: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  };
  const failed = [];
  for (const [name, args] of Object.entries(checks)) {
    if ((await runVisibly(process.execPath, args)) !== 0) failed.push(name);
  }
  return failed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setup({ only: ['packages'] });
    const failed = await check();
    if (failed.length > 0) process.exitCode = 1;
    else process.stdout.write('lint, format and types: ok\n');
  });
}

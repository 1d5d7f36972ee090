import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** Runs the built command line in a folder, as a user does. */
export function runCommand(cwd: string, ...args: string[]) {
  if (!existsSync(command)) throw new Error('dist/ is missing: run npm run build');
  const { UNKICK_DEBUG, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    ...{ encoding: 'utf8', env, cwd },
  });
  return { status, stdout, stderr };
}

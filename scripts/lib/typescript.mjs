import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './root.mjs';
import { runQuietly } from './run.mjs';
import { hashOf, isCurrent, removeStamp, writeStamp } from './stamp.mjs';

const COMMAND = join(root, 'dist/cli/main.js');

/** Compiles ts/src to dist/ when a source changed since the last time. */
export async function ensureTypeScript(force) {
  const hash = hashOf({
    folders: ['ts/src'],
    files: ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
  });
  if (!force && existsSync(COMMAND) && isCurrent('typescript', hash)) return 'up to date';
  removeStamp('typescript');
  rmSync(join(root, 'dist'), { recursive: true, force: true }); // a removed source must not leave its output behind
  const tsc = createRequire(join(root, 'package.json')).resolve('typescript/bin/tsc');
  await runQuietly(process.execPath, [tsc, '-p', 'tsconfig.build.json']);
  chmodSync(COMMAND, 0o755);
  writeStamp('typescript', hash);
  return 'compiled to dist/';
}

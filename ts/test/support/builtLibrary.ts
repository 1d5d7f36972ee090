import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const library = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));

/** URL of the built package's main module, for a program to import. */
export function builtLibrary(): string {
  if (!existsSync(library)) throw new Error('dist/ is missing: run npm run build');
  return pathToFileURL(library).href;
}

/**
 * Runs an ES module given as text in a process of its own.
 *
 * @returns its exit code, the signal that ended it if one did, and what it wrote
 */
export function runProgram(text: string): Promise<{ code: number; signal: string | null; output: string }> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 1e8 };
    execFile(process.execPath, ['--input-type=module', '--eval', text], options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : 0;
      resolve({ code, signal: error?.signal ?? null, output: stdout + stderr });
    });
  });
}

import { spawn } from 'node:child_process';
import { root } from './root.mjs';
import { StepError } from './step.mjs';

const TAIL_LINES = 25;

/**
 * Runs a program in the package's root and collects its output.
 * @returns {Promise<{ code: number, output: string }>} code 127 when the program does not exist.
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const { input = '', ...spawnOptions } = options;
    const child = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'], ...spawnOptions });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: 127, output: String(error.message) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
    child.stdin.on('error', () => {}); // a program that ends without reading its input breaks the pipe
    child.stdin.end(input);
  });
}

/** Runs a program silently; when it fails, throws a StepError with the last lines of its output and `advice`. */
export async function runQuietly(command, args, { advice, ...options } = {}) {
  const { code, output } = await capture(command, args, options);
  if (code === 0) return output;
  const tail = output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  throw new StepError(
    `${tail}\n\n${command} ${args[0] ?? ''} failed (exit code ${code}).${advice ? `\n${advice}` : ''}`,
  );
}

/** Runs a program on this terminal. @returns {Promise<number>} its exit code. */
export function runVisibly(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** A set-up step that failed for a reason which the user can act on: printed without a stack. */
export class StepError extends Error {}

const label = (name) => `  ${name.padEnd(14)}`;

/**
 * Runs one step and prints one line for it: name, what was done, seconds. On a terminal the name shows while it runs.
 * `work` returns what was done, as a short text; it gets `report` to say what is going on in a long step.
 */
export async function step(name, work) {
  const live = process.stdout.isTTY === true;
  const report = (text) => live && process.stdout.write(`\r\u001b[K${label(name)}${text} …`);
  report('');
  const start = performance.now();
  try {
    const done = await work(report);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    process.stdout.write(`${live ? '\r\u001b[K' : ''}${label(name)}${done} (${seconds} s)\n`);
  } catch (error) {
    process.stdout.write(`${live ? '\r\u001b[K' : ''}${label(name)}failed\n`);
    throw error;
  }
}

/** Runs a script's main function; a StepError becomes its message and exit code 1. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}

// What a figure was measured on: it goes into every results file.
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** Date, commit and machine; `loadBefore` is the load average of the last minute. */
export const circumstances = () => ({
  date: new Date().toISOString(),
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', cwd: here }).trim(),
  machine: {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memory: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    loadBefore: loadavg()[0],
  },
});

/** One line of the above for tables. */
export const describe = ({ date, commit, machine }) =>
  `${machine.cpu}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node}; ${date.slice(0, 10)}, commit ` +
  `${commit.slice(0, 10)}, load before ${machine.loadBefore.toFixed(2)}.`;

// npm run bench:planning
// How long planning takes and what it holds on lines of up to 20,000 steps: bench/results/planning.{json,md}.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { circumstances, describe } from './machine.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values, positionals } = parseArgs({
  options: { repeats: { type: 'string', default: '5' } },
  allowPositionals: true,
});

/** How many of the steps have no inverse, by name. */
const LINES = {
  'all invertible': 0,
  'every 1000th without inverse': 1000,
  'every 7th without inverse': 7,
  'none invertible': 1,
};
const STEPS = [1000, 2500, 5000, 10_000, 20_000];

/** Plans one line in this process and prints seconds and the growth of the heap. */
async function planOne(steps, every) {
  const { Planner } = await import('../dist/tape/plan/index.js');
  const described = Array.from({ length: steps }, (_, i) => ({
    kind: i % 2 ? 'kick' : 'run',
    invertible: every === 0 || i % every !== every - 1,
    stateBytes: 4_800_000,
    fieldBytes: i % 2 ? 2_097_152 : 0,
    costs:
      i % 2
        ? { forward: 5e-3, inverse: 5e-3, adjoint: 12e-3, reverse: 12.5e-3, savedByField: 2e-3 }
        : { forward: 2e-4, inverse: 2e-4, adjoint: 4e-4, reverse: 5e-4, savedByField: 0 },
  }));
  const machine = { device: { writeBandwidth: 4e9, readBandwidth: 4e9 }, loadSeconds: 2e-3 };
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  const planner = new Planner({ steps: described, machine });
  const middle = planner.curve[planner.curve.length >> 1].bytes;
  const plan = planner.plan(middle);
  const seconds = (performance.now() - started) / 1000;
  globalThis.gc();
  const held = process.memoryUsage().heapUsed - before;
  process.stdout.write(
    JSON.stringify({ seconds, held, actions: plan.schedule.actions.length, points: planner.curve.length }),
  );
}

function median(samples) {
  return [...samples].sort((a, b) => a - b)[samples.length >> 1];
}

if (positionals.length > 0) {
  await planOne(Number(positionals[0]), Number(positionals[1]));
} else {
  const repeats = Number(values.repeats);
  const rows = [];
  for (const [line, every] of Object.entries(LINES)) {
    for (const steps of STEPS) {
      // A process for each, so that what one planned is not another's memory.
      const samples = Array.from({ length: repeats }, () =>
        JSON.parse(
          execFileSync(
            process.execPath,
            ['--expose-gc', fileURLToPath(import.meta.url), String(steps), String(every)],
            {
              encoding: 'utf8',
            },
          ),
        ),
      );
      const { actions, points } = samples[0];
      const seconds = median(samples.map((sample) => sample.seconds));
      rows.push({
        line,
        steps,
        seconds,
        held: median(samples.map((sample) => sample.held)),
        actions,
        points,
      });
      process.stderr.write(`${line}, ${steps} steps: ${seconds.toFixed(3)} s\n`);
    }
  }
  const report = { command: 'npm run bench:planning', ...circumstances(), rows };
  writeFileSync(join(here, 'results', 'planning.json'), `${JSON.stringify(report, null, 1)}\n`);
  const table = rows.map(
    ({ line, steps, seconds, held, actions, points }) =>
      `| ${line} | ${steps} | ${seconds.toFixed(3)} | ${(held / 2 ** 20).toFixed(1)} | ${actions} | ${points} |`,
  );
  writeFileSync(
    join(here, 'results', 'planning.md'),
    [
      '# npm run bench:planning',
      '',
      describe(report),
      '',
      `Medians of ${repeats} processes: the whole curve and one plan from its middle; MiB held by both.`,
      '',
      '| line | steps | s | MiB | actions | points of the curve |',
      '|---|---|---|---|---|---|',
      ...table,
      '',
    ].join('\n'),
  );
}

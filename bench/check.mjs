// npm run bench:check [-- --factor 1.5] [--name NAME]
// Did a stage get slower? Times the stages again, in units of what the same run measured of the machine — its copy for
// stages that stream through memory, its transforms for those that compute — and compares with bench/results/NAME.json.
// The default is one thread by processor time, which a busy machine lengthens least.
// Prints one line for each stage that now takes more than `factor` times as many units; the exit code is then 1.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { programOf, runProgram } from './program.mjs';

const ATTEMPTS = 3; // other work on the machine makes a stage slower, never faster: the best attempt counts
const EFFORT = { samples: 25, seconds: 2 };
const STREAMING = new Set(['run', 'inverse run', 'reverse run', 'moments', 'bound']);

const { values: options } = parseArgs({
  options: { factor: { type: 'string', default: '1.5' }, name: { type: 'string', default: 'stages-cpu-1' } },
});
const factor = Number(options.factor);
const results = join(dirname(fileURLToPath(import.meta.url)), 'results');
const baseline = JSON.parse(readFileSync(join(results, `${options.name}.json`), 'utf8'));

/** Stage name → time in units of the run's own copy or transforms. */
function unitsOf({ perStage }) {
  const { stages, forwardTransformSeconds } = perStage;
  const unit = ({ stage, copySeconds }) => (STREAMING.has(stage) ? copySeconds : forwardTransformSeconds);
  return new Map(stages.map((stage) => [stage.stage, stage.seconds.median / unit(stage)]));
}

/** Stages of one case that are slower than `factor` allows, as text. */
function slowerStages(program, committed) {
  const { particles, grid, threads, clock } = committed;
  const before = unitsOf(committed);
  const best = new Map();
  const slower = () => [...best].filter(([stage, units]) => units > factor * before.get(stage));
  for (let attempt = 0; attempt < ATTEMPTS && (attempt === 0 || slower().length > 0); ++attempt) {
    for (const [stage, units] of unitsOf(
      runProgram(program, { particles, grid, threads, clock, ...EFFORT }),
    )) {
      best.set(stage, Math.min(units, best.get(stage) ?? Number.POSITIVE_INFINITY));
    }
  }
  return slower().map(([stage, units]) => {
    const ratio = (units / before.get(stage)).toFixed(2);
    return `${stage}, ${particles.toExponential(0)} macroparticles on ${grid}³: ${ratio} times as slow as committed`;
  });
}

const program = programOf(options.name.includes('cuda') ? 'cuda' : 'cpu');
const slower = baseline.cases.flatMap((committed) => slowerStages(program, committed));
for (const line of slower) process.stdout.write(`${line}\n`);
process.stdout.write(
  slower.length > 0
    ? `${slower.length} stages are slower\n`
    : `no stage is more than ${factor} times as slow\n`,
);
process.exitCode = slower.length > 0 ? 1 : 0;

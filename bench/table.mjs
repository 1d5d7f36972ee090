// A markdown table from the JSON of bench/run.mjs. Peers' figures are Cheetah 0.8.3's on 2 threads of a quiet 2-core machine,
// float64, one kick and two half drifts, measured by this project's design (PyTorch 2.13).
import { describe } from './machine.mjs';

const CHEETAH = {
  '10000 32': [0.031, 0.075],
  '100000 32': [0.101, 0.217],
  '1000000 64': [0.975, 2.33],
  '1000000 128': [2.31, 5.73],
};

const ms = (seconds) => (seconds * 1e3).toPrecision(3);
const spread = ({ q1, median, q3 }) => `${ms(median)} (${ms(q1)}–${ms(q3)})`;

/** The report of one benchmark run as markdown. */
export function table(report) {
  const { command, sweeps, runs } = report;
  const head = [
    `# ${command}`,
    '',
    describe(report),
    '',
    'One kick between two half drifts, float64, milliseconds: median (quartiles).',
    '',
    '| macroparticles | grid | forward | forward + reverse | ratio | Cheetah 0.8.3 forward, ×  | forward + backward, × |',
    '|---|---|---|---|---|---|---|',
  ];
  const rows = sweeps.map(({ case: { particles, grid }, seconds: { forward, gradient } }) => {
    const peer = CHEETAH[`${particles} ${grid}`];
    const times = [forward, gradient].map(({ median }, i) => (peer ? (peer[i] / median).toFixed(0) : '–'));
    const ratio = (gradient.median / forward.median).toFixed(2);
    const cells = [
      particles.toExponential(0),
      `${grid}³`,
      spread(forward),
      spread(gradient),
      ratio,
      ...times,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const strategies = [
    '',
    'Ten kicks, 1e5 macroparticles, 32³, through the public API, milliseconds: median (quartiles).',
    '',
    '| strategy | track | gradient | of that reverse | arena, B | B per macroparticle | B per cell | B per kick |',
    '|---|---|---|---|---|---|---|---|',
    ...runs.map(({ case: { strategy }, seconds, memory }) => {
      const times = [seconds.track, seconds.gradient, seconds.gradientReverse].map(spread);
      const bytes = [
        memory.arenaBytes,
        memory.perParticle.toFixed(1),
        memory.perCell.toFixed(1),
        memory.perKick.toFixed(0),
      ];
      return `| ${[strategy, ...times, ...bytes].join(' | ')} |`;
    }),
    '',
  ];
  return [...head, ...rows, ...strategies].join('\n');
}

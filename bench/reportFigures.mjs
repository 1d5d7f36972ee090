// npm run docs:figures [-- --repeats N] [--scaling FILE]
// The figures of docs/report.md: those of `unkick report examples/fodo.json` as SVG, and a screenshot of its first screen.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    repeats: { type: 'string', default: '3' },
    scaling: { type: 'string', default: 'bench/results/scaling-cpu-2.json' },
  },
});
const SCREEN = '1280,1250';
const HEADLESS = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'];

const folder = mkdtempSync(join(tmpdir(), 'unkick-'));
const run = (stderr, program, ...args) =>
  execFileSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', stderr] });
try {
  const page = join(folder, 'report.html');
  const sweep = existsSync(join(root, options.scaling)) ? ['--scaling', options.scaling] : [];
  const output = ['--output', page, '--svg', 'docs/figures', '--repeats', options.repeats];
  run('inherit', process.execPath, 'dist/cli/main.js', 'report', 'examples/fodo.json', ...sweep, ...output);
  const profile = `--user-data-dir=${join(folder, 'profile')}`;
  const shot = `--screenshot=${join(root, 'docs/figures/report.png')}`;
  // Chromium complains at length of what a container lacks.
  run(
    'ignore',
    process.env.UNKICK_CHROMIUM ?? 'chromium',
    ...HEADLESS,
    profile,
    shot,
    `--window-size=${SCREEN}`,
    `file://${page}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

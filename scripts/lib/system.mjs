import { capture } from './run.mjs';
import { StepError } from './step.mjs';
import { atLeast, missingBrowser, missingTools } from './tools.mjs';

const OLDEST_NODE = [20, 17];

/** Throws a StepError on a Node.js that is too old. */
export function checkNode() {
  if (atLeast(process.versions.node.split('.').map(Number), OLDEST_NODE)) return;
  throw new StepError(
    `unkick needs Node.js ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`,
  );
}

/** Package managers, in the order in which they are looked for. Only apt and brew are ever run. */
const MANAGERS = {
  apt: {
    program: 'apt-get',
    install: ['install', '-y', '--no-install-recommends'],
    refresh: ['update'],
    asRoot: true,
  },
  brew: { program: 'brew', install: ['install'], asRoot: false },
  dnf: { program: 'dnf', install: ['install'], asRoot: true },
  pacman: { program: 'pacman', install: ['-S'], asRoot: true },
  apk: { program: 'apk', install: ['add'], asRoot: true },
};

async function packageManager() {
  for (const [name, { program }] of Object.entries(MANAGERS)) {
    if ((await capture(program, ['--version'])).code === 0) return name;
  }
  return undefined;
}

const isRoot = () => process.getuid?.() === 0;

/** The packages to install, and the command line that a person would type for it. */
async function installPlan(missing) {
  const manager = await packageManager();
  if (manager === undefined) return { packages: [], command: 'install them with your package manager' };
  const { program, install, asRoot } = MANAGERS[manager];
  const packages = missing.map((tool) => tool.packages[manager]).filter((name) => name !== undefined);
  const commands = packages.length < missing.length ? ['xcode-select --install'] : [];
  const sudo = asRoot && !isRoot() ? 'sudo ' : '';
  if (packages.length > 0) commands.push(`${sudo}${program} ${[...install, ...packages].join(' ')}`);
  return { manager, packages, command: commands.join(' && ') };
}

/** What to put before a command to run it as root: nothing for root itself, undefined where sudo would ask. */
async function rootPrefix() {
  if (isRoot()) return [];
  return (await capture('sudo', ['-n', 'true'])).code === 0 ? ['sudo', '-n'] : undefined;
}

/** Installs packages where that needs no question. @returns {Promise<boolean>} whether it was done. */
async function install({ manager, packages }) {
  const { program, install: verb, refresh, asRoot } = MANAGERS[manager];
  const prefix = asRoot ? await rootPrefix() : [];
  if (prefix === undefined) return false;
  const run = (args) => {
    const [first, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', program, ...args];
    return capture(first, rest);
  };
  if (refresh !== undefined) await run(refresh); // old package lists may do, too: the installation will tell
  return (await run([...verb, ...packages])).code === 0;
}

function missingError(missing, command) {
  const names = missing.map((tool) => tool.name).join(', ');
  return new StepError(
    `unkick needs ${names}, not found on this machine. To install:\n\n  ${command}\n\nThen run the same command again.`,
  );
}

/** Throws a StepError that names the exact command when a tool is missing; installs nothing. */
export async function requireTools() {
  const missing = await missingTools();
  if (missing.length > 0) throw missingError(missing, (await installPlan(missing)).command);
}

/**
 * Installs the packages of missing tools where that may be done without asking, and not with UNKICK_NO_INSTALL=1.
 * @returns what was installed, or the command that would do it
 */
async function provide(missing, report) {
  const plan = await installPlan(missing);
  const mayInstall = process.env.UNKICK_NO_INSTALL !== '1' && ['apt', 'brew'].includes(plan.manager);
  if (mayInstall && plan.packages.length > 0) {
    report(plan.command);
    if (await install(plan)) return { installed: plan.packages, command: plan.command };
  }
  return { command: plan.command };
}

/** Makes sure that the build tools are there; with UNKICK_NO_INSTALL=1 as {@link requireTools}. */
export async function ensureTools(report) {
  const missing = await missingTools();
  if (missing.length === 0) return 'compiler, CMake, OpenMP and FFTW found';
  const { installed, command } = await provide(missing, report);
  if (installed && (await missingTools()).length === 0) return `installed ${installed.join(', ')}`;
  throw missingError(missing, command);
}

/** Sees to a browser for the tests of `unkick report`. They do without one, so that its absence is no error. */
export async function ensureBrowser(report) {
  const missing = await missingBrowser();
  if (missing.length === 0) return 'found';
  const { installed, command } = await provide(missing, report);
  if (installed && (await missingBrowser()).length === 0) return `installed ${installed.join(', ')}`;
  return `none, so that reports are not tested in one; to install it: ${command}`;
}

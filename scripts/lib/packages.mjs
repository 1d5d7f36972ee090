import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { runQuietly } from './run.mjs';

const readLock = (path) => JSON.parse(readFileSync(join(root, path), 'utf8')).packages;

/** True when node_modules holds the versions of package-lock.json (npm keeps its own copy of what it installed). */
function installed() {
  let wanted;
  let present;
  try {
    wanted = readLock('package-lock.json');
    present = readLock('node_modules/.package-lock.json');
  } catch {
    return false; // no node_modules yet
  }
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
  );
}

/** Installs the npm packages when node_modules is absent or differs from package-lock.json. */
export async function ensurePackages() {
  if (installed()) return 'up to date';
  await runQuietly('npm', ['ci', '--no-audit', '--no-fund'], {
    // The package's own install script would build the native code a first time.
    env: { ...process.env, UNKICK_SKIP_NATIVE: '1' },
    advice:
      'Check the network and the npm registry (npm config get registry), then run the same command again.',
  });
  return 'installed from package-lock.json';
}

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const stampFile = (name) => join(root, 'build', 'stamps', name);

/** Every file at or under `path`, sorted, so that the same tree gives the same hash on any file system. */
function filesUnder(path) {
  const entries = readdirSync(join(root, path), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Hash over the contents of folders and files, and over `extra` (options, versions) that decide the result too. */
export function hashOf({ folders = [], files = [], extra = [] }) {
  const hash = createHash('sha256');
  const paths = [...folders.flatMap(filesUnder), ...files.map((file) => join(root, file))];
  for (const path of paths) hash.update(path.slice(root.length)).update('\0').update(readFileSync(path));
  return hash.update(JSON.stringify(extra)).digest('hex');
}

/** True when the last successful build called `name` had this hash. */
export function isCurrent(name, hash) {
  try {
    return readFileSync(stampFile(name), 'utf8') === hash;
  } catch {
    return false; // never built
  }
}

export function writeStamp(name, hash) {
  mkdirSync(join(root, 'build', 'stamps'), { recursive: true });
  writeFileSync(stampFile(name), hash);
}

export function removeStamp(name) {
  rmSync(stampFile(name), { force: true });
}

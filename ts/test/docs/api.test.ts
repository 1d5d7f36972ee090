import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './markdown.js';

// TypeDoc's own validation (typedoc.json): about 10 s, without writing the pages.
it('every export is documented, and links in its documentation lead somewhere', () => {
  const typedoc = join(root, 'node_modules/typedoc/bin/typedoc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [typedoc, '--emit', 'none'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status, stdout + stderr).toBe(0);
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchors, documents, links, namedPaths, root } from './markdown.js';

describe.each(documents)('%s', (document) => {
  it('links to files and headings that exist', () => {
    const broken = links(document).filter(({ path, anchor }) => {
      if (!existsSync(join(root, path))) return true;
      return anchor !== '' && !anchors(path).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names files that exist', () => {
    expect(namedPaths(document).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

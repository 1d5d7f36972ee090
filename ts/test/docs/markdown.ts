import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Every Markdown file that a reader of the repository meets, relative to its root. */
export const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** A fenced block of code. */
export interface CodeBlock {
  /** Where it begins, `README.md:12`. */
  readonly place: string;
  readonly language: string;
  /** What follows the language on the fence's line: `run` for a block that is run as printed. */
  readonly mark: string;
  readonly code: string;
  /** The text of the `text output` block right below it: what running the block prints. */
  readonly output?: string;
}

/** A fence, its language and mark, and everything up to the same fence again. */
const FENCED = /^(`{3,})(\S*)[ \t]*(.*)\n([\s\S]*?)^\1[ \t]*$/gm;

export function codeBlocks(document: string): CodeBlock[] {
  const text = readFileSync(join(root, document), 'utf8');
  const found = [...text.matchAll(FENCED)];
  return found.map((match, i) => {
    const [all, , language = '', mark = '', code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    const next = found[i + 1];
    const between = text.slice(match.index + all.length, next?.index);
    const printed = next && `${next[2]} ${next[3]}` === 'text output' && between.trim() === '';
    return { place: `${document}:${line}`, language, mark, code, ...(printed && { output: next[4]! }) };
  });
}

/** Every relative link and image of a document as the path that it leads to, relative to the root, and its anchor. */
export function links(document: string): { path: string; anchor: string }[] {
  const text = readFileSync(join(root, document), 'utf8')
    .replace(FENCED, '')
    .replace(/`[^`]*`/g, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  const local = targets.filter((target) => !/^[a-z]+:/.test(target));
  return local.map((target) => {
    const [file = '', anchor = ''] = target.split('#');
    const path = file === '' ? document : relative(root, join(root, dirname(document), file));
    return { path, anchor };
  });
}

/** The anchors that GitHub makes of a document's headings. */
export function anchors(document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8').replace(FENCED, '');
  const headings = [...text.matchAll(/^#+ +(.*)$/gm)].map(([, heading]) => heading!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

/** Paths of the repository that a document names in code, such as `native/cpu/kicks.cpp` or `docs/`. */
export function namedPaths(document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8').replace(FENCED, '');
  const named = [...text.matchAll(/`((?:native|ts|scripts|examples|docs)\/[\w./-]*)`/g)].map(
    ([, path]) => path!,
  );
  return [...new Set(named)];
}

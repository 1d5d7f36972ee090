import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CodeBlock, codeBlocks, documents, root } from './markdown.js';

const marked = documents.flatMap(codeBlocks).filter(({ mark }) => mark === 'run');
const inTypeScript = marked.filter(({ language }) => language === 'ts');
const inShell = marked.filter(({ language }) => language === 'sh');
/** A block under its place, as vitest names tests. */
const named = (block: CodeBlock) => [block.place, block] as const;

/** Inside the package, so that `import … from 'unkick'` finds the built library, as it does for a user. */
const folder = join(root, 'build/docs-test');
const fileOf = ({ place }: CodeBlock) => join(folder, `${place.replace(/[^\w]/g, '-')}.ts`);
/** Complaints of the type checker by place. */
const complaints = new Map<string, string[]>();

/** Type-checks the blocks as a user's strict project would, and writes them as JavaScript beside their sources. */
function compile(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const block of inTypeScript) writeFileSync(fileOf(block), block.code);
  const program = ts.createProgram(inTypeScript.map(fileOf), {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    skipLibCheck: true,
  });
  for (const block of inTypeScript) {
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(fileOf(block)));
    const texts = found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    complaints.set(block.place, texts);
  }
  program.emit();
}

/** Runs a program in the root of the repository, where a reader would. */
function run(command: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout.trimEnd();
}

beforeAll(() => {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('dist/ is missing: run npm run build');
  compile();
});

it('finds the examples', () => {
  const places = marked.map(({ place }) => place.split(':')[0]);
  expect(places).toContain('README.md');
  expect(marked.filter(({ language }) => language !== 'ts' && language !== 'sh')).toEqual([]);
});

describe('TypeScript', () => {
  it.each(inTypeScript.map(named))('%s compiles and runs as printed', (place, block) => {
    expect(complaints.get(place)).toEqual([]);
    const printed = run(process.execPath, [fileOf(block).replace(/ts$/, 'js')]);
    if (block.output !== undefined) expect(printed).toBe(block.output.trimEnd());
  });
});

describe('command lines', () => {
  it.each(inShell.map(named))('%s run as printed', (_, { code, output }) => {
    const printed = run('bash', ['-euo', 'pipefail', '-c', code]);
    if (output !== undefined) expect(printed).toBe(output.trimEnd());
  });
});

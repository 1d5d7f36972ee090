import { describe, expect, it } from 'vitest';
import type { TextNode } from '../../src/formats/tree.js';
import { parseYaml } from '../../src/formats/yaml.js';
import { errorOf } from './texts.js';

const read = (text: string) => parseYaml(text, 'f.yaml');
const messageOf = (text: string) => errorOf(() => read(text)).message;

/** The values without their places. */
function plain(node: TextNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plain(entry.node)]));
}

describe('parseYaml', () => {
  it('reads numbers, words, lists and mappings as YAML 1.2 has them', () => {
    const text = 'a: 1e9\nb: [1, -.5, 1.]\nc: yes\nd: null\ne: "1"\nf: true\n1e3: {x: }\n__proto__: 2\n';
    const value = plain(read(text)) as Record<string, unknown>;
    expect(Object.entries(value).map(([key, one]) => [key, one])).toEqual([
      ['a', 1e9],
      ['b', [1, -0.5, 1]],
      ['c', 'yes'],
      ['d', null],
      ['e', '1'],
      ['f', true],
      ['1e3', { x: null }],
      ['__proto__', 2],
    ]);
  });

  it('knows where keys and values stand', () => {
    const tree = read('# a comment\na:\n  - b: 1\n    c:   word\n');
    const a = tree.kind === 'map' ? tree.entries.get('a')! : undefined;
    const [item] = a?.node.kind === 'list' ? a.node.items : [];
    const c = item?.kind === 'map' ? item.entries.get('c')! : undefined;
    expect(a?.at).toEqual({ file: 'f.yaml', line: 2, column: 1 });
    expect(item?.at).toEqual({ file: 'f.yaml', line: 3, column: 5 });
    expect(c?.at).toEqual({ file: 'f.yaml', line: 4, column: 5 });
    expect(c?.node.at).toEqual({ file: 'f.yaml', line: 4, column: 10 });
  });

  it('takes an alias for what it names, without a copy', () => {
    // Each line doubles the one before: 2^60 copies, were they made.
    const bomb = ['a0: &a0 [x, x]'];
    for (let i = 1; i <= 60; i++) bomb.push(`a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`);
    const tree = read(bomb.join('\n'));
    const last = tree.kind === 'map' ? tree.entries.get('a60')!.node : undefined;
    expect(last?.kind === 'list' && last.items[0] === last.items[1]).toBe(true);
  });

  it.each([
    ['a: [*b]', '1:5: the alias *b names nothing that is complete before it'],
    ['a: &a [*a]', '1:8: the alias *a names nothing that is complete before it'],
    ['a: 1\na: 2', '2:1: not valid YAML: Map keys must be unique'],
    ['a: !!python/object x', '1:4: not valid YAML: Unresolved tag: tag:yaml.org,2002:python/object'],
    ['---\na: 1\n---\nb: 2', '3:1: a second document begins here: a lattice file holds one'],
    ['? [a]\n: 1', '1:3: a key must be a name'],
    ['a:\n\tb: 1', '2:1: not valid YAML: Tabs are not allowed as indentation'],
    ['a: "b', '1:6: not valid YAML: Missing closing "quote'],
    ['['.repeat(100_000), '1:67: nested deeper than 64 levels'],
    ['- '.repeat(100_000), '1:132: nested deeper than 64 levels'],
    [
      Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      '66:67: nested deeper than 64 levels',
    ],
  ])('refuses %#', (text, message) => {
    expect(messageOf(text)).toBe(`f.yaml:${message}`);
  });
});

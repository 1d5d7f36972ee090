import type jsonc from 'jsonc-parser';
import { parseJsonNodes } from '../io/json.js';
import { fileError } from './failure.js';
import type { MapEntry, TextNode } from './tree.js';

/**
 * Parses a JSON text. `Infinity` and `-Infinity` are numbers, as Python writes them.
 *
 * @param file - the file's name as error messages show it
 * @throws LatticeFileError with line and column of the first syntax error, of a key that stands twice in one object, or of what is
 * nested deeper than 200 levels
 */
export function parseJsonTree(text: string, file: string): TextNode {
  const { root, positionAt } = parseJsonNodes(inStrictJson(text), (at, message) =>
    fileError({ file, ...at }, message),
  );
  const tree = (node: jsonc.Node): TextNode => {
    const at = { file, ...positionAt(node.offset) };
    const children = node.children ?? [];
    if (node.type === 'array') return { kind: 'list', items: children.map(tree), at };
    if (node.type !== 'object') return { kind: 'scalar', value: node.value, at };
    const entries = new Map<string, MapEntry>();
    for (const property of children) {
      const [key, value] = property.children as [jsonc.Node, jsonc.Node];
      const keyAt = { file, ...positionAt(key.offset) };
      if (entries.has(key.value)) {
        throw fileError(keyAt, `the key '${key.value}' stands twice in one object`);
      }
      entries.set(key.value, { at: keyAt, node: tree(value) });
    }
    return { kind: 'map', entries, at };
  };
  return tree(root);
}

/** A string, to the end of the text where it is never closed, so that no part of it is looked at twice. */
const STRING_OR_INFINITY = /"(?:[^"\\]|\\.)*(?:"|\\?$)|Infinity\b/gs;

/** Infinities as numbers beyond double precision, of the same length so that places stay where they are. */
function inStrictJson(text: string): string {
  return text.replace(STRING_OR_INFINITY, (token) => (token === 'Infinity' ? '1e999   ' : token));
}

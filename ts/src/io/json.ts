import jsonc from 'jsonc-parser';
import { ProblemError } from '../errors.js';

/** A position in a text file, both counted from 1, as editors show it. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A parsed JSON text that can say where in the text each of its values stands. */
export interface JsonDocument {
  /** The value, as `JSON.parse` gives it. */
  readonly value: unknown;
  /** Where the value at this path stands; the nearest enclosing value when the path leads nowhere. */
  position(path: readonly PropertyKey[]): Position;
}

/**
 * Parses strict JSON (no comments, no trailing commas) and refuses an object that names a key twice, of which
 * `JSON.parse` would silently keep the last.
 *
 * @param file - the file's name as error messages show it
 * @throws ProblemError with line and column of the first syntax error
 */
export function parseJson(text: string, file: string): JsonDocument {
  const errors: jsonc.ParseError[] = [];
  const root = jsonc.parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const first = errors[0];
  if (first !== undefined || root === undefined) {
    const offset = first?.offset ?? text.length;
    const complaint =
      first === undefined ? 'value expected' : inWords(jsonc.printParseErrorCode(first.error));
    throw syntaxError(file, positionAt(text, offset), `not valid JSON: ${complaint}`);
  }
  const fail = (node: jsonc.Node, message: string) =>
    syntaxError(file, positionAt(text, node.offset), message);
  return {
    value: contentOf(root, fail),
    position: (path) => positionAt(text, deepest(root, path).offset),
  };
}

/** 'CommaExpected' becomes 'comma expected'. */
function inWords(code: string): string {
  return code
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace('end of file expected', 'nothing more expected after the value');
}

function syntaxError(file: string, { line, column }: Position, message: string): ProblemError {
  return new ProblemError(`${file}:${line}:${column}: ${message}`, { file, path: '' });
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function contentOf(node: jsonc.Node, fail: (node: jsonc.Node, message: string) => ProblemError): unknown {
  if (node.type === 'array') return (node.children ?? []).map((child) => contentOf(child, fail));
  if (node.type !== 'object') return node.value;
  const entries = new Map<string, unknown>();
  for (const property of node.children ?? []) {
    const [key, value] = property.children as [jsonc.Node, jsonc.Node];
    if (entries.has(key.value)) throw fail(key, `the key '${key.value}' stands twice in one object`);
    entries.set(key.value, contentOf(value, fail));
  }
  return Object.fromEntries(entries);
}

function deepest(root: jsonc.Node, path: readonly PropertyKey[]): jsonc.Node {
  for (let length = path.length; length > 0; length--) {
    const node = jsonc.findNodeAtLocation(root, path.slice(0, length) as jsonc.JSONPath);
    if (node !== undefined) return node;
  }
  return root;
}

import jsonc from 'jsonc-parser';
import { ProblemError, type UnkickError } from '../errors.js';

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

/** The nodes of a JSON text, and where they stand. */
export interface JsonNodes {
  readonly root: jsonc.Node;
  /** The place of a node by its offset. */
  positionAt(offset: number): Position;
}

/** Deeper than any lattice or objective; parsing recurses, and so does all that looks at the value. */
const MOST_NESTED = 200;

/**
 * Parses strict JSON (no comments, no trailing commas) and refuses an object that names a key twice, of which
 * `JSON.parse` would silently keep the last.
 *
 * @param file - the file's name as error messages show it
 * @throws ProblemError with line and column of the first syntax error, or of what is nested deeper than 200 levels
 */
export function parseJson(text: string, file: string): JsonDocument {
  const complain = (at: Position, message: string) => syntaxError(file, at, message);
  const { root, positionAt } = parseJsonNodes(text, complain);
  return {
    value: contentOf(root, (node, message) => complain(positionAt(node.offset), message)),
    position: (path) => positionAt(deepest(root, path).offset),
  };
}

/**
 * Parses strict JSON as {@link parseJson}, into nodes; keys that stand twice are for the caller to find.
 *
 * @param complain - makes the error to throw
 */
export function parseJsonNodes(
  text: string,
  complain: (at: Position, message: string) => UnkickError,
): JsonNodes {
  requireShallow(text, complain);
  const errors: jsonc.ParseError[] = [];
  const root = jsonc.parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const first = errors[0];
  if (first !== undefined || root === undefined) {
    const offset = first?.offset ?? text.length;
    const reason = first === undefined ? 'value expected' : inWords(jsonc.printParseErrorCode(first.error));
    throw complain(positionIn(lineStarts(text), offset), `not valid JSON: ${reason}`);
  }
  const starts = lineStarts(text);
  return { root, positionAt: (offset) => positionIn(starts, offset) };
}

/** The offset at which each line begins. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

function positionIn(starts: readonly number[], offset: number): Position {
  let line = 0;
  for (let step = 1 << 30; step > 0; step >>= 1) {
    if (line + step < starts.length && starts[line + step]! <= offset) line += step;
  }
  return { line: line + 1, column: offset - starts[line]! + 1 };
}

/** Counts brackets outside strings. */
function requireShallow(text: string, complain: (at: Position, message: string) => UnkickError): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (inString && character === '\\') i++;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth <= MOST_NESTED) continue;
    throw complain(positionIn(lineStarts(text), i), `nested deeper than ${MOST_NESTED} levels`);
  }
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

function contentOf(node: jsonc.Node, fail: (node: jsonc.Node, message: string) => UnkickError): unknown {
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

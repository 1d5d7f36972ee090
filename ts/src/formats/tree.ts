import { didYouMean } from '../nearest.js';
import { show } from '../options.js';
import type { SourcePosition } from './description.js';
import { fileError } from './failure.js';

/** A value of a structured text (YAML, JSON) that knows where it stands. */
export type TextNode = ScalarNode | ListNode | MapNode;

/** A number, a word, a truth value or nothing. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly at: SourcePosition;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly TextNode[];
  readonly at: SourcePosition;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly at: SourcePosition;
}

/** What stands under a key, and where the key stands. */
export interface MapEntry {
  readonly at: SourcePosition;
  readonly node: TextNode;
}

/** Collections nested deeper than this are an attack or an accident: parsers recurse. */
export const MOST_NESTED = 64;

/** The entries of a node that must be a mapping. */
export function entriesOf(node: TextNode, what: string): ReadonlyMap<string, MapEntry> {
  if (node.kind === 'map') return node.entries;
  throw fileError(node.at, `${what} must be a mapping of names to values, not ${showNode(node)}`);
}

/** The items of a node that must be a list. */
export function itemsOf(node: TextNode, what: string): readonly TextNode[] {
  if (node.kind === 'list') return node.items;
  throw fileError(node.at, `${what} must be a list, not ${showNode(node)}`);
}

/** The text of a node that must be a non-empty string. */
export function textOf(node: TextNode, what: string): string {
  if (node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '') return node.value;
  throw fileError(node.at, `${what} must be a name, not ${showNode(node)}`);
}

/** The one key and value of an item such as `- q1: { kind: … }`. */
export function onlyEntry(
  node: TextNode,
  what: string,
): { name: string; at: SourcePosition; node: TextNode } {
  const entries = entriesOf(node, what);
  const [first, second] = entries;
  if (first === undefined || second !== undefined) {
    throw fileError(
      second?.[1].at ?? node.at,
      `${what} must have exactly one name, not ${entries.size}: check the indentation below it`,
    );
  }
  return { name: first[0], ...first[1] };
}

/** Refuses keys that are not `known`. */
export function requireKeys(
  entries: ReadonlyMap<string, MapEntry>,
  known: readonly string[],
  where: string,
): void {
  for (const [key, { at }] of entries) {
    if (!known.includes(key)) throw fileError(at, `${where}: '${key}' is unknown${didYouMean(key, known)}`);
  }
}

/** A node as a message shows it. */
export function showNode(node: TextNode): string {
  if (node.kind === 'list') return `a list of ${node.items.length}`;
  if (node.kind === 'map')
    return `a mapping of ${[...node.entries.keys()].slice(0, 3).join(', ') || 'nothing'}`;
  return node.value === null ? 'nothing' : show(node.value);
}

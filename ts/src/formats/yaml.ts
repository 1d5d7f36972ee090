import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
} from 'yaml';
import type { SourcePosition } from './description.js';
import { fileError } from './failure.js';
import { type ListNode, type MapEntry, MOST_NESTED, type ScalarNode, type TextNode } from './tree.js';

/**
 * Parses a YAML 1.2 text of one document. An alias is its anchor's node itself, not a copy, so that aliases of aliases cost
 * nothing.
 *
 * @param file - the file's name as error messages show it
 * @throws LatticeFileError with line and column of the first error, of a key that stands twice in one mapping, of a tag that YAML's
 * core schema lacks, of a second document, or of what is nested deeper than 64 levels
 */
export function parseYaml(text: string, file: string): TextNode {
  const lines = new LineCounter();
  const at = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const tokens = tokensOf(text, lines, at);
  const [document, second] = new Composer({ lineCounter: lines, prettyErrors: false }).compose(tokens, true);
  const [first] = [...document!.errors, ...document!.warnings];
  if (first !== undefined)
    throw fileError(at(first.pos[0]), `not valid YAML: ${first.message.split('\n')[0]}`);
  if (second !== undefined) {
    throw fileError(at(second.range[0]), 'a second document begins here: a lattice file holds one');
  }
  return new TreeBuilder(at).node(document!.contents as ParsedNode);
}

/** The concrete syntax, whose parser keeps a stack of its own; what composes a document of it recurses, so depth is checked here. */
function tokensOf(text: string, lines: LineCounter, at: (offset: number) => SourcePosition): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  // As Parser.parse does for the first line.
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    // A level is a collection and at most one scalar or document token around it.
    if (parser.stack.length > MOST_NESTED + 2) {
      throw fileError(at(parser.offset), `nested deeper than ${MOST_NESTED} levels`);
    }
  }
  tokens.push(...parser.end());
  return tokens;
}

/** Turns the library's nodes into ours. */
class TreeBuilder {
  /** What an alias stands for: the last complete node under its name. */
  readonly #anchors = new Map<string, TextNode>();

  constructor(readonly at: (offset: number) => SourcePosition) {}

  node(parsed: ParsedNode | null): TextNode {
    if (parsed === null) return { kind: 'scalar', value: null, at: this.at(0) };
    if (!isAlias(parsed)) {
      const built = this.#build(parsed);
      if (parsed.anchor !== undefined) this.#anchors.set(parsed.anchor, built);
      return built;
    }
    const target = this.#anchors.get(parsed.source);
    if (target !== undefined) return target;
    throw fileError(
      this.at(parsed.range[0]),
      `the alias *${parsed.source} names nothing that is complete before it`,
    );
  }

  #build(parsed: ParsedNode): TextNode {
    const at = this.at(parsed.range![0]);
    if (isMap(parsed)) return { kind: 'map', entries: this.#entries(parsed.items as never), at };
    if (isSeq(parsed)) {
      return {
        kind: 'list',
        items: parsed.items.map((item) => this.node(item as ParsedNode)),
        at,
      } as ListNode;
    }
    const { value } = parsed as { value: unknown };
    return { kind: 'scalar', value: value as ScalarNode['value'], at };
  }

  #entries(pairs: readonly { key: ParsedNode; value: ParsedNode | null }[]): Map<string, MapEntry> {
    const entries = new Map<string, MapEntry>();
    for (const { key, value } of pairs) {
      const at = this.at(key?.range?.[0] ?? 0);
      if (!isScalar(key) || (typeof key.value !== 'string' && typeof key.value !== 'number')) {
        throw fileError(at, 'a key must be a name');
      }
      // As it was written: a name such as 1e3 is no number.
      const name = key.source ?? String(key.value);
      const node = value === null ? ({ kind: 'scalar', value: null, at } as const) : this.node(value);
      entries.set(name, { at, node });
    }
    return entries;
  }
}

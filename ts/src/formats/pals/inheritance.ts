import { didYouMean } from '../../nearest.js';
import type { SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import { type MapEntry, textOf } from '../tree.js';
import type { Definition } from './document.js';

type Entries = ReadonlyMap<string, MapEntry>;

/** Resolves `inherit`: of definitions from definitions, and of parameter groups from groups. */
export class Inheritance {
  readonly #resolved = new Map<Definition, Definition>();

  /** @param definitions - what can be inherited from, by name */
  constructor(readonly definitions: ReadonlyMap<string, Definition>) {}

  /**
   * A definition with all that it inherits. A parameter group that both have is merged, the definition's own parameters winning.
   *
   * @throws LatticeFileError for an unknown name, or one that inherits from itself
   */
  resolve(definition: Definition): Definition {
    const chain: Definition[] = [];
    const seen = new Set<Definition>();
    let next: Definition | undefined = definition;
    while (next !== undefined && !this.#resolved.has(next)) {
      if (seen.has(next)) throw fileError(next.at, `'${next.name}' inherits from itself`);
      seen.add(next);
      chain.push(next);
      next = this.#parent(next);
    }
    for (const link of chain.reverse()) {
      const parent = this.#parent(link);
      const inherited = parent && this.#resolved.get(parent)!.entries;
      this.#resolved.set(link, { ...link, entries: this.#merged(inherited, link.entries) });
    }
    return this.#resolved.get(definition)!;
  }

  #parent({ entries }: Definition): Definition | undefined {
    const entry = entries.get('inherit');
    return entry && this.#named(textOf(entry.node, 'inherit'), entry.node.at);
  }

  #named(name: string, at: SourcePosition): Definition {
    const found = this.definitions.get(name);
    if (found) return found;
    throw fileError(at, `nothing is named '${name}'${didYouMean(name, this.definitions.keys())}`);
  }

  #merged(inherited: Entries | undefined, own: Entries): Entries {
    const merged = new Map(inherited);
    for (const [key, entry] of own) {
      if (key === 'inherit') continue;
      const before = merged.get(key)?.node;
      const { at, node } = this.#withGroup(key, entry);
      if (node.kind === 'map' && before?.kind === 'map') {
        const entries = new Map([...before.entries, ...node.entries]);
        merged.set(key, { at, node: { ...node, entries } });
      } else merged.set(key, { at, node });
    }
    return merged;
  }

  /** A parameter group with what it inherits from a group that has a name, or from another element's: `inherit: q1.ApertureP`. */
  #withGroup(group: string, entry: MapEntry): MapEntry {
    const seen = new Set<Entries>();
    const parts: Entries[] = [];
    for (
      let next: MapEntry | undefined = entry;
      next?.node.kind === 'map';
      next = this.#parentGroup(group, next)
    ) {
      if (seen.has(next.node.entries)) throw fileError(next.at, `'${group}' inherits from itself`);
      seen.add(next.node.entries);
      parts.unshift(next.node.entries);
    }
    if (parts.length < 2 || entry.node.kind !== 'map') return entry;
    const entries = new Map(parts.flatMap((part) => [...part]));
    for (const key of ['inherit', 'kind']) entries.delete(key);
    return { at: entry.at, node: { ...entry.node, entries } };
  }

  #parentGroup(group: string, { node }: MapEntry): MapEntry | undefined {
    const entry = node.kind === 'map' ? node.entries.get('inherit') : undefined;
    if (entry === undefined) return undefined;
    const path = textOf(entry.node, 'inherit');
    const [name = '', groupName] = path.split('.');
    const source = this.#named(name, entry.node.at);
    if (groupName === undefined) return { at: source.at, node: { kind: 'map', ...source } };
    if (groupName !== group) throw fileError(entry.node.at, `${group} cannot inherit from '${path}'`);
    const found = source.entries.get(group);
    if (found) return found;
    throw fileError(entry.node.at, `'${name}' has no ${group} of its own`);
  }
}

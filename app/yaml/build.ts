/** From nodes to values: aliases followed, merges made, every value's place remembered. */
import { pythonText } from './python.ts';
import { readScalar, readTagged } from './scalars.ts';
import type { Node } from './syntax/parser.ts';
import { Refusal } from './syntax/source.ts';
import type { Tree, TreeObject } from './values.ts';

/** Where a container's members stand, by index or key; `''` is its own place. */
export type Marks = WeakMap<object, Map<string | number, number>>;

const STANDARD = 'tag:yaml.org,2002:';

/** An alias becomes a copy of its target and counts as such, so no bomb can go off later. */
export class Build {
  readonly marks: Marks = new WeakMap();
  readonly #maxDepth: number;
  readonly #maxValues: number;
  readonly #open = new Set<Node>();
  #count = 0;

  constructor(limits: { maxDepth: number; maxValues: number }) {
    this.#maxDepth = limits.maxDepth;
    this.#maxValues = limits.maxValues;
  }

  value(node: Node, depth = 0): Tree {
    const { at } = node;
    if (++this.#count > this.#maxValues) {
      throw new Refusal(at, 'The file holds too many values, aliases followed');
    }
    if (depth > this.#maxDepth) throw new Refusal(at, `Nested more than ${this.#maxDepth} levels deep`);
    if (node.kind === 'alias') return this.value(node.target, depth);
    if (node.kind === 'text') return this.#atom(node);
    const own = node.kind === 'list' ? 'seq' : 'map';
    if (node.tag !== null && node.tag !== STANDARD + own) throw unfit(node, 'this');
    if (this.#open.has(node)) throw new Refusal(at, 'An alias may not contain itself');
    this.#open.add(node);
    const value =
      node.kind === 'list' ? this.#list(node.items, at, depth) : this.#object(node.pairs, at, depth);
    this.#open.delete(node);
    return value;
  }

  #atom(node: Node & { kind: 'text' }): Tree {
    const { text, plain, tag } = node;
    if (tag === null) {
      if (!plain) return text;
      // Plain `=` and `<<` have types of their own, which no value can have.
      const value = text === '=' || text === '<<' ? undefined : readScalar(text);
      if (value === undefined) throw unfit(node, `"${text.slice(0, 50)}"`);
      return value;
    }
    const value = tag.startsWith(STANDARD) ? readTagged(text, tag.slice(STANDARD.length)) : undefined;
    if (value === undefined) throw unfit(node, `"${text.slice(0, 50)}"`);
    return value;
  }

  #list(items: Node[], at: number, depth: number): Tree[] {
    const marks = new Map<string | number, number>([['', at]]);
    const list = items.map((item, index) => {
      marks.set(index, item.at);
      return this.value(item, depth + 1);
    });
    this.marks.set(list, marks);
    return list;
  }

  #object(pairs: [Node, Node][], at: number, depth: number): TreeObject {
    const merged: TreeObject[] = [];
    const own: TreeObject = {};
    const ownMarks = new Map<string | number, number>();
    // Merges come first, as in PyYAML: that decides which of two mistakes is told.
    const sources = pairs.flatMap(([key, value]) => (isSign(key, '<<', 'merge') ? mergeable(value) : []));
    for (const source of sources) merged.push(this.value(source, depth + 1) as TreeObject);
    for (const [key, value] of pairs) {
      if (isSign(key, '<<', 'merge')) continue;
      const name = this.#key(key, depth);
      own[name] = this.value(value, depth + 1);
      ownMarks.set(name, value.at);
    }
    const object: TreeObject = {};
    const marks = new Map<string | number, number>([['', at]]);
    for (const source of merged) {
      Object.assign(object, source);
      for (const [name, place] of this.marks.get(source) ?? []) if (name !== '') marks.set(name, place);
    }
    Object.assign(object, own);
    for (const [name, place] of ownMarks) marks.set(name, place);
    this.marks.set(object, marks);
    return object;
  }

  #key(node: Node, depth: number): string {
    const target = node.kind === 'alias' ? node.target : node;
    if (target.kind !== 'text') throw new Refusal(node.at, 'A key must be plain text');
    const name = isSign(target, '=', 'value') ? '=' : pythonText(this.value(target, depth));
    if (name === '__proto__') throw new Refusal(node.at, 'The key "__proto__" is not allowed');
    return name;
  }
}

/** What `<<` names, in the order of its weight: of a list the first counts most. */
function mergeable(node: Node): Node[] {
  const target = node.kind === 'alias' ? node.target : node;
  return (target.kind === 'list' ? target.items.toReversed() : [node]).map((source) => {
    if ((source.kind === 'alias' ? source.target : source).kind === 'map') return source;
    throw new Refusal(
      source.kind === 'alias' ? source.target.at : source.at,
      'Only objects, or a list of objects, can be merged with `<<`',
    );
  });
}

/** A plain `<<` or `=`, or text that is tagged as such. */
function isSign(node: Node, text: string, tag: string): boolean {
  if (node.kind === 'alias') return isSign(node.target, text, tag);
  if (node.kind !== 'text') return false;
  return node.tag === null ? node.plain && node.text === text : node.tag === STANDARD + tag;
}

function unfit(node: Node & { tag: string | null }, what: string): Refusal {
  const kind = node.tag === null ? 'what it looks like' : (node.tag ?? '');
  return new Refusal(node.at, `${what} cannot be read as ${kind}`);
}

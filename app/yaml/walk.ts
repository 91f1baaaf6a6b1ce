/** From the parser's nodes to plain values: aliases followed, merges made, every value's place remembered. */
import { isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, Scalar } from 'yaml';
import { type Scalar as Reading, readScalar } from './scalars.ts';

/** Where a value stands, and how Python prints it if it is a scalar. */
export interface Mark {
  offset: number;
  python?: string;
}
/** Marks of a list's or object's members by index or key; `''` is the container's own. */
export type Marks = WeakMap<object, Map<string | number, Mark>>;

/** Something that cannot be read, and where. */
export class Refusal extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** After aliases are followed; a file of a thousand steps has a tenth of it. */
const MAX_VALUES = 250_000;
const STANDARD = 'tag:yaml.org,2002:';
type Values = Record<string, unknown>;

/** One conversion. An alias becomes a copy of its target and counts as such, so no bomb can go off later. */
export class Walk {
  readonly marks: Marks = new WeakMap();
  readonly #maxDepth: number;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #count = 0;

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  value(node: unknown, depth: number): unknown {
    if (!isNode(node)) return null;
    const at = offsetOf(node);
    if (++this.#count > MAX_VALUES) throw new Refusal(at, 'The file holds too many values, aliases followed');
    if (depth > this.#maxDepth) throw new Refusal(at, `Nested more than ${this.#maxDepth} levels deep`);
    if (isAlias(node)) return this.value(this.#target(node), depth);
    if (node.anchor) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return meaning(node).value;
    if (this.#open.has(node)) throw new Refusal(at, 'An alias may not contain itself');
    this.#open.add(node);
    const value = isSeq(node)
      ? this.#list(node.items, at, depth)
      : isMap(node)
        ? this.#object(node.items as Pair[], at, depth)
        : null;
    this.#open.delete(node);
    return value;
  }

  #list(items: unknown[], at: number, depth: number): unknown[] {
    const marks = new Map<string | number, Mark>([['', { offset: at }]]);
    const list = items.map((item, index) => {
      const value = this.value(item, depth + 1);
      marks.set(index, this.#mark(item, at));
      return value;
    });
    this.marks.set(list, marks);
    return list;
  }

  #object(pairs: Pair[], at: number, depth: number): Values {
    const own = new Map<string, unknown>();
    const merged = new Map<string, unknown>();
    const marks = new Map<string | number, Mark>([['', { offset: at }]]);
    for (const { key, value } of pairs) {
      const keyAt = isNode(key) ? offsetOf(key) : at;
      if (isScalar(key) && key.type === Scalar.PLAIN && key.value === '<<') {
        for (const source of this.#sources(value, keyAt, depth)) {
          for (const [name, item] of Object.entries(source)) {
            if (merged.has(name)) continue;
            merged.set(name, item);
            if (!own.has(name)) marks.set(name, this.marks.get(source)?.get(name) ?? { offset: keyAt });
          }
        }
        continue;
      }
      const name = this.#key(key, keyAt);
      if (own.has(name)) throw new Refusal(keyAt, `The key "${name}" stands twice in one object`);
      own.set(name, this.value(value, depth + 1));
      marks.set(name, this.#mark(value, keyAt));
    }
    const object = Object.fromEntries([...merged, ...own]);
    this.marks.set(object, marks);
    return object;
  }

  #sources(value: unknown, at: number, depth: number): Values[] {
    const found = this.value(value, depth + 1);
    return (Array.isArray(found) ? found : [found]).map((source) => {
      if (typeof source === 'object' && source !== null && !Array.isArray(source)) return source;
      throw new Refusal(at, 'Only objects, or a list of objects, can be merged with `<<`');
    });
  }

  #key(key: unknown, at: number): string {
    const node = isAlias(key) ? this.#target(key) : key;
    if (!isScalar(node)) throw new Refusal(at, 'A key must be plain text');
    if (node.anchor) this.#anchors.set(node.anchor, node);
    const name = String(meaning(node).value ?? '');
    if (name === '__proto__') throw new Refusal(at, 'The key "__proto__" is not allowed');
    return name;
  }

  #mark(node: unknown, fallback: number): Mark {
    if (!isNode(node)) return { offset: fallback };
    const target = isAlias(node) ? this.#target(node) : node;
    return { offset: offsetOf(node), ...(isScalar(target) && { python: meaning(target).python }) };
  }

  #target(alias: Node & { source: string }): Node {
    const target = this.#anchors.get(alias.source);
    if (target !== undefined) return target;
    throw new Refusal(offsetOf(alias), `Nothing before this place is marked &${alias.source}`);
  }
}

const offsetOf = (node: Node): number => node.range?.[0] ?? 0;

/** What a scalar stands for: quoted text is text, plain text is resolved, an explicit tag must fit. */
function meaning(node: Scalar): Reading {
  const source = String(node.value ?? '');
  const plain = node.type === Scalar.PLAIN || node.type === undefined;
  const tag = node.tag;
  if (tag === undefined || tag === '!')
    return readScalar(source, plain && tag === undefined ? undefined : 'str') as Reading;
  const known = tag.startsWith(STANDARD) ? readScalar(source, tag.slice(STANDARD.length)) : null;
  if (known !== null) return known;
  throw new Refusal(offsetOf(node), `"${source.slice(0, 50)}" cannot be read as ${tag}`);
}

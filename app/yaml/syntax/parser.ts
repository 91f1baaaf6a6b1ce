/** From tokens to a tree of nodes: aliases point at what they stand for, tags are written out in full. */
import { Scanner } from './scanner.ts';
import { Refusal } from './source.ts';
import { type Kind, say, type Token, type TokenOf } from './tokens.ts';

/** `at`: where it begins, its anchor or tag included. `tag` null: none was written, or only `!`. */
export type Node =
  | { kind: 'text'; text: string; plain: boolean; tag: string | null; at: number }
  | { kind: 'list'; items: Node[]; tag: string | null; at: number }
  | { kind: 'map'; pairs: [Node, Node][]; tag: string | null; at: number }
  | { kind: 'alias'; target: Node; at: number };

export interface Limits {
  maxDepth: number;
  maxNodes: number;
}

/** Reads one document; null where the file holds none. */
export function parse(text: string, limits: Limits): Node | null {
  return new Parser(text, limits).document();
}

const STANDARD = { '!': '!', '!!': 'tag:yaml.org,2002:' };

class Parser {
  readonly #tokens: Scanner;
  readonly #limits: Limits;
  readonly #anchors = new Map<string, Node>();
  #handles = new Map<string, string>(Object.entries(STANDARD));
  #nodes = 0;
  #explicit = false;

  constructor(text: string, limits: Limits) {
    this.#tokens = new Scanner(text);
    this.#limits = limits;
  }

  document(): Node | null {
    const tokens = this.#tokens;
    if (tokens.is('directive', 'document start', 'stream end')) {
      if (!this.#documentStart()) return null;
    }
    const node =
      this.#explicit && tokens.is('directive', 'document start', 'document end', 'stream end')
        ? this.#empty(tokens.peek().at)
        : this.#node(0, 'block');
    if (tokens.is('document end')) tokens.next();
    const { at } = tokens.peek();
    if (this.#documentStart()) throw new Refusal(at, 'The file holds more than one document (`---`)');
    return node;
  }

  /** Steps over the directives and the `---` of a document; false at the end of the file. */
  #documentStart(): boolean {
    const tokens = this.#tokens;
    while (tokens.is('document end')) tokens.next();
    if (tokens.is('stream end')) return false;
    this.#directives();
    if (!tokens.is('document start')) this.#unexpected('"---", which begins a document');
    tokens.next();
    this.#explicit = true;
    return true;
  }

  #directives(): void {
    let version = false;
    const handles = new Map<string, string>();
    while (this.#tokens.is('directive')) {
      const { name, value, at } = this.#tokens.next() as TokenOf<'directive'>;
      const [first = '', second = ''] = value ?? [];
      if (name === 'YAML') {
        if (version) throw new Refusal(at, 'The version of YAML is told twice');
        if (Number(first) !== 1) throw new Refusal(at, 'Only YAML 1 is read');
        version = true;
      } else if (name === 'TAG') {
        if (handles.has(first)) throw new Refusal(at, `The kind of tags ${first} is told twice`);
        handles.set(first, second);
      }
    }
    this.#handles = new Map([...Object.entries(STANDARD), ...handles]);
  }

  /** `list`: a list may stand at the column of its key. */
  #node(depth: number, where: 'block' | 'flow' | 'list'): Node {
    const tokens = this.#tokens;
    const { maxDepth, maxNodes } = this.#limits;
    const first = tokens.peek();
    if (depth > maxDepth) throw new Refusal(first.at, `Nested more than ${maxDepth} levels deep`);
    if (++this.#nodes > maxNodes) throw new Refusal(first.at, `The file has more than ${maxNodes} parts`);
    if (first.kind === 'alias') {
      tokens.next();
      const target = this.#anchors.get(first.name);
      if (!target) throw new Refusal(first.at, `Nothing before this place is marked &${first.name}`);
      return { kind: 'alias', target, at: first.at };
    }
    const { at, anchor, tag } = this.#properties();
    const node = this.#begin(
      at,
      tag === '!' ? null : tag,
      where,
      anchor !== null || tag !== null,
      tag === '!',
    );
    if (anchor !== null) {
      if (this.#anchors.has(anchor))
        throw new Refusal(at, `&${anchor} marks something before this place already`);
      this.#anchors.set(anchor, node);
    }
    if (node.kind === 'list') this.#fillList(node.items, depth + 1);
    else if (node.kind === 'map') this.#fillMap(node.pairs, depth + 1);
    return node;
  }

  /** An anchor and a tag, in either order. */
  #properties(): { at: number; anchor: string | null; tag: string | null } {
    const tokens = this.#tokens;
    const { at } = tokens.peek();
    const found: (TokenOf<'anchor'> | TokenOf<'tag'>)[] = [];
    for (let token = tokens.peek(); token.kind === 'anchor' || token.kind === 'tag'; token = tokens.peek()) {
      if (found.some(({ kind }) => kind === token.kind)) break;
      found.push(token as (typeof found)[number]);
      tokens.next();
    }
    const anchor = found.find((token) => token.kind === 'anchor');
    const written = found.find((token) => token.kind === 'tag');
    return { at, anchor: anchor?.name ?? null, tag: written ? this.#fullTag(written) : null };
  }

  #fullTag({ handle, suffix, at }: TokenOf<'tag'>): string {
    if (handle === null) return suffix;
    const prefix = this.#handles.get(handle);
    if (prefix === undefined) throw new Refusal(at, `The kind of tags ${handle} is not known`);
    return prefix + suffix;
  }

  /** The node that begins here; a list or an object still empty, its opening token still there. */
  #begin(at: number, tag: string | null, where: string, marked: boolean, resolved: boolean): Node {
    const tokens = this.#tokens;
    const token = tokens.peek();
    if (where === 'list' && token.kind === '-') return { kind: 'list', items: [], tag, at };
    if (token.kind === 'scalar') {
      tokens.next();
      return { kind: 'text', text: token.text, plain: resolved || (token.plain && tag === null), tag, at };
    }
    const block = where !== 'flow';
    if (token.kind === '[' || (block && token.kind === 'block sequence start')) {
      return { kind: 'list', items: [], tag, at };
    }
    if (token.kind === '{' || (block && token.kind === 'block mapping start')) {
      return { kind: 'map', pairs: [], tag, at };
    }
    if (marked) return { kind: 'text', text: '', plain: tag === null, tag, at };
    return this.#unexpected('a value');
  }

  #empty(at: number): Node {
    return { kind: 'text', text: '', plain: true, tag: null, at };
  }

  #fillList(items: Node[], depth: number): void {
    const tokens = this.#tokens;
    if (tokens.is('-')) {
      while (tokens.is('-')) items.push(this.#item(depth, '?', ':'));
    } else if (tokens.is('[')) this.#flow(']', () => items.push(this.#flowItem(depth)));
    else {
      tokens.next();
      while (tokens.is('-')) items.push(this.#item(depth));
      this.#blockEnd();
    }
  }

  #item(depth: number, ...ends: Kind[]): Node {
    const { end } = this.#tokens.next();
    return this.#tokens.is('-', 'block end', ...ends) ? this.#empty(end) : this.#node(depth, 'block');
  }

  #blockEnd(): void {
    if (!this.#tokens.is('block end')) this.#unexpected('the end of the block');
    this.#tokens.next();
  }

  #fillMap(pairs: [Node, Node][], depth: number): void {
    const tokens = this.#tokens;
    if (tokens.is('{')) {
      this.#flow('}', () => pairs.push(this.#flowPair(depth)));
      return;
    }
    tokens.next();
    while (tokens.is('?')) {
      pairs.push([this.#part(depth), tokens.is(':') ? this.#part(depth) : this.#empty(tokens.peek().at)]);
    }
    this.#blockEnd();
  }

  /** What follows `?` or `:` in a block. */
  #part(depth: number): Node {
    const { end } = this.#tokens.next();
    return this.#tokens.is('?', ':', 'block end') ? this.#empty(end) : this.#node(depth, 'list');
  }

  /** Entries between brackets, with commas between them; one may follow the last. */
  #flow(close: ']' | '}', entry: () => void): void {
    const tokens = this.#tokens;
    tokens.next();
    for (let first = true; !tokens.is(close); first = false) {
      if (!first) {
        if (!tokens.is(',')) this.#unexpected(`"," or "${close}"`);
        tokens.next();
        if (tokens.is(close)) break;
      }
      entry();
    }
    tokens.next();
  }

  #flowItem(depth: number): Node {
    const { kind, at } = this.#tokens.peek();
    if (kind !== '?') return this.#node(depth, 'flow');
    // `[a: b]` is a list of one object.
    if (depth + 1 > this.#limits.maxDepth)
      throw new Refusal(at, `Nested more than ${this.#limits.maxDepth} levels deep`);
    return { kind: 'map', pairs: [this.#keyAndValue(depth + 1, ']')], tag: null, at };
  }

  #flowPair(depth: number): [Node, Node] {
    if (this.#tokens.is('?')) return this.#keyAndValue(depth, '}');
    const key = this.#node(depth, 'flow');
    return [key, this.#empty(this.#tokens.peek().at)];
  }

  #keyAndValue(depth: number, close: ']' | '}'): [Node, Node] {
    const tokens = this.#tokens;
    const { end } = tokens.next();
    const key = tokens.is(':', ',', close) ? this.#empty(end) : this.#node(depth, 'flow');
    if (!tokens.is(':')) return [key, this.#empty(tokens.peek().at)];
    const colon = tokens.next();
    return [key, tokens.is(',', close) ? this.#empty(colon.end) : this.#node(depth, 'flow')];
  }

  #unexpected(needed: string): never {
    const token: Token = this.#tokens.peek();
    throw new Refusal(token.at, `Found ${say(token)} where ${needed} is needed`);
  }
}

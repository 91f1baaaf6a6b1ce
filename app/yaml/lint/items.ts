/** A checked file, item by item, as the linter walks it. */
import type { Path } from '../read.ts';
import { isObject, member, type Tree, type TreeObject } from '../values.ts';

/** Kinds of items; where one object holds several, the first of this order is read. `blueprint` is an old `pipeline`. */
export const KINDS = ['step', 'task', 'endpoint', 'pipeline', 'blueprint', 'deployment'] as const;
export type Kind = (typeof KINDS)[number];

/** An object of the file, and the way to it. */
export interface Item {
  path: Path;
  data: TreeObject;
}
export type Items = Record<'step' | 'task' | 'endpoint' | 'pipeline' | 'deployment', Map<unknown, Item>>;

export const kindOf = (item: TreeObject): Kind | undefined => KINDS.find((kind) => Object.hasOwn(item, kind));

/** By kind and name; of two with one name the later holds, at the first one's place. */
export function itemsOf(file: Tree): Items {
  const items: Items = {
    step: new Map(),
    task: new Map(),
    endpoint: new Map(),
    pipeline: new Map(),
    deployment: new Map(),
  };
  for (const [index, entry] of (Array.isArray(file) ? file : []).entries()) {
    const kind = isObject(entry) ? kindOf(entry) : undefined;
    const data = kind && isObject(entry) ? member(entry, kind) : undefined;
    if (!kind || !isObject(data)) continue;
    items[kind === 'blueprint' ? 'pipeline' : kind].set(data.name, { path: [index, kind], data });
  }
  return items;
}

/** The objects of the list at `key`, in order. */
export function members({ path, data }: Item, key: string): Item[] {
  const list = member(data, key);
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry, index) =>
    isObject(entry) ? [{ path: [...path, key, index], data: entry }] : [],
  );
}

/** The same by name: of two with one name the later holds, at the first one's place. */
export function named(item: Item, key: string): Map<unknown, Item> {
  return new Map(members(item, key).map((entry) => [entry.data.name, entry]));
}

/** A value as a list: nothing is none, one is a list of one. */
export function listOf(value: Tree | undefined): Tree[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

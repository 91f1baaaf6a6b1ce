/** What a file may hold beyond JSON, kept apart until the file is checked, and how it becomes JSON. */

/** A float as Python has it: `1.0` is no integer, and prints otherwise. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A date, or a date with a time, as Python prints it. It is no text. */
export class Timestamp {
  readonly text: string;
  readonly kind: 'date' | 'datetime';
  constructor(text: string, kind: 'date' | 'datetime') {
    this.text = text;
    this.kind = kind;
  }
}

/** An integer is a number where it is exact, else a bigint. */
export type Atom = null | boolean | string | number | bigint | Float | Timestamp;
export type Tree = Atom | Tree[] | { [key: string]: Tree };
export type TreeObject = { [key: string]: Tree };

export const isObject = (value: unknown): value is TreeObject =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Float) &&
  !(value instanceof Timestamp);

/** A member that is the object's own; undefined where it has none. */
export const member = (object: TreeObject, key: string): Tree | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** What is found by following a path; undefined where it leads nowhere. */
export function at(value: Tree, path: (string | number)[]): Tree | undefined {
  return path.reduce<Tree | undefined>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)];
    return isObject(inner) ? member(inner, String(key)) : undefined;
  }, value);
}

/** As JSON: what it has no form for becomes the text that Python prints. */
export function toJson(value: Tree): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Timestamp) return value.text;
  if (value instanceof Float) {
    if (Number.isNaN(value.value)) return 'nan';
    return Number.isFinite(value.value) ? value.value : value.value > 0 ? 'inf' : '-inf';
  }
  if (Array.isArray(value)) return value.map(toJson);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}

/** Python's `bool(value)`. */
export function truthy(value: Tree | undefined): boolean {
  if (value instanceof Float) return value.value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** Python's `==`, by which 1, 1.0 and true are one. */
export function equal(a: Tree, b: Tree): boolean {
  const [x, y] = [numeric(a), numeric(b)];
  if (x !== null || y !== null) return x !== null && y !== null && x <= y && x >= y;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.text === b.text;
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index] ?? null))
    );
  }
  if (!isObject(a)) return a === b;
  const keys = Object.keys(a);
  return (
    isObject(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key] ?? null, b[key] ?? null))
  );
}

/** What a value counts as in Python's arithmetic; null: it is no number. */
export function numeric(value: Tree): number | bigint | null {
  if (value instanceof Float) return value.value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' || typeof value === 'bigint' ? value : null;
}

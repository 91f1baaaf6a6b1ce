/** YAML text → values, each with its place in the text. Bounded in time and memory for any input. */
import { Build, type Marks } from './build.ts';
import { parse } from './syntax/parser.ts';
import { locator, Refusal } from './syntax/source.ts';
import { isObject, type Tree } from './values.ts';

/** Where something stands in a file; both count from 1, columns in characters. */
export interface Place {
  line: number;
  column: number;
}
export type Path = (string | number)[];

export interface Reading {
  value: Tree;
  /** The place of the value at `path`, or of the nearest one around it. */
  placeOf(path: Path): Place;
}

const MAX_BYTES = 10 * 1024 * 1024;
/** Ten times what the longest real files have; about a second's work. */
const LIMITS = { maxDepth: 100, maxNodes: 200_000, maxValues: 200_000 };

/** Reads one document. A file that holds none has the value null. Alias bombs and endless nesting are refused. */
export function readYaml(
  text: string,
): { ok: true; reading: Reading } | { ok: false; place: Place; message: string } {
  let locate: ReturnType<typeof locator> | undefined;
  const placeAt = (offset: number) => {
    locate ??= locator(text);
    return locate(offset);
  };
  try {
    if (Buffer.byteLength(text) > MAX_BYTES) throw new Refusal(0, 'The file is larger than 10 MB');
    const node = parse(text, LIMITS);
    const build = new Build(LIMITS);
    const value = node === null ? null : build.value(node);
    const start = node?.at ?? 0;
    return {
      ok: true,
      reading: { value, placeOf: (path) => placeAt(offsetOf(value, build.marks, path, start)) },
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, place: placeAt(error.offset), message: error.message };
  }
}

function offsetOf(root: Tree, marks: Marks, path: Path, start: number): number {
  let offset = start;
  let value: Tree | undefined = root;
  for (const key of path) {
    if (!Array.isArray(value) && !isObject(value)) return offset;
    const mark = marks.get(value)?.get(key);
    if (mark === undefined) return offset;
    offset = mark;
    value = (value as Record<string | number, Tree>)[key];
  }
  return offset;
}

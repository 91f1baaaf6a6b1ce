/** What an input's files are called below `/valohai/inputs/<input>/`. Pure. */
import { posix } from 'node:path';

type KeepDirectories = 'none' | 'suffix' | 'full';
/** `name`: null where only the address tells it. */
interface File {
  name: string | null;
  uri: string;
}

const NAME_BYTES = 255;

/** A name for each file, in order; none leads out of the folder, none is given twice. */
export function inputNames(input: {
  keep_directories: KeepDirectories;
  filename: string | null;
  files: readonly File[];
}): string[] {
  const taken = new Taken();
  const single = input.files.length === 1 ? input.filename : null;
  return input.files.map((file) => taken.take(safeName(single ?? wantedName(file, input.keep_directories))));
}

function wantedName(file: File, keep: KeepDirectories): string {
  const whole = file.name ?? pathOf(file.uri);
  // What a wildcard's fixed part is has been taken off by the API already.
  if (keep === 'full' || (keep === 'suffix' && file.name !== null)) return whole;
  return posix.basename(whole);
}

export function pathOf(uri: string): string {
  const path = URL.canParse(uri) ? new URL(uri).pathname : uri;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** No empty, `.` or `..` part, no control character, no part longer than a file system takes. */
export function safeName(name: string): string {
  const parts = name
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: just these are replaced.
    .map((part) => shorten(part.replace(/[\u0000-\u001f\u007f]/g, '_')));
  return parts.length === 0 ? 'file' : parts.join('/');
}

function shorten(part: string): string {
  if (Buffer.byteLength(part) <= NAME_BYTES) return part;
  const extension = posix.extname(part).slice(0, 16);
  let stem = [...part.slice(0, part.length - extension.length)];
  while (Buffer.byteLength(stem.join('') + extension) > NAME_BYTES) stem = stem.slice(0, -1);
  return stem.join('') + extension;
}

/** Names given so far; a file cannot lie where another one has its folder. */
class Taken {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();
  /** The number to try next for a name that many want. */
  readonly #next = new Map<string, number>();

  /** The name, or the first like it that is free. */
  take(name: string): string {
    const free = this.#isFree(name) ? name : this.#numbered(name);
    this.#files.add(free);
    for (const folder of above(free)) this.#folders.add(folder);
    return free;
  }

  #numbered(name: string): string {
    const { dir, name: stem, ext } = posix.parse(name);
    // Where a file lies in the way of the folder, another name in that folder does not help.
    const blocked = above(name).some((folder) => this.#files.has(folder));
    for (let n = this.#next.get(name) ?? 2; ; n++) {
      const candidate = blocked ? posix.join(`${n}`, name) : posix.join(dir, `${stem}-${n}${ext}`);
      if (!this.#isFree(candidate)) continue;
      this.#next.set(name, n + 1);
      return candidate;
    }
  }

  #isFree(name: string): boolean {
    const inTheWay = [name, ...above(name)].some((path) => this.#files.has(path));
    return !inTheWay && !this.#folders.has(name);
  }
}

/** All folders that the file lies in. */
function above(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

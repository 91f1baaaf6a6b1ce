/** What an input's files are called below `/valohai/inputs/<input>/`. Pure. */
import { posix } from 'node:path';
import type { JobSpec } from '../../protocol/worker.ts';

type Input = JobSpec['inputs'][number];
type File = Pick<Input['files'][number], 'name' | 'uri'>;

const NAME_BYTES = 255;

/** A name for each file, in order; none leads out of the folder, none is given twice. */
export function inputNames(
  input: Pick<Input, 'keep_directories' | 'filename'> & { files: readonly File[] },
): string[] {
  const taken = new Set<string>();
  return input.files.map((file) => {
    const single = input.files.length === 1 ? input.filename : null;
    const wanted = single ?? wantedName(file, input.keep_directories);
    const name = unique(safeName(wanted), taken);
    taken.add(name);
    return name;
  });
}

function wantedName(file: File, keep: Input['keep_directories']): string {
  const whole = file.name ?? pathOf(file.uri);
  // What a wildcard's fixed part is has been taken off by the API already.
  if (keep === 'full' || (keep === 'suffix' && file.name !== null)) return whole;
  return posix.basename(whole);
}

function pathOf(uri: string): string {
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

function unique(name: string, taken: ReadonlySet<string>): string {
  // A file cannot lie where another one has its folder.
  const clashes = (candidate: string) =>
    [...taken].some((t) => t === candidate || t.startsWith(`${candidate}/`) || candidate.startsWith(`${t}/`));
  const { dir, name: stem, ext } = posix.parse(name);
  for (let n = 2, candidate = name; ; n++) {
    if (!clashes(candidate)) return candidate;
    candidate = posix.join(dir, `${stem}-${n}${ext}`);
    if (n > taken.size + 2) return posix.join(`${n}`, name);
  }
}

/** What lies in a job's outputs folder. Links are not followed to places outside; what is no file is named, not read. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { safeName } from '../../protocol/input-names.ts';
import { sidecarOf } from './sidecars.ts';
import { Changed } from './transfer.ts';

export interface FoundFile {
  /** Below the folder, as people see it and as the datum is called. */
  name: string;
  /** The very bytes of its path: a name need not be UTF-8. */
  path: Buffer;
  stats: Stats;
  /** Whether metadata lay beside it when its folder was read. */
  hasSidecar: boolean;
}
export interface LeftOut {
  name: string;
  why: string;
}

const SLASH = Buffer.from('/');
/** At files, at once: one after the other each would wait for a thread of its own. */
const LOOKS = 64;

/** Walks the folder, sub-folders too, one entry after the other; a folder that vanishes meanwhile is no error. */
export async function* walkOutputs(folder: string): AsyncGenerator<FoundFile | LeftOut> {
  const top = await realpath(folder);
  yield* walk(Buffer.from(top), '', top);
}

async function* walk(path: Buffer, prefix: string, top: string): AsyncGenerator<FoundFile | LeftOut> {
  const entries = await readdir(path, { encoding: 'buffer' }).catch(absent);
  const names = new Set(entries?.map(String));
  const described = (name: string) => names.has(sidecarOf(name.slice(name.lastIndexOf('/') + 1)));
  const fileOf = (found: string, path: Buffer, stats: Stats): FoundFile => {
    const name = safeName(found);
    return { name, path, stats, hasSidecar: described(name) };
  };
  const sorted = entries?.sort(Buffer.compare) ?? [];
  for (let at = 0; at < sorted.length; at += LOOKS) {
    const some = sorted.slice(at, at + LOOKS).map((entry) => ({
      name: prefix + entry.toString(),
      below: Buffer.concat([path, SLASH, entry]),
    }));
    const looked = await Promise.all(some.map(({ below }) => lstat(below).catch(absent)));
    for (const [i, { name, below }] of some.entries()) {
      const stats = looked[i] ?? null;
      if (stats === null) continue;
      if (stats.isDirectory()) yield* walk(below, `${name}/`, top);
      else if (stats.isFile()) yield fileOf(name, below, stats);
      else if (stats.isSymbolicLink()) yield await linked(below, name, top, fileOf);
      else yield { name, why: 'neither a file nor a folder' };
    }
  }
}

async function linked(
  path: Buffer,
  name: string,
  top: string,
  fileOf: (name: string, path: Buffer, stats: Stats) => FoundFile,
): Promise<FoundFile | LeftOut> {
  const target = await realpath(path, { encoding: 'buffer' }).catch(() => null);
  if (target === null) return { name, why: 'a link to nothing' };
  if (!target.toString('latin1').startsWith(Buffer.from(top + sep).toString('latin1')))
    return { name, why: 'a link out of the outputs folder' };
  const stats = await lstat(target);
  return stats.isFile() ? fileOf(name, target, stats) : { name, why: 'a link to a folder' };
}

const ONLY_FILES = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const NO_FILE = 'it is no file any more';

/** Opens what was a file when it was found, and still is one: a link or a pipe put in its place is refused. */
export async function openOutput(path: Buffer): Promise<{ file: FileHandle; stats: Stats }> {
  const file = await open(path, ONLY_FILES);
  const stats = await file.stat();
  if (stats.isFile()) return { file, stats };
  await file.close();
  throw new Error(NO_FILE);
}

/**
 * The same, and its bytes, where they are no more than `most`; null: more. At once, not by way of other threads: four
 * hand-overs cost a small file several times what reading it does.
 */
export function readOutput(path: Buffer, most: number): { data: Buffer; stats: Stats } | null {
  const file = openSync(path, ONLY_FILES);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error(NO_FILE);
    if (stats.size > most) return null;
    const data = Buffer.allocUnsafe(stats.size);
    for (let done = 0; done < data.length; ) {
      const bytes = readSync(file, data, done, data.length - done, done);
      if (bytes === 0) throw new Changed();
      done += bytes;
    }
    return { data, stats };
  } finally {
    closeSync(file);
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}

/** Unpacks a tar archive so that nothing of it lands, or points, outside of its folder. */
import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';

/** The archive has an entry that no honest packer writes. */
export class UnsafeArchive extends Error {}

export interface Unpacked {
  files: number;
  bytes: number;
  /** What was left out, and why. */
  leftOut: string[];
}

/** The entry's place below the folder, or null for the folder itself. Throws where it leads outside. */
export function safePath(name: string): string | null {
  const path = posix.normalize(name).replace(/\/+$/, '');
  const outside = posix.isAbsolute(name) || path === '..' || path.startsWith('../') || name.includes('\0');
  if (outside) throw new UnsafeArchive(`the entry ${JSON.stringify(name)} leads out of the folder`);
  return path === '.' || path === '' ? null : path;
}

/** Where a symbolic link at `path` points to, below the folder; null: outside. */
export function linkTarget(path: string, target: string): string | null {
  if (posix.isAbsolute(target)) return null;
  const resolved = posix.join(posix.dirname(path), target);
  return resolved === '..' || resolved.startsWith('../') ? null : resolved;
}

/** Unpacks a tar stream. Links are made last: nothing is ever written through one. */
export async function unpackTar(tar: Readable, folder: string, signal: AbortSignal): Promise<Unpacked> {
  const done: Unpacked = { files: 0, bytes: 0, leftOut: [] };
  const links: { path: string; header: Header }[] = [];
  const entries = extract();
  const put = async (header: Header, body: AsyncIterable<Buffer>) => {
    const path = safePath(header.name);
    if (path === null) return;
    if (header.type === 'directory') await mkdir(join(folder, path), { recursive: true });
    else if (header.type === 'file' || header.type === 'contiguous-file') {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      const mode = header.mode & 0o111 ? 0o755 : 0o644;
      await writeFile(join(folder, path), body, { mode });
      done.files++;
      done.bytes += header.size;
    } else if (header.type === 'symlink' || header.type === 'link') links.push({ path, header });
    else done.leftOut.push(`${path} (${header.type ?? 'of an unknown kind'})`);
  };
  const putAll = async () => {
    for await (const entry of entries) {
      await put(entry.header, entry as unknown as AsyncIterable<Buffer>);
      entry.resume();
    }
  };
  const [fed, unpacked] = await Promise.allSettled([
    pipeline(tar, entries as unknown as Writable, { signal }),
    putAll(),
  ]);
  // Where unpacking failed, the stream failed after it, and says less.
  if (unpacked.status === 'rejected' && unpacked.reason instanceof UnsafeArchive) throw unpacked.reason;
  if (fed.status === 'rejected') throw fed.reason;
  if (unpacked.status === 'rejected') throw unpacked.reason;
  await makeLinks(folder, links, done);
  return done;
}

async function makeLinks(
  folder: string,
  links: readonly { path: string; header: Header }[],
  done: Unpacked,
): Promise<void> {
  const linked = new Set(links.filter(({ header }) => header.type === 'symlink').map(({ path }) => path));
  for (const { path, header } of links) {
    if (ancestors(path).some((above) => linked.has(above)))
      throw new UnsafeArchive(`the entry ${JSON.stringify(path)} lies behind a link`);
    const problem = await makeLink(folder, path, header, linked);
    if (problem !== null) done.leftOut.push(`${path} (${problem})`);
  }
}

async function makeLink(
  folder: string,
  path: string,
  header: Header,
  linked: ReadonlySet<string>,
): Promise<string | null> {
  const name = header.linkname ?? '';
  await mkdir(join(folder, dirname(path)), { recursive: true });
  if (header.type === 'symlink') {
    const target = linkTarget(path, name);
    // A target that leads through another link may end anywhere.
    if (target === null || ancestors(target).some((above) => linked.has(above)))
      return `a link to ${name}, outside of the repository`;
    await symlink(name, join(folder, path));
    return null;
  }
  const target = safePath(name);
  if (target === null || [target, ...ancestors(target)].some((part) => linked.has(part)))
    throw new UnsafeArchive(`the entry ${JSON.stringify(path)} is a link to ${JSON.stringify(name)}`);
  await link(join(folder, target), join(folder, path));
  return null;
}

function ancestors(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

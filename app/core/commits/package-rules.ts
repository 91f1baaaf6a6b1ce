/** What an uploaded package may hold. Pure: asked for every entry before anything is made of it. */
import { posix } from 'node:path';

export interface Entry {
  name: string;
  type: string;
  size: number;
  linkname?: string | null;
}

/** The client refuses above 1000 MiB packed, 2000 MiB unpacked and 10,000 files; here is a little more room. */
export const LIMITS = {
  packedBytes: 1024 ** 3,
  unpackedBytes: 2.5 * 1024 ** 3,
  entries: 20_000,
  nameBytes: 1024,
  /** Honest data hardly packs so tightly; looked at from `ratioFromBytes` on. */
  ratio: 200,
  ratioFromBytes: 100 * 1024 ** 2,
};

/** `a/./b//c/` → `a/b/c`; null where the path leaves its root, or is no path. */
export function insidePath(name: string): string | null {
  if (name.startsWith('/') || /[\0\\]/.test(name) || /^[A-Za-z]:/.test(name)) return null;
  if (Buffer.byteLength(name) > LIMITS.nameBytes || name.split('/').includes('..')) return null;
  const path = posix.normalize(name).replace(/\/+$/, '');
  return path === '' ? null : path;
}

/** Climbs first and descends then, and never above the root: so that no link within changes where it leads. */
export function linkStaysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || /[\0\\]/.test(target)) return false;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const climbs = parts.findIndex((part) => part !== '..');
  const up = climbs === -1 ? parts.length : climbs;
  return up <= path.split('/').length - 1 && !parts.slice(up).includes('..');
}

/** Judges entries one after the other, remembering what was there. Gives a complaint, or null. */
export function packageJudge() {
  const files = new Set<string>();
  const links = new Set<string>();
  const folders = new Set<string>();
  let count = 0;
  return (entry: Entry): string | null => {
    count += 1;
    if (count > LIMITS.entries) return `It holds more than ${LIMITS.entries} files.`;
    const path = insidePath(entry.name);
    const name = JSON.stringify(entry.name.slice(0, 200));
    if (path === null || (path === '.' && entry.type !== 'directory'))
      return `The name ${name} leads out of the package.`;
    const parents = path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'));
    if (parents.some((parent) => links.has(parent))) return `${name} lies behind a link.`;
    if (parents.some((parent) => files.has(parent))) return `${name} lies below a file.`;
    if (entry.type === 'directory' ? files.has(path) : folders.has(path))
      return `${name} is a file and a folder.`;
    for (const parent of parents) folders.add(parent);
    if (entry.type === 'directory') folders.add(path);
    switch (entry.type) {
      case 'file':
      case 'contiguous-file':
        files.add(path);
        links.delete(path);
        return null;
      case 'directory':
        return links.has(path) ? `${name} lies behind a link.` : null;
      case 'symlink':
        links.add(path);
        return linkStaysInside(path, entry.linkname ?? '')
          ? null
          : `The link ${name} leads out of the package.`;
      case 'link': {
        const target = insidePath(entry.linkname ?? '');
        return target !== null && files.has(target)
          ? null
          : `The link ${name} leads to no file of the package.`;
      }
      default:
        return `${name} is a ${entry.type}; only files, folders and links within the package are allowed.`;
    }
  };
}

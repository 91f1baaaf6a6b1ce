import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linkTarget, safePath, UnsafeArchive, unpackTar } from '../../../../app/worker/steps/unpack.ts';

let home: string;
let folder: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cove unpack '));
  folder = join(home, 'repository');
  await mkdir(folder);
});
afterEach(() => rm(home, { recursive: true }));

type Header = Parameters<ReturnType<typeof pack>['entry']>[0];
async function unpack(...entries: [Header, string?][]) {
  const tar = pack();
  for (const [header, content] of entries) tar.entry(header, content ?? '');
  tar.finalize();
  const bytes = Buffer.concat(await Array.fromAsync(tar as unknown as AsyncIterable<Buffer>));
  return unpackTar(Readable.from([bytes]), folder, new AbortController().signal);
}

test('files, folders, modes, links inside', async () => {
  const done = await unpack(
    [{ name: 'deep/run.sh', mode: 0o755 }, 'echo'],
    [{ name: 'empty/', type: 'directory' }],
    [{ name: 'deep/link', type: 'symlink', linkname: '../readme' }],
    [{ name: 'readme' }, 'text'],
    [{ name: 'same', type: 'link', linkname: 'readme' }],
  );
  expect(done).toEqual({ files: 2, bytes: 8, leftOut: [] });
  expect((await stat(join(folder, 'deep/run.sh'))).mode & 0o111).toBe(0o111);
  expect(await readlink(join(folder, 'deep/link'))).toBe('../readme');
  expect(await readFile(join(folder, 'deep/link'), 'utf8')).toBe('text');
  expect(await readFile(join(folder, 'same'), 'utf8')).toBe('text');
  expect((await lstat(join(folder, 'empty'))).isDirectory()).toBe(true);
});

test.each(['../out', '/tmp/cove-out', 'a/../../out', 'a\0b'])('%j is refused', async (name) => {
  await expect(async () => safePath(name)).rejects.toThrow(UnsafeArchive);
});

test('an entry that leads out is refused, and nothing lands there', async () => {
  await expect(unpack([{ name: 'a/../../out' }, 'x'])).rejects.toThrow(/leads out/);
  expect(existsSync(join(home, 'out'))).toBe(false);
});

test('links to places outside, and devices, are left out and named', async () => {
  const done = await unpack(
    [{ name: 'passwd', type: 'symlink', linkname: '/etc/passwd' }],
    [{ name: 'up', type: 'symlink', linkname: '../../x' }],
    [{ name: 'null', type: 'character-device' }],
    [{ name: 'd/to-root', type: 'symlink', linkname: '..' }],
    [{ name: 'through', type: 'symlink', linkname: 'd/to-root/..' }],
  );
  expect(done.leftOut.join()).toMatch(/null.*passwd.*up/);
  for (const name of ['passwd', 'up', 'null']) expect(existsSync(join(folder, name))).toBe(false);
});

test('nothing is written through a link', async () => {
  const through = unpack([{ name: 'd', type: 'symlink', linkname: '.' }], [{ name: 'd/file' }, 'x']);
  await expect(through).rejects.toThrow();
  const hard = unpack([{ name: 'h', type: 'link', linkname: '../../secret' }]);
  await expect(hard).rejects.toThrow(UnsafeArchive);
});

test('a torn archive is an error', async () => {
  const broken = Readable.from([Buffer.from('no tar at all'.repeat(100))]);
  await expect(unpackTar(broken, folder, new AbortController().signal)).rejects.toThrow();
});

test('a path or target that is accepted stays below the folder', () => {
  const part = fc.constantFrom('a', 'b', '..', '.', '', 'c.txt');
  const path = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
  const inside = (name: string) =>
    !join('/x/y', name).replace('/x/y', '').startsWith('..') && join('/x/y', name).startsWith('/x/y');
  fc.assert(
    fc.property(path, path, (name, target) => {
      let safe: string | null = null;
      try {
        safe = safePath(name);
      } catch {
        return;
      }
      if (safe === null) return;
      expect(inside(safe)).toBe(true);
      const resolved = linkTarget(safe, target);
      if (resolved !== null) expect(inside(resolved)).toBe(true);
    }),
  );
});

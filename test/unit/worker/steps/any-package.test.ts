/** Packages made at random, hostile ones above all: whoever takes them, nothing lands or leads outside of the folder. */
import { lstat, mkdir, mkdtemp, readdir, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inspectPackage } from '../../../../app/core/commits/inspect-package.ts';
import { unpackTar } from '../../../../app/worker/steps/unpack.ts';

let home: string;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'cove packages ')));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const part = fc.constantFrom(
  'a',
  'b',
  'c',
  '..',
  '.',
  '',
  'link',
  'Ünïcödé',
  'a\\b',
  'x'.repeat(150),
  '\r\n',
  '-rf',
);
const name = fc
  .tuple(fc.constantFrom('', '', '', '/', './', '../', 'C:'), fc.array(part, { minLength: 1, maxLength: 5 }))
  .map(([start, parts]) => start + parts.join('/'));
const type = fc.constantFrom(
  ...(['file', 'file', 'directory', 'symlink', 'link', 'fifo', 'block-device', 'character-device'] as const),
);
const entry = fc.record({ name, type, linkname: name, mode: fc.constantFrom(0o644, 0o4755, 0o777) });
/** By chance alone hardly one package in forty is let through. */
const harmless = fc
  .uniqueArray(fc.constantFrom('a', 'b/a', 'b/c', 'Ünïcödé', '-rf', 'x'.repeat(150)), { minLength: 1 })
  .map((names) => names.map((name) => ({ name, type: 'file' as const, mode: 0o644 })));
const any = fc.oneof(
  { arbitrary: fc.array(entry, { minLength: 1, maxLength: 6 }), weight: 9 },
  { arbitrary: harmless, weight: 1 },
);

async function tarOf(entries: (Partial<Header> & { name: string })[]): Promise<Buffer> {
  const tar = pack();
  for (const { linkname, ...header } of entries) {
    if (header.type === 'file') tar.entry(header, 'text');
    else tar.entry(linkname === undefined ? header : { ...header, linkname });
  }
  tar.finalize();
  return Buffer.concat(await Array.fromAsync(tar as unknown as AsyncIterable<Buffer>));
}

/** Whatever is below, links not followed. */
async function* below(folder: string): AsyncGenerator<string> {
  for (const found of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, found.name);
    yield path;
    if (found.isDirectory()) yield* below(path);
  }
}

test('what a worker unpacks stays in its folder, and so does every link', { timeout: 60_000 }, async () => {
  let count = 0;
  let taken = 0;
  const holds = async (entries: (Partial<Header> & { name: string })[]) => {
    const room = join(home, String(count++));
    const folder = join(room, 'repository');
    await mkdir(folder, { recursive: true });
    const bytes = await tarOf(entries).catch(() => null);
    // What the packer itself refuses is no package.
    if (bytes === null) return;
    const file = join(room, 'package.tgz');
    await writeFile(file, gzipSync(bytes));
    const verdict = await inspectPackage(file, 'valohai.yaml').then(
      () => null,
      (error) => error,
    );
    const done = await unpackTar(Readable.from([bytes]), folder, new AbortController().signal).catch(
      (error: Error) => error,
    );
    // Nothing that is refused, and nothing else, is a fault of ours.
    if (verdict !== null) expect(verdict).toMatchObject({ code: 'invalid' });
    else taken++;
    expect(await readdir(room)).toEqual(['package.tgz', 'repository']);
    for await (const path of below(folder)) {
      const found = await lstat(path);
      expect(found.isFile() || found.isDirectory() || found.isSymbolicLink(), path).toBe(true);
      expect(found.mode & 0o7000).toBe(0);
      if (!found.isSymbolicLink()) continue;
      const target = await realpath(path).catch(() => null);
      if (target !== null) expect(`${target}/`.startsWith(`${folder}/`), await readlink(path)).toBe(true);
    }
    // The API's judge is the stricter one: what it lets through, a worker can unpack.
    if (verdict === null && done instanceof Error)
      expect(done.message).toMatch(/E[A-Z]+|Premature close|leads out|link/);
    await rm(room, { recursive: true });
  };
  await fc.assert(fc.asyncProperty(any, holds), { numRuns: 400 });
  expect(taken).toBeGreaterThan(5);
});

test('a million entries, a sparse giant and nested packing cost little before they are refused', {
  timeout: 60_000,
}, async () => {
  const refused = async (bytes: Buffer) => {
    const file = join(home, 'bomb.tgz');
    await writeFile(file, bytes);
    const before = process.memoryUsage().rss;
    const error = await inspectPackage(file, 'valohai.yaml').then(
      () => null,
      (reason: Error) => reason,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2);
    expect(await readdir(home)).toEqual(['bomb.tgz']);
    return error?.message ?? 'taken';
  };
  const one = (await tarOf([{ name: 'f', type: 'directory' }])).subarray(0, 512);
  // As many members as it takes, each a gzip stream of its own that is read on: 30,000 entries in each.
  const member = gzipSync(Buffer.concat(Array.from({ length: 30_000 }, () => one)));
  expect(await refused(Buffer.concat(Array.from({ length: 34 }, () => member)))).toMatch(
    /more than 20000 files/,
  );
  // A header that promises eight exabytes, in GNU's base 256.
  const giant = Buffer.from(one);
  giant.write('0', 156);
  giant.fill(0, 124, 136);
  giant[124] = 0x80;
  giant[128] = 0x7f;
  giant.write('        ', 148);
  const sum = giant.reduce((total, byte) => total + byte, 0);
  giant.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  expect(await refused(gzipSync(giant))).toMatch(/not a whole|larger|grows/);
  let nested = gzipSync(Buffer.alloc(64 * 1024 ** 2));
  for (let level = 0; level < 3; level++) nested = gzipSync(nested);
  expect(await refused(nested)).toMatch(/not a whole/);
});

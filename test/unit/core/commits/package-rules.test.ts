import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { insidePath, linkStaysInside, packageJudge } from '../../../../app/core/commits/package-rules.ts';

const segment = fc.constantFrom('a', 'b', 'c', '.', '..', '', 'deep');
const path = fc.array(segment, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));

describe('a name', () => {
  test('that is let through stays below the root', () => {
    fc.assert(
      fc.property(path, (name) => {
        const inside = insidePath(name);
        if (inside === null) return;
        expect(posix.resolve('/root', inside)).toMatch(/^\/root(\/|$)/);
      }),
    );
  });
  test.each(['/etc/passwd', '../x', 'a/../../x', 'a/..', 'C:\\x', 'a\\..\\b', 'a\0b'])(
    '%j is refused',
    (name) => {
      expect(insidePath(name)).toBeNull();
    },
  );
  test.each([
    ['a/b.txt', 'a/b.txt'],
    ['./a//b/', 'a/b'],
    ['..a/b..', '..a/b..'],
  ])('%j is %j', (name, expected) => expect(insidePath(name)).toBe(expected));
});

/** A file system of the entries that were let through: where does every path lead, links followed? */
function realPath(links: Map<string, string>, name: string, hops = 0): string {
  if (hops > 40) return 'loop';
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  let at: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === '..') {
      if (at.length === 0) return 'OUTSIDE';
      at = at.slice(0, -1);
      continue;
    }
    const here = [...at, parts[i]].join('/');
    const target = links.get(here);
    if (target !== undefined)
      return realPath(links, [...at, target, ...parts.slice(i + 1)].join('/'), hops + 1);
    at.push(parts[i]!);
  }
  return at.join('/');
}

test('whatever links are let through, none leads out, alone or together', () => {
  const entry = fc.record({
    name: path,
    type: fc.constantFrom('file', 'symlink', 'directory'),
    size: fc.constant(0),
    linkname: path,
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), path, (entries, probe) => {
      const judge = packageJudge();
      const links = new Map<string, string>();
      for (const one of entries) {
        if (judge(one) !== null) return;
        const at = insidePath(one.name)!;
        if (one.type === 'symlink') links.set(at, one.linkname);
        else links.delete(at);
      }
      const start = insidePath(probe);
      if (start !== null) expect(realPath(links, start)).not.toBe('OUTSIDE');
    }),
    { numRuns: 3000 },
  );
});

test('links: within the package yes, out of it no', () => {
  expect(linkStaysInside('a/b', '../c')).toBe(true);
  expect(linkStaysInside('a', '../c')).toBe(false);
  expect(linkStaysInside('a/b', '/etc')).toBe(false);
  expect(linkStaysInside('a/b', 'c/../../../x')).toBe(false);
});

test.each(['character-device', 'block-device', 'fifo'])('a %s is refused', (type) => {
  expect(packageJudge()({ name: 'x', type, size: 0 })).toMatch(/only files/);
});

test('hard links need their file to be there first', () => {
  const judge = packageJudge();
  expect(judge({ name: 'b', type: 'link', size: 0, linkname: 'a' })).toMatch(/no file/);
  expect(judge({ name: 'a', type: 'file', size: 0 })).toBeNull();
  expect(judge({ name: 'b', type: 'link', size: 0, linkname: 'a' })).toBeNull();
  expect(judge({ name: 'c', type: 'link', size: 0, linkname: '../../etc/passwd' })).toMatch(/no file/);
});

test('too many files are refused', () => {
  const judge = packageJudge();
  for (let i = 0; i < 20_000; i++) expect(judge({ name: `f${i}`, type: 'file', size: 0 })).toBeNull();
  expect(judge({ name: 'one more', type: 'file', size: 0 })).toMatch(/20000/);
});

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FsStore, openFsStore } from '../../../app/platform/storage/fs.ts';

let folder: string;
let store: FsStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove test '));
  store = openFsStore({ folder, signingKey: 'key' });
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

const KEY = 'projects/a/outputs/b/deep folder/ä & ?.bin';
const drafts = () => readdir(join(folder, '.incoming'));

describe('objects', () => {
  test('are written whole, with their checksum, and read in ranges', async () => {
    const written = await store.put(KEY, Readable.from([Buffer.from('hello '), Buffer.from('world')]));
    expect(written).toEqual({
      size: 11,
      sha256: createHash('sha256').update('hello world').digest('hex'),
    });
    expect(await store.head(KEY)).toEqual({ size: 11, etag: expect.any(String) });
    expect(await text(await store.get(KEY))).toBe('hello world');
    expect(await text(await store.get(KEY, { start: 6 }))).toBe('world');
    expect(await text(await store.get(KEY, { start: 0, end: 4 }))).toBe('hello');
    expect(await drafts()).toEqual([]);
  });

  test('are taken again once a lost folder was made anew', async () => {
    await rm(folder, { recursive: true });
    await mkdir(folder);
    await store.put(KEY, Buffer.from('new'));
    expect(await text(await store.get(KEY))).toBe('new');
  });

  test('a source that breaks off leaves the old object and no draft', async () => {
    await store.put(KEY, Buffer.from('old'));
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('ne');
        throw new Error('gone');
      })(),
    );
    await expect(store.put(KEY, broken)).rejects.toThrow('gone');
    expect(await text(await store.get(KEY))).toBe('old');
    expect(await drafts()).toEqual([]);
  });

  test('more or fewer bytes than announced leave nothing', async () => {
    await expect(store.put(KEY, Buffer.from('four'), { size: 5 })).rejects.toMatchObject({ code: 'invalid' });
    expect(await store.head(KEY)).toBeNull();
  });

  test('deleting takes empty folders along, and may be repeated', async () => {
    await store.put(KEY, Buffer.from('x'));
    await store.put('projects/other', Buffer.from('y'));
    await store.delete(KEY);
    await store.delete(KEY);
    expect(await store.head(KEY)).toBeNull();
    expect(await readdir(join(folder, 'projects'))).toEqual(['other']);
    await expect(store.get(KEY)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('no key leads out of the folder', async () => {
    for (const key of ['../x', 'a/../../x', '/etc/passwd', 'a//b', '', '.incoming/x', 'a/\0']) {
      await expect(store.put(key, Buffer.from('x')), key).rejects.toMatchObject({ code: 'invalid' });
    }
  });

  test('a name longer than the file system allows is refused in words', async () => {
    await expect(store.put(`a/${'x'.repeat(300)}`, Buffer.from('x'))).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

describe('signed addresses', () => {
  test('allow what they say, HEAD with GET', async () => {
    const url = await store.presignGet(KEY, { expires: 60, filename: 'ä.bin' });
    expect(store.verify('GET', url)).toEqual({ key: KEY, filename: 'ä.bin' });
    expect(store.verify('HEAD', `https://cove.example${url}`)).toEqual({ key: KEY, filename: 'ä.bin' });
    expect(store.verify('PUT', url)).toBeNull();
    const put = await store.presignPut(KEY, { expires: 60, size: 9 });
    expect(store.verify('PUT', put.url)).toEqual({ key: KEY, size: 9 });
    expect(store.verify('GET', put.url)).toBeNull();
  });

  test('end with their time', async () => {
    const url = await store.presignGet(KEY, { expires: 60 });
    vi.useFakeTimers({ now: Date.now() + 61_000 });
    expect(store.verify('GET', url)).toBeNull();
  });

  test('are worth nothing with another key', async () => {
    const url = await openFsStore({ folder, signingKey: 'other' }).presignGet(KEY, { expires: 60 });
    expect(store.verify('GET', url)).toBeNull();
  });

  test('any key comes back as it was; one changed character is refused', async () => {
    const part = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((text) => {
      return !/[/\0]/.test(text) && text !== '.' && text !== '..' && text !== '.incoming';
    });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), fc.nat(), async (parts, at) => {
        const key = parts.join('/');
        const url = await store.presignGet(key, { expires: 60 });
        expect(store.verify('GET', url)?.key).toBe(key);
        const index = '/store/'.length + (at % (url.length - '/store/'.length));
        const changed = `${url.slice(0, index)}${url[index] === 'A' ? 'B' : 'A'}${url.slice(index + 1)}`;
        expect(store.verify('GET', changed)).toBeNull();
      }),
    );
  });
});

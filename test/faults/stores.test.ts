/** One contract for every kind of object store, against real servers. */
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PutAddress } from '../../app/platform/storage/store.ts';
import { lacks } from '../support/machine.ts';
import { STORES, type StoreKind, type TestStore } from '../support/stores.ts';

const MIB = 1024 * 1024;
const KEY = 'projects/a/outputs/b/deep folder/ä & ?+%.bin';
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');
const md5 = (data: Buffer) => createHash('md5').update(data).digest('base64');

describe.skipIf(lacks('stores')).each(Object.keys(STORES) as StoreKind[])('the store of kind %s', (kind) => {
  let server: TestStore;
  beforeAll(async () => {
    server = await STORES[kind]();
  });
  afterAll(() => server?.stop());
  const send = ({ url, headers }: PutAddress, body: Buffer, more: Record<string, string> = {}) =>
    fetch(new URL(url, server.base), {
      method: 'PUT',
      headers: { ...headers, ...more },
      body: new Uint8Array(body),
    });
  const load = (url: string, headers: Record<string, string> = {}) =>
    fetch(new URL(url, server.base), { headers });

  test('keeps bytes, tells their size and gives them back whole and in ranges', async () => {
    const { store } = server;
    const data = randomBytes(300_000);
    expect(await store.put(KEY, data)).toEqual({ size: data.length, sha256: sha256(data) });
    expect(await store.head(KEY)).toMatchObject({ size: data.length, etag: expect.any(String) });
    expect(await buffer(await store.get(KEY))).toEqual(data);
    expect(await buffer(await store.get(KEY, { start: 10, end: 19 }))).toEqual(data.subarray(10, 20));
    expect(await buffer(await store.get(KEY, { start: 299_990 }))).toEqual(data.subarray(299_990));
    await store.put('empty', Readable.from([]));
    expect(await store.head('empty')).toMatchObject({ size: 0 });
  });

  test('takes a stream of unknown length that is longer than a part', async () => {
    const { store } = server;
    const data = randomBytes(18 * MIB);
    const chunks = Array.from({ length: 18 }, (_, i) => data.subarray(i * MIB, (i + 1) * MIB));
    expect(await store.put('long', Readable.from(chunks))).toEqual({
      size: data.length,
      sha256: sha256(data),
    });
    expect(sha256(await buffer(await store.get('long')))).toBe(sha256(data));
  });

  test('a source that breaks off leaves what was there', async () => {
    const { store } = server;
    await store.put('kept', Buffer.from('old'));
    const broken = async function* () {
      yield randomBytes(MIB);
      throw new Error('gone');
    };
    await expect(store.put('kept', Readable.from(broken()))).rejects.toThrow('gone');
    expect((await buffer(await store.get('kept'))).toString()).toBe('old');
  });

  test('what is not there is not_found or null; deleting it is no error', async () => {
    const { store } = server;
    expect(await store.head('never')).toBeNull();
    await expect(store.get('never')).rejects.toMatchObject({ code: 'not_found' });
    await store.put('once', Buffer.from('x'));
    await store.delete('once');
    await store.delete('once');
    expect(await store.head('once')).toBeNull();
    await expect(store.head('../out')).rejects.toMatchObject({ code: 'invalid' });
  });

  test('lists what begins so, page after page, without folders and what is being put together', async () => {
    const { store } = server;
    const keys = ['list/a.csv', 'list/ä b/c+d.csv', 'list/ab.csv', 'list/deep/er/e.csv'];
    for (const key of [...keys, 'lis', 'lost/a.csv']) await store.put(key, Buffer.from('x'));
    const { upload } = await store.parts.begin('list/later', 5 * MIB);
    const list = async (prefix: string) => (await Array.fromAsync(store.list(prefix))).flat().sort();
    expect(await list('list/')).toEqual([...keys].sort());
    expect(await list('list/a')).toEqual(['list/a.csv', 'list/ab.csv']);
    expect(await list('list/none/')).toEqual([]);
    expect(await list('')).not.toContainEqual(expect.stringMatching(/^\.incoming|later/));
    await store.parts.abort('list/later', upload);
    const many = Array.from({ length: 1_005 }, (_, i) => `many/${i}`);
    for (let at = 0; at < many.length; at += 67)
      await Promise.all(many.slice(at, at + 67).map((key) => store.put(key, Buffer.from('x'))));
    expect(await list('many/')).toEqual(many.sort());
  });

  test('signed addresses work without credentials, with ranges, a file name and an end', async () => {
    const { store } = server;
    const data = Buffer.from('hello world');
    const put = await store.presignPut('signed/ü x.txt', { expires: 60, size: data.length });
    expect((await send(put, data, { 'content-md5': md5(data) })).status).toBeLessThan(300);
    expect(await store.head('signed/ü x.txt')).toMatchObject({ size: data.length });
    const url = await store.presignGet('signed/ü x.txt', { expires: 60, filename: 'ü "x".txt' });
    const whole = await load(url);
    expect(await whole.text()).toBe('hello world');
    if (kind !== 'gcs') expect(whole.headers.get('content-disposition')).toContain('attachment');
    const etag = whole.headers.get('etag') ?? '';
    const part = await load(url, { range: 'bytes=6-', 'if-range': etag });
    expect([part.status, await part.text()]).toEqual([206, 'world']);
  });

  // fake-gcs-server looks at neither signatures nor sizes: a test of their own holds them to Google's rules.
  const checksSignatures = kind !== 'gcs';
  if (checksSignatures)
    test('a changed, foreign or expired address is refused', async () => {
      const { store } = server;
      await store.put('mine', Buffer.from('mine'));
      await store.put('other', Buffer.from('other'));
      const get = await store.presignGet('mine', { expires: 60 });
      const { url: put } = await store.presignPut('mine', { expires: 60, size: 4 });
      expect((await load(get.replace('mine', 'other'))).status).toBe(403);
      expect(
        (await send({ url: get, headers: { 'x-ms-blob-type': 'BlockBlob' } }, Buffer.from('evil'))).status,
      ).toBe(403);
      expect((await load(put)).status).toBe(403);
      expect((await buffer(await store.get('mine'))).toString()).toBe('mine');
      const short = await store.presignGet('mine', { expires: 1 });
      await expect.poll(async () => (await load(short)).status, { timeout: 5_000 }).toBe(403);
    });

  if (checksSignatures)
    test('damaged bytes are refused, and another size where the store can', async () => {
      const { store } = server;
      const put = () => store.presignPut('damaged', { expires: 60, size: 4 });
      const wrong = { 'content-md5': md5(Buffer.from('else')) };
      expect((await send(await put(), Buffer.from('four'), wrong)).status).toBeGreaterThanOrEqual(400);
      if (kind !== 'azure')
        expect((await send(await put(), Buffer.from('too long'))).status).toBeGreaterThanOrEqual(400);
      expect(await store.head('damaged')).toBeNull();
    });

  test('parts arrive in any order, some twice, and become one object', async () => {
    const { parts, head, get } = server.store;
    const size = Math.max(parts.limits.smallest, 5 * MIB);
    const data = randomBytes(2 * size + 1234);
    const { upload, tellsMd5s } = await parts.begin('parts/ä.bin', size);
    expect(tellsMd5s).toBe(kind === 's3');
    const cut = (number: number) => data.subarray((number - 1) * size, number * size);
    for (const number of [3, 1, 1, 2]) {
      const bytes = cut(number);
      const address = await parts.presign(
        'parts/ä.bin',
        upload,
        { number, size: bytes.length },
        { expires: 60 },
      );
      expect((await send(address, bytes, { 'content-md5': md5(bytes) })).status).toBeLessThan(300);
    }
    expect(await head('parts/ä.bin')).toBeNull();
    const listed = await parts.list('parts/ä.bin', upload);
    expect(listed).toMatchObject([
      { number: 1, size },
      { number: 2, size },
      { number: 3, size: 1234 },
    ]);
    if (tellsMd5s) {
      const etags = [1, 2, 3].map((number) => Buffer.from(md5(cut(number)), 'base64').toString('hex'));
      expect(listed.map(({ etag }) => etag)).toEqual(etags);
      const others = etags.with(1, etags[0] as string);
      await expect(parts.complete('parts/ä.bin', upload, 3, others)).rejects.toMatchObject({
        code: 'conflict',
      });
      await parts.complete('parts/ä.bin', upload, 3, etags);
    } else await parts.complete('parts/ä.bin', upload, 3);
    expect(await head('parts/ä.bin')).toMatchObject({ size: data.length });
    expect(sha256(await buffer(await get('parts/ä.bin')))).toBe(sha256(data));
    await expect(parts.list('parts/ä.bin', upload)).rejects.toMatchObject({ code: 'not_found' });
    await parts.abort('parts/ä.bin', upload);
    expect(await head('parts/ä.bin')).toMatchObject({ size: data.length });
  });

  test('an upload begun has no parts; an aborted one leaves nothing', async () => {
    const { parts, head } = server.store;
    const { upload } = await parts.begin('given-up', 5 * MIB);
    expect(await parts.list('given-up', upload)).toEqual([]);
    const bytes = randomBytes(5 * MIB);
    const address = await parts.presign(
      'given-up',
      upload,
      { number: 1, size: bytes.length },
      { expires: 60 },
    );
    expect((await send(address, bytes)).status).toBeLessThan(300);
    await parts.abort('given-up', upload);
    await parts.abort('given-up', upload);
    expect(await head('given-up')).toBeNull();
    await expect(parts.list('given-up', upload)).rejects.toMatchObject({ code: 'not_found' });
  });
});

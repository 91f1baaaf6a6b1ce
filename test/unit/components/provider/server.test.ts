/** The provider's server over real gRPC, with a kind of its own: it knows nothing of what kinds are. */
import { createRequire } from 'node:module';
import * as grpc from '@grpc/grpc-js';
import type providerPb from '@pulumi/pulumi/proto/provider_pb.js';
import type structPb from 'google-protobuf/google/protobuf/struct_pb.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { UNKNOWN } from '../../../../components/provider/diff.ts';
import type { Kind } from '../../../../components/provider/kind.ts';
import { serveProvider } from '../../../../components/provider/server.ts';
import type { RunningServer } from '../../../../components/provider/wire.ts';

const require = createRequire(import.meta.url);
const pb = require('@pulumi/pulumi/proto/provider_pb.js') as typeof providerPb;
const { Struct } = require('google-protobuf/google/protobuf/struct_pb.js') as typeof structPb;
const { Empty } = require('google-protobuf/google/protobuf/empty_pb.js');
const { ResourceProviderClient } = require('@pulumi/pulumi/proto/provider_grpc_pb.js');

type Box = { name: string; size: number; labels?: string[] };
/** What exists in the cloud of this test. */
const boxes = new Map<string, Box>();
const box: Kind<Box, { serial: string }> = {
  inputs: z.strictObject({
    name: z.string(),
    size: z.int().max(10, 'at most 10'),
    labels: z.array(z.string()).optional(),
  }),
  outputs: ['serial'],
  replaceOn: ['name'],
  updates: [],
  diff: (olds) => (olds.serial === 'old' ? { changed: ['serial'] } : {}),
  async create(wanted) {
    if (wanted.size === 7) throw new Error('no room for a 7');
    boxes.set(wanted.name, wanted);
    return { id: wanted.name, outputs: { serial: '1' } };
  },
  async read(id, state) {
    const found = boxes.get(id);
    if (found === undefined) return null;
    return found.size === state.size ? {} : { inputs: { size: found.size } };
  },
  async update(id, _olds, wanted) {
    boxes.set(id, wanted);
    return { serial: '2' };
  },
  async delete(id) {
    boxes.delete(id);
  },
};

const URN = 'urn:pulumi:s::p::test:index:Component$test:index:Box::b';
let provider: RunningServer;
let looking: RunningServer;
beforeAll(async () => {
  provider = await serveProvider({ kinds: { 'test:index:Box': box }, version: '1.2.3' });
  looking = await serveProvider({ kinds: { 'test:index:Box': box }, version: '1.2.3', looks: true });
});
afterAll(() => {
  provider.close();
  looking.close();
});

type Reply = Record<string, (...args: never[]) => unknown> & { toObject(): Record<string, unknown> };
function call(method: string, request: unknown, at = provider): Promise<Reply> {
  const client = new ResourceProviderClient(`127.0.0.1:${at.port}`, grpc.credentials.createInsecure());
  return new Promise((resolve, reject) =>
    client[method](request, (error: Error | null, reply: Reply) => (error ? reject(error) : resolve(reply))),
  );
}
const struct = (value: object) => Struct.fromJavaScript(value as never);
const properties = (reply: Reply, name: 'getProperties' | 'getInputs' = 'getProperties') =>
  (reply as unknown as Record<string, () => structPb.Struct>)[name]!().toJavaScript();
type Diff = { olds: object; oldInputs: object; news: object; ignore?: string[] };
async function diff({ olds, oldInputs, news, ignore = [] }: Diff, at = provider) {
  const request = new pb.DiffRequest();
  request.setId('b');
  request.setUrn(URN);
  request.setOlds(struct(olds));
  request.setOldInputs(struct(oldInputs));
  request.setNews(struct(news));
  request.setIgnorechangesList(ignore);
  const { changes, diffsList, replacesList } = (await call('diff', request, at)).toObject();
  return { changes, diffsList, replacesList };
}
async function create(inputs: object, preview = false) {
  const request = new pb.CreateRequest();
  request.setUrn(URN);
  request.setProperties(struct(inputs));
  request.setPreview(preview);
  return call('create', request);
}

test('wrong inputs are refused by name before anything is done; unknown ones are let through', async () => {
  const request = new pb.CheckRequest();
  request.setUrn(URN);
  request.setNews(struct({ name: 'b', size: 11, colour: 'red' }));
  const { failuresList } = (await call('check', request)).toObject();
  expect(failuresList).toEqual([
    { property: 'size', reason: 'at most 10' },
    { property: '', reason: expect.stringContaining('colour') },
  ]);
  request.setNews(struct({ name: 'b', size: UNKNOWN }));
  expect((await call('check', request)).toObject().failuresList).toEqual([]);
});

test('a preview makes nothing and says what it cannot know', async () => {
  expect(properties(await create({ name: 'p', size: 1 }, true))).toEqual({
    name: 'p',
    size: 1,
    serial: UNKNOWN,
  });
  expect(boxes.has('p')).toBe(false);
  const request = new pb.UpdateRequest();
  request.setUrn(URN);
  request.setOlds(struct({ name: 'p', size: 1, serial: '1' }));
  request.setNews(struct({ name: 'p', size: 2 }));
  request.setPreview(true);
  expect(properties(await call('update', request))).toEqual({ name: 'p', size: 2, serial: '1' });
});

test('create, update, read, delete; gone is told by an empty id', async () => {
  const made = await create({ name: 'b', size: 1 });
  expect(made.toObject().id).toBe('b');
  expect(properties(made)).toEqual({ name: 'b', size: 1, serial: '1' });

  const read = new pb.ReadRequest();
  read.setId('b');
  read.setUrn(URN);
  read.setInputs(struct({ name: 'b', size: 1 }));
  read.setProperties(struct({ name: 'b', size: 1, serial: '1' }));
  expect((await call('read', read)).toObject().id).toBe('b');
  boxes.set('b', { name: 'b', size: 9 });
  const drifted = await call('read', read);
  expect(properties(drifted, 'getInputs')).toEqual({ name: 'b', size: 9 });

  const request = new pb.DeleteRequest();
  request.setId('b');
  request.setUrn(URN);
  await call('delete', request);
  expect((await call('read', read)).toObject().id).toBe('');
});

test('differences: by value, replaced where it cannot be changed, unknown counts, ignored does not', async () => {
  const olds = { name: 'b', size: 1, labels: ['a'], serial: '1' };
  const oldInputs = { name: 'b', size: 1, labels: ['a'] };
  const same = { changes: 1, diffsList: [], replacesList: [] };
  expect(await diff({ olds, oldInputs, news: { name: 'b', size: 1, labels: ['a'] } })).toEqual(same);
  expect(await diff({ olds, oldInputs, news: { name: 'c', size: 1, labels: ['a'] } })).toEqual({
    changes: 2,
    diffsList: ['name'],
    replacesList: ['name'],
  });
  expect(await diff({ olds, oldInputs, news: { name: 'b', size: UNKNOWN } })).toMatchObject({
    diffsList: ['labels', 'size'],
    replacesList: [],
  });
  expect(
    await diff({ olds, oldInputs, news: { name: 'c', size: 1, labels: ['a'] }, ignore: ['name'] }),
  ).toEqual(same);
  const old = { ...olds, serial: 'old' };
  expect(await diff({ olds: old, oldInputs, news: oldInputs })).toMatchObject({ diffsList: ['serial'] });
});

test('a provider that looks tells what is gone or changed without a refresh', async () => {
  const inputs = { name: 'b', size: 1 };
  const about = { olds: { ...inputs, serial: '1' }, oldInputs: inputs, news: inputs };
  boxes.delete('b');
  expect(await diff(about)).toMatchObject({ diffsList: [] });
  expect(await diff(about, looking)).toMatchObject({ diffsList: ['(gone)'], replacesList: [] });
  boxes.set('b', { name: 'b', size: 2 });
  expect(await diff(about, looking)).toMatchObject({ diffsList: ['size'] });
  boxes.set('b', { name: 'b', size: 1 });
  expect(await diff(about, looking)).toMatchObject({ diffsList: [] });
});

test('an error is its message alone; a kind that is not there is named', async () => {
  await expect(create({ name: 'b', size: 7 })).rejects.toThrow(/^2 UNKNOWN: no room for a 7$/);
  const request = new pb.CreateRequest();
  request.setUrn('urn:pulumi:s::p::test:index:Crate::b');
  await expect(call('create', request)).rejects.toThrow(/no kind test:index:Crate; known: test:index:Box/);
});

test('it tells its version, and lives on after a Cancel, which ends every command', async () => {
  await call('cancel', new Empty());
  expect((await call('getPluginInfo', new Empty())).toObject().version).toBe('1.2.3');
  await call('handshake', new pb.ProviderHandshakeRequest());
});

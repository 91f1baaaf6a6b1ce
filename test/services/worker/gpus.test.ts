/** GPUs on their way to a container. No GPU is here: what a real Engine is told is looked at, and what it answers without one. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DockerExecutor } from '../../../app/worker/executors/docker.ts';
import { findGpus } from '../../../app/worker/gpus.ts';
import { Room } from '../../../app/worker/room.ts';
import { dockerSocket, PYTHON_IMAGE } from '../../support/docker.ts';
import { type RecordingEngine, recordingEngine } from '../../support/recording-engine.ts';

let folder: string;
let engine: RecordingEngine;
let executor: DockerExecutor;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove-gpus-'));
  const socket = join(folder, 'engine.sock');
  engine = await recordingEngine(socket, dockerSocket);
  executor = new DockerExecutor({ socket, owner: folder, slots: 1 });
});
afterAll(async () => {
  await executor?.cleanUp();
  await engine?.close();
  await rm(folder, { recursive: true, force: true });
});

const nothing = { cpus: null, memory: null };
async function prepare(room: Room, devices: Record<string, number> | null) {
  const executionId = randomUUID();
  room.take({ execution_id: executionId, limits: nothing, requests: nothing, devices });
  const of = (name: string) => join(folder, executionId, name);
  const folders = { config: of('c'), inputs: of('i'), outputs: of('o'), repository: of('r') };
  for (const path of Object.values(folders)) await mkdir(path, { recursive: true });
  const job = { executionId, attempt: 1, image: PYTHON_IMAGE, command: 'true', environment: {}, folders };
  const options = { signal: new AbortController().signal, status: () => {} };
  const more = { scratch: of('s'), limits: { ...nothing, disk: null }, allotted: room.of(executionId) };
  return executor.prepare({ ...job, ...more }, options);
}

test('each job is given GPUs of its own, by id; the Engine takes it, and without its toolkit says so as our own fault', async () => {
  const room = new Room(1, ['GPU-a', 'GPU-b', 'GPU-c']);
  const first = await prepare(room, { 'nvidia.com/gpu': 2 });
  const second = await prepare(room, { 'nvidia.com/gpu': 1 });
  const without = await prepare(room, {});
  const requests = (ids: string[]) => [{ Driver: 'nvidia', DeviceIDs: ids, Capabilities: [['gpu']] }];
  const [one, two, none] = engine.created();
  expect(one?.HostConfig.DeviceRequests).toEqual(requests(['GPU-a', 'GPU-b']));
  expect(two?.HostConfig.DeviceRequests).toEqual(requests(['GPU-c']));
  expect(none?.HostConfig.DeviceRequests).toBeUndefined();
  expect(none?.Env).toContain('NVIDIA_VISIBLE_DEVICES=void');
  expect(one?.Env.join()).not.toContain('NVIDIA_VISIBLE_DEVICES');

  const refused = await first.start(() => undefined).catch((error) => error);
  expect(refused).toMatchObject({ fault: 'platform', message: expect.stringContaining('device driver') });
  const running = await without.start(() => undefined);
  expect(await running.ended).toMatchObject({ code: 0 });
  await Promise.all([running.remove(), second.discard()]);
});

test('a machine without a driver has none, quietly; one whose driver does not answer says so', async () => {
  const said: string[] = [];
  expect(await findGpus((message) => said.push(message), 'no-such-program')).toEqual([]);
  expect(said).toEqual([]);
  expect(await findGpus((message) => said.push(message), 'false')).toEqual([]);
  expect(said).toHaveLength(1);
});

import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forWorker } from '../../../../app/core/executions/runtime-config.ts';
import { containerOptions } from '../../../../app/worker/executors/docker.ts';
import type { Job } from '../../../../app/worker/executors/executor.ts';
import { jobManifest, type KubernetesOptions } from '../../../../app/worker/executors/job-manifest.ts';
import { exitOf } from '../../../../app/worker/executors/kubernetes.ts';
import { outcomeOf } from '../../../../app/worker/outcome.ts';

const GIB = 2 ** 30;
const folders = { config: '/v/c', inputs: '/v/i', outputs: '/v/o', repository: '/v/r' };
const job = (limits: Partial<Job['limits']> = {}, environment = {}): Job => ({
  executionId: 'e',
  attempt: 1,
  image: 'alpine:3',
  command: 'true',
  environment,
  folders,
  scratch: '/v/s',
  limits: { cpus: null, memory: null, disk: null, ...limits },
});

test('limits are read of what the client sends, in mebibytes and cores', () => {
  const config = (limits: object) => ({
    kubernetes: { containers: { workload: { resources: { limits } } } },
  });
  const none = { cpus: null, memory: null, disk: null };
  const asked = { cpu: 1.5, memory: 512, disk: 2048 };
  expect(forWorker(config(asked)).limits).toEqual({ cpus: 1.5, memory: 512 * 2 ** 20, disk: 2 * GIB });
  expect(forWorker({}).limits).toEqual(none);
  expect(forWorker(config({ cpu: 'many' })).limits).toEqual(none);
});

describe('a container', () => {
  const host = (given: Job) => containerOptions(given, { owner: 'w', slots: 2 }, 16 * GIB).HostConfig ?? {};
  const room = host(job()).Memory as number;
  test('has what its machine gives, and less where it asks for less', () => {
    expect(host(job())).not.toHaveProperty('NanoCpus');
    expect(host(job({ cpus: 0.5, memory: GIB }))).toMatchObject({ Memory: GIB, NanoCpus: 5e8 });
    expect(host(job({ cpus: 4096 })).NanoCpus).toBe(availableParallelism() * 1e9);
    expect(host(job({ cpus: 1 }, { VH_CPU_LIMIT: '0.25' })).NanoCpus).toBe(2.5e8);
  });
  test('never has more memory than its share, nor less than the Engine takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 * GIB }), (memory) => {
        const given = host(job({ memory })).Memory as number;
        expect(given <= room && given >= 6 * 2 ** 20).toBe(true);
        expect(given).toBe(Math.min(room, Math.max(memory, 6 * 2 ** 20)));
      }),
    );
  });
});

test('a pod keeps within its worker’s room', () => {
  const pod = { namespace: 'n', labels: {}, tolerations: [], mounts: [], cpus: 2, memoryGb: 4, gpus: 0 };
  const options = { pod, name: 'w', node: 'n', volume: '/v' } as unknown as KubernetesOptions;
  const limits = (given: Job) =>
    jobManifest(given, options).spec.template.spec.containers[0].resources.limits;
  expect(limits(job())).toEqual({ cpu: '2', memory: '4096Mi' });
  expect(limits(job({ cpus: 0.5, memory: GIB }))).toEqual({ cpu: '0.5', memory: '1024Mi' });
  expect(limits(job({ cpus: 0.001, memory: 1 }))).toEqual({ cpu: '0.01', memory: '16Mi' });
  expect(limits(job({ cpus: 64, memory: 64 * GIB }))).toEqual({ cpu: '2', memory: '4096Mi' });
});

test('a job in a cluster is told the address of its own pod, once', () => {
  const pod = { namespace: 'n', labels: {}, tolerations: [], mounts: [], cpus: 2, memoryGb: 4, gpus: 0 };
  const options = { pod, name: 'w', node: 'n', volume: '/v' } as unknown as KubernetesOptions;
  const { env } = jobManifest(job({}, { VH_LOCAL_IP: '10.0.0.1', OWN: 'x' }), options).spec.template.spec
    .containers[0];
  const named = (wanted: string) => env.filter(({ name }: { name: string }) => name === wanted);
  expect(named('VH_LOCAL_IP')).toEqual([
    { name: 'VH_LOCAL_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
  ]);
  expect(named('OWN')).toEqual([{ name: 'OWN', value: 'x' }]);
});

describe('devices of a job in a cluster', () => {
  const resources = (devices: Record<string, number> | null, gpus: number) => {
    const pod = { namespace: 'n', labels: {}, tolerations: [], mounts: [], cpus: 2, memoryGb: 4, gpus };
    const settings = { ...pod, serviceAccount: 'job', user: 1000 };
    const made = jobManifest({ ...job(), devices }, { pod: settings, name: 'w', node: 'n', volume: '/v' });
    const { limits, requests } = made.spec.template.spec.containers[0].resources;
    return [limits, requests].map((one) => one['nvidia.com/gpu']);
  };
  test('are as many as it asks for, all where it says nothing, and none where it says so', () => {
    expect(resources(null, 4)).toEqual(['4', '4']);
    expect(resources({ 'nvidia.com/gpu': 2 }, 4)).toEqual(['2', '2']);
    expect(resources({}, 4)).toEqual([undefined, undefined]);
    expect(resources(null, 0)).toEqual([undefined, undefined]);
  });
  test('that the environment does not have are refused in words', () => {
    expect(() => resources({ 'nvidia.com/gpu': 8 }, 4)).toThrow(
      'It asks for 8 nvidia.com/gpu; a job of this environment has 4 nvidia.com/gpu',
    );
    expect(() => resources({ 'amd.com/gpu': 1 }, 0)).toThrow(/asks for 1 amd.com\/gpu; .* has none/);
  });
});

test('a pod that is evicted for its own writing is told from one that stood in the way on a full node', () => {
  const evicted = (message: string) =>
    outcomeOf(exitOf({ status: { phase: 'Failed', reason: 'Evicted', message } }), null);
  const own = 'Container job exceeded its local ephemeral storage limit "10485760". ';
  expect(evicted(own)).toMatchObject({ status: 'error', reason: `Ended by its system: ${own}` });
  // A node that is short names, too, who exceeds its request.
  const node =
    'The node was low on resource: ephemeral-storage. Container job was using 9Gi, which exceeds its request of 0.';
  expect(evicted(node)).toMatchObject({ status: 'crashed', reason: `The run was lost: ${node}` });
  const state = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
  expect(exitOf({ status: { phase: 'Failed', containerStatuses: [{ state }] } })).toEqual({
    code: 137,
    outOfMemory: true,
  });
  expect(exitOf({ status: { phase: 'Running' } })).toBeNull();
});

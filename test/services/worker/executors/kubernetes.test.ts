/** Jobs as Jobs of a cluster: a real API server, and the test's Docker Engine in place of a node. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  jobManifest,
  KubernetesExecutor,
  type KubernetesOptions,
} from '../../../../app/worker/executors/kubernetes.ts';
import { type ControlPlane, startControlPlane } from '../../../support/control-plane.ts';
import { executorContract } from '../../../support/executor-contract.ts';
import { type Kubelet, startKubelet } from '../../../support/kubelet.ts';
import { lacks } from '../../../support/machine.ts';

const missing = lacks('cluster') ?? lacks('image');
const NAMESPACE = 'jobs';
let plane: ControlPlane;
let kubelet: Kubelet;
let folder = '';

const options = (volume: string): KubernetesOptions => ({
  pod: {
    namespace: NAMESPACE,
    cpus: 2,
    memoryGb: 1,
    gpus: 0,
    serviceAccount: 'job',
    user: process.getuid?.() === 0 ? 10_001 : (process.getuid?.() ?? 10_001),
    labels: { 'app.kubernetes.io/component': 'job' },
    tolerations: [],
    mounts: [],
  },
  name: 'worker-small-abcde',
  node: 'node-1',
  volume,
});

beforeAll(async () => {
  if (missing) return;
  plane = await startControlPlane();
  const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const post = (path: string, body: object) => plane.cluster.ask(path, { method: 'POST', body });
  await post('/api/v1/namespaces', { metadata: { name: NAMESPACE, labels: restricted } });
  await post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name: 'job' } });
  kubelet = startKubelet(plane.cluster, NAMESPACE, () => folder);
}, 120_000);
afterAll(async () => {
  await kubelet?.stop();
  await plane?.close();
});

describe.skipIf(missing)('Kubernetes', () => {
  const bench = executorContract((at) => {
    folder = at;
    return new KubernetesExecutor(options(at), plane.address);
  });

  test('an image that cannot be had is the job’s own failure, in the cluster’s words', async () => {
    await expect(bench.run('true', { image: 'nowhere.example.org/nothing' })).rejects.toMatchObject({
      fault: 'job',
      message: expect.stringContaining('no such image'),
    });
  });

  test('a job takes no more than its environment has, and reaches nothing of its worker’s', async () => {
    const job = await bench.job('true');
    const { spec } = jobManifest(job, options(bench.folder)).spec.template;
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      nodeSelector: { 'kubernetes.io/hostname': 'node-1' },
    });
    const [container] = spec.containers;
    expect(container.resources.limits).toEqual({ cpu: '2', memory: '1024Mi' });
    for (const { subPath } of container.volumeMounts.filter(
      (mount: { name: string }) => mount.name === 'folder',
    ))
      expect(subPath).toMatch(/^jobs\/[0-9a-f-]{36}-1\/\w+$/);
    await chmod(join(bench.folder, 'jobs'), 0o700);
  });

  test('a job finds the volumes that its environment shares', async () => {
    const { pod, ...others } = options(bench.folder);
    const mounts = [{ claim: 'datasets', path: '/mnt/datasets', readOnly: true }];
    const { spec } = jobManifest(await bench.job('true'), { ...others, pod: { ...pod, mounts } }).spec
      .template;
    const { name } = spec.volumes.find(
      (one: { persistentVolumeClaim?: { claimName: string } }) =>
        one.persistentVolumeClaim?.claimName === 'datasets',
    );
    expect(spec.containers[0].volumeMounts).toContainEqual({
      name,
      mountPath: '/mnt/datasets',
      readOnly: true,
    });
    await chmod(join(bench.folder, 'jobs'), 0o700);
  });
});

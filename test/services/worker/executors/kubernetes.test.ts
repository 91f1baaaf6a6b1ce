/** Jobs as Jobs of a cluster: a real API server, and the test's Docker Engine in place of a node. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cluster, type ClusterAddress, type ClusterObject } from '../../../../app/platform/cluster.ts';
import { jobManifest, type KubernetesOptions } from '../../../../app/worker/executors/job-manifest.ts';
import { KubernetesExecutor } from '../../../../app/worker/executors/kubernetes.ts';
import { workerRules } from '../../../../components/kubernetes/rights.ts';
import { type ControlPlane, startControlPlane } from '../../../support/control-plane.ts';
import { docker, PYTHON_IMAGE } from '../../../support/docker.ts';
import { executorContract } from '../../../support/executor-contract.ts';
import { type Kubelet, startKubelet } from '../../../support/kubelet.ts';
import { lacks } from '../../../support/machine.ts';
import { PASSWORD, startRegistry, USERNAME } from '../../../support/registry-server.ts';

const missing = lacks('cluster') ?? lacks('image');
const NAMESPACE = 'jobs';
let plane: ControlPlane;
let kubelet: Kubelet;
let folder = '';
let worker: ClusterAddress;

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

type Post = (path: string, body: object) => Promise<ClusterObject>;
/** The login of a service account that may do what an installation lets its workers do, and nothing else. */
async function withRightsOfAWorker(post: Post): Promise<ClusterAddress> {
  const metadata = { name: 'worker' };
  const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;
  const accounts = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`;
  await post(accounts, { metadata });
  await post(`${roles}/roles`, { metadata, rules: workerRules });
  await post(`${roles}/rolebindings`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'worker' },
    subjects: [{ kind: 'ServiceAccount', name: 'worker', namespace: NAMESPACE }],
  });
  const { status } = await post(`${accounts}/worker/token`, { spec: {} });
  return { ...plane.address, token: async () => status.token };
}

beforeAll(async () => {
  if (missing) return;
  plane = await startControlPlane();
  const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const post = (path: string, body: object) => plane.cluster.ask(path, { method: 'POST', body });
  await post('/api/v1/namespaces', { metadata: { name: NAMESPACE, labels: restricted } });
  await post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name: 'job' } });
  worker = await withRightsOfAWorker(post);
  kubelet = startKubelet(plane.cluster, NAMESPACE, () => folder);
}, 120_000);
afterAll(async () => {
  await kubelet?.stop();
  await plane?.close();
});

describe.skipIf(missing)('Kubernetes', () => {
  const bench = executorContract((at) => {
    folder = at;
    return new KubernetesExecutor(options(at), worker);
  });

  test('an image that cannot be had is the job’s own failure, in the cluster’s words', async () => {
    await expect(bench.run('true', { image: 'nowhere.example.org/nothing' })).rejects.toMatchObject({
      fault: 'job',
      message: expect.stringContaining('no such image'),
    });
  });

  test('an image on its way: since when and how often the cluster tries, and that it tells no more', async () => {
    const stop = new AbortController();
    const told: [string, object][] = [];
    const job = await bench.job('true', { image: 'registry.example.org/never-comes:1' });
    const prepared = new KubernetesExecutor(options(bench.folder), worker).prepare(job, {
      signal: stop.signal,
      status: () => {},
      progress: (...said) => told.push(said),
    });
    prepared.catch(() => {});
    await expect
      .poll(() => told.at(-1), { timeout: 15_000 })
      .toEqual([
        expect.stringMatching(
          /^Pulling image registry.example.org\/never-comes:1, for \d+ s; the cluster does not tell how far it is$/,
        ),
        { seconds: expect.any(Number), tries: 1 },
      ]);
    stop.abort(new Error('seen'));
    await expect(prepared).rejects.toThrow('seen');
  }, 30_000);

  test.skipIf(lacks('docker-registry'))(
    'a private image is pulled with the login of its claim, which goes with its Job and is seen nowhere else',
    async () => {
      const registry = await startRegistry();
      const image = `${registry.host}/private/python:1`;
      const login = { host: registry.host, username: USERNAME, password: PASSWORD };
      const secrets = `/api/v1/namespaces/${NAMESPACE}/secrets`;
      try {
        await pushPrivate(image, registry.host);
        const { running, ran } = await bench.start('echo from a private image; sleep 1', {
          image,
          registry: login,
        });
        const { items: jobs } = await plane.cluster.ask(`/apis/batch/v1/namespaces/${NAMESPACE}/jobs`);
        const { items: made } = await plane.cluster.ask(secrets);
        const [{ name, uid }] = jobs.map(({ metadata }: ClusterObject) => metadata);
        // Nobody collects garbage here: other Jobs' are left.
        const own = made.filter(({ metadata }: ClusterObject) => metadata.name === name);
        expect(own.map(({ metadata, type }: ClusterObject) => [type, metadata.ownerReferences])).toEqual([
          ['kubernetes.io/dockerconfigjson', [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }]],
        ]);
        const { items: pods } = await plane.cluster.ask(`/api/v1/namespaces/${NAMESPACE}/pods`);
        const auth = Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64');
        const { stdout, status } = await ran;
        expect(stdout).toBe('from a private image\n');
        const seen = JSON.stringify([jobs, pods, status, stdout]);
        for (const secret of [PASSWORD, auth]) expect(seen).not.toContain(secret);
        await running.remove();

        // Its own right ends with the making.
        const narrow = new Cluster(worker);
        await expect(narrow.ask(secrets)).rejects.toMatchObject({ status: 403 });
        await expect(narrow.ask(`${secrets}/${name}`)).rejects.toMatchObject({ status: 403 });
        await narrow.close();
      } finally {
        await docker('rmi', '--force', image).catch(() => {});
        await registry.stop();
      }
    },
  );

  test('who looks at Jobs and pods sees no secret of a job, which finds them all the same', async () => {
    const secrets = ['only-for-tests', 'line one\nline two'];
    const environment = {
      WAREHOUSE: `postgres://me:${secrets[0]}@warehouse`,
      'MY-KEY': secrets[0] ?? '',
      'my.file key': secrets[1] ?? '',
      PLAIN: 'to be seen',
    };
    // As the container gets them: shells drop names that they cannot set.
    const show = 'base64 -w0 /proc/1/environ; sleep 1';
    const { running, ran } = await bench.start(show, { environment, secrets });
    const [jobs, pods, made] = await Promise.all(
      [`/apis/batch/v1/namespaces/${NAMESPACE}/jobs`, 'pods', 'secrets'].map(async (path) => {
        const at = path.startsWith('/') ? path : `/api/v1/namespaces/${NAMESPACE}/${path}`;
        return (await plane.cluster.ask(at)).items as ClusterObject[];
      }),
    );
    const { stdout, status } = await ran;
    const found = Buffer.from(stdout, 'base64').toString().split('\0');
    for (const [variable, value] of Object.entries(environment))
      expect(found).toContain(`${variable}=${value}`);
    const seen = JSON.stringify([jobs, pods, status]);
    expect(seen).toContain('to be seen');
    for (const secret of [...secrets, 'line two', Buffer.from(secrets[0] ?? '').toString('base64')])
      expect(seen).not.toContain(secret);
    const [{ name, uid }] = (jobs ?? []).map(({ metadata }) => metadata);
    const owned = made?.filter(({ metadata }) => metadata.name === name);
    // What the cluster collects with the Job.
    expect(
      owned?.map(({ type, immutable, metadata }) => [type, immutable, metadata.ownerReferences]),
    ).toEqual([['Opaque', true, [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }]]]);
    await running.remove();
  });

  test('more secrets than a cluster takes are the job’s own failure, and leave no Job behind', async () => {
    const value = `only-for-tests ${'x'.repeat(63 * 1024)}`;
    const environment = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`S${index}`, value]));
    const failure = await bench.run('true', { environment, secrets: [value] }).catch((error) => error);
    expect(failure).toMatchObject({ fault: 'job', message: expect.stringMatching(/1 MiB of secrets/) });
    expect(failure.message).not.toContain('only-for-tests');
  });

  test('a cluster that does not take the login leaves no Job behind, and the message does not tell it', async () => {
    const registry = { host: 'registry.example.org', username: 'ann', password: 'only-for-tests' };
    const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}/roles/worker`;
    const rules = (of: object[]) => plane.cluster.ask(roles, { method: 'PATCH', body: { rules: of } });
    await rules(workerRules.filter(({ resources }) => !resources.includes('secrets')));
    const failure = await bench.run('true', { registry }).catch((error) => error);
    await rules(workerRules);
    expect(failure).toMatchObject({
      fault: 'platform',
      message: expect.stringMatching(/handed over.*cove up/),
    });
    expect(failure.message).not.toContain(registry.password);
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

/** And leaves the engine without it. */
async function pushPrivate(image: string, host: string): Promise<void> {
  const config = await mkdtemp(join(tmpdir(), 'cove-docker-'));
  const as = ['--config', config];
  await docker(...as, 'login', '--username', USERNAME, '--password', PASSWORD, host);
  await docker('tag', PYTHON_IMAGE, image);
  await docker(...as, 'push', '--quiet', image);
  await docker('rmi', image);
  await rm(config, { recursive: true });
}

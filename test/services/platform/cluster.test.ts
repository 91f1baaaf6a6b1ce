/** What speaks with a cluster, against a real API server: the secret store, an environment's machines, the operator's look. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administratorOf } from '../../../app/cli/clouds/kubernetes/administrator.ts';
import { preflight } from '../../../app/cli/clouds/kubernetes/preflight.ts';
import type { ClusterObject } from '../../../app/platform/cluster.ts';
import { verifyKubernetes } from '../../../app/platform/machine-proofs/kubernetes.ts';
import { kubernetesGroupOf, kubernetesMachines } from '../../../app/platform/machines/kubernetes.ts';
import type { Machines } from '../../../app/platform/machines/machines.ts';
import { kubernetesSecrets } from '../../../app/platform/secret-stores/kubernetes.ts';
import { loadConfig } from '../../../config/load.ts';
import type { KubernetesConfig } from '../../../config/schema.ts';
import { type ControlPlane, startControlPlane } from '../../support/control-plane.ts';
import { lacks } from '../../support/machine.ts';

const missing = lacks('cluster');
const NAMESPACE = 'cove-prod';
const JOBS = 'cove-prod-jobs';
const GROUP = 'worker-small';
let plane: ControlPlane;
let machines: Machines;

const post = (path: string, body: object) => plane.cluster.ask(path, { method: 'POST', body });
const config = {
  ...(loadConfig({ name: 'kubernetes' }).config as KubernetesConfig),
  given: { namespaces: { platform: NAMESPACE, jobs: JOBS } },
};
const template = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { generateName: `${GROUP}-`, labels: { 'cove/group': GROUP } },
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { labels: { 'cove/group': GROUP } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'worker', image: 'worker' }] },
    },
  },
};

beforeAll(async () => {
  if (missing) return;
  plane = await startControlPlane();
  for (const name of [NAMESPACE, JOBS]) {
    await post('/api/v1/namespaces', { metadata: { name } });
    await post(`/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
  }
  await post(`/api/v1/namespaces/${JOBS}/configmaps`, {
    metadata: { name: GROUP },
    data: { 'job.json': JSON.stringify(template) },
  });
  machines = await kubernetesMachines({ namespace: JOBS, group: GROUP, ceiling: 3 }, plane.address);
}, 120_000);
afterAll(async () => {
  machines?.close();
  await plane?.close();
});

test.skipIf(missing)('a secret is empty until it is written, and then what was written', async () => {
  const path = `/api/v1/namespaces/${NAMESPACE}/secrets`;
  await post(path, { metadata: { name: 'administrator' }, type: 'Opaque' });
  const store = await kubernetesSecrets({ namespace: NAMESPACE }, plane.address);
  expect(await store.read('administrator/value')).toBeNull();
  await store.write('administrator/value', '{"username":"admin","password":"a secret"}\n');
  expect(JSON.parse((await store.read('administrator/value')) ?? '')).toMatchObject({ username: 'admin' });
  await expect(store.read('nothing/value')).rejects.toThrow(
    /refuses nothing\/value \(404\).*run `cove up` again/,
  );
});

/** What the Job controller, the scheduler and the kubelet would do. */
async function started(job: ClusterObject, phase: 'Running' | 'Pending' = 'Running'): Promise<string> {
  const { name } = job.metadata;
  const pods = `/api/v1/namespaces/${JOBS}/pods`;
  const { metadata, spec } = job.spec.template;
  const labels = { ...metadata.labels, 'batch.kubernetes.io/job-name': name };
  const pod = await post(pods, { metadata: { name, labels }, spec });
  if (phase === 'Running') {
    const target = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
    await post(`${pods}/${name}/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target });
  }
  const unplaced = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: '0/1 nodes are available',
  };
  const status = { phase, ...(phase === 'Pending' && { conditions: [unplaced] }) };
  await plane.cluster.ask(`${pods}/${name}/status`, { method: 'PATCH', body: { status } });
  return pod.metadata.uid;
}
const jobs = async (): Promise<ClusterObject[]> =>
  (await plane.cluster.ask(`/apis/batch/v1/namespaces/${JOBS}/jobs`)).items;

test.skipIf(missing)(
  'machines are Jobs: grown to what is wanted and no further than the ceiling, ended by name',
  async () => {
    expect(await machines.look()).toEqual({ wanted: 0, largest: 3, machines: [], refusal: null });
    await machines.grow(2);
    await machines.grow(2);
    const [first, second] = await jobs();
    expect(await jobs()).toHaveLength(2);
    expect(await machines.look()).toMatchObject({ wanted: 2, machines: [] });

    const id = await started(first);
    await started(second, 'Pending');
    expect(await machines.look()).toMatchObject({
      wanted: 2,
      machines: [{ id, state: 'running', launchedAt: expect.any(Date) }],
      refusal: '0/1 nodes are available',
    });
    expect(await kubernetesGroupOf(JOBS, id, plane.address)).toBe(GROUP);
    expect(await kubernetesGroupOf(JOBS, 'another', plane.address)).toBeNull();
    expect(await machines.describe(id)).toMatchObject({ id });

    await machines.forgo();
    expect((await jobs()).map(({ metadata }) => metadata.name)).toEqual([first.metadata.name]);
    await machines.grow(9);
    expect(await jobs()).toHaveLength(3);
    await machines.end([id, 'gone already']);
    expect((await jobs()).map(({ metadata }) => metadata.name)).not.toContain(first.metadata.name);
    // No controller runs here that would end the pod with its Job: it is an orphan.
    expect((await machines.look()).machines).toMatchObject([{ id, state: 'running', stray: true }]);
    await machines.end([id]);
    expect((await machines.look()).machines).toMatchObject([{ id, state: 'ending' }]);
  },
);

test.skipIf(missing)(
  'a pod proves itself by the token that the cluster gave it, and is of its group',
  async () => {
    const audience = 'https://cove.example.org';
    const path = `/api/v1/namespaces/${JOBS}`;
    const labels = { 'cove/group': GROUP };
    const pod = await post(`${path}/pods`, {
      metadata: { name: 'prover', labels },
      spec: template.spec.template.spec,
    });
    const { name, uid } = pod.metadata;
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name, uid };
    const tokenOf = async (spec: object) =>
      (await post(`${path}/serviceaccounts/default/token`, { spec })).status.token as string;
    const token = await tokenOf({ audiences: [audience], boundObjectRef });
    const verify = (given: string, namespace = JOBS) =>
      verifyKubernetes(
        { kind: 'kubernetes', audience, namespace },
        { kind: 'kubernetes', token: given },
        { address: plane.address },
      );
    expect(await verify(token)).toMatchObject({ id: uid, since: expect.any(Date) });
    expect(await kubernetesGroupOf(JOBS, uid, plane.address)).toBe(GROUP);
    await expect(verify(token, NAMESPACE)).rejects.toThrow(`it is of namespace ${JOBS}, not ${NAMESPACE}`);
    await expect(
      verify(await tokenOf({ audiences: ['https://another.org'], boundObjectRef })),
    ).rejects.toThrow('"aud"');
    await expect(verify(await tokenOf({ audiences: [audience] }))).rejects.toThrow('not bound to a pod');
  },
);

test.skipIf(missing)(
  'the operator’s look: a login from the kubeconfig, and what the cluster lacks',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
    const before = process.env.KUBECONFIG;
    try {
      process.env.KUBECONFIG = join(folder, 'config');
      const given = { name: 'GIVEN', value: String(await plane.address.token()) };
      const user = (command: string) => ({
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command,
          args: ['-c', 'echo "{\\"status\\":{\\"token\\":\\"$GIVEN\\"}}"'],
          env: [given],
        },
      });
      const data = Buffer.from(plane.address.authority ?? '').toString('base64');
      const users = { good: user('sh'), away: user('no-such-program'), wrong: { token: 'wrong' } };
      const content = {
        clusters: [
          { name: 'one', cluster: { server: plane.address.server, 'certificate-authority-data': data } },
        ],
        users: Object.entries(users).map(([name, one]) => ({ name, user: one })),
        contexts: Object.keys(users).map((name) => ({ name, context: { cluster: 'one', user: name } })),
      };
      writeFileSync(process.env.KUBECONFIG, JSON.stringify(content));
      const look = (context: string) => preflight('prod', { ...config, context });
      const found = Object.fromEntries(
        (await look('good')).map(({ check, level, found: what }) => [check, `${level} ${what}`]),
      );
      expect(found).toMatchObject({
        login: 'ok context good',
        version: 'ok Kubernetes v1.34.1',
        rights: 'ok all that is needed',
        // The definitions are there, and nothing of their kind.
        ingress: expect.stringContaining('fail'),
        certificate: expect.stringContaining('fail'),
        storage: expect.stringContaining('fail no StorageClass is the cluster'),
        room: expect.stringContaining('warn its nodes have 0.0 CPUs'),
      });
      expect(await look('wrong')).toMatchObject([
        { check: 'login', level: 'fail', found: expect.stringContaining('expired') },
      ]);
      expect(await look('away')).toMatchObject([
        { level: 'fail', found: expect.stringContaining('not on PATH') },
      ]);
      expect(await look('nobody')).toMatchObject([
        { level: 'fail', found: expect.stringContaining('no context nobody') },
      ]);
      expect(await administratorOf('prod', { ...config, context: 'good' })).toMatchObject({
        password: 'a secret',
      });
    } finally {
      if (before === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before;
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

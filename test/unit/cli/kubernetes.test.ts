/** A cluster as the command line sees it: kubeconfigs, what the facts mean, and the config that `init` writes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cpusOf, type Facts, gibOf } from '../../../app/cli/clouds/kubernetes/facts.ts';
import { kubernetesFounder } from '../../../app/cli/clouds/kubernetes/founder.ts';
import { judgePod } from '../../../app/cli/clouds/kubernetes/host.ts';
import { judgeCluster } from '../../../app/cli/clouds/kubernetes/judge.ts';
import { addressOf } from '../../../app/cli/clouds/kubernetes/kubeconfig.ts';
import { namespacesOf } from '../../../app/cli/clouds/kubernetes/open.ts';
import { kubernetesQuestions } from '../../../app/cli/clouds/kubernetes/questions.ts';
import { configText } from '../../../app/cli/init/write-config.ts';
import { siteOf } from '../../../components/kubernetes/site.ts';
import { loadConfig, parseConfig } from '../../../config/load.ts';
import type { KubernetesConfig, KubernetesWorkersConfig } from '../../../config/schema.ts';

const config = loadConfig({ name: 'kubernetes' }).config as KubernetesConfig;
const GOOD: Facts = {
  version: 'v1.34.1',
  lacking: [],
  gatewayClasses: ['envoy'],
  ingressClasses: [],
  issuers: ['letsencrypt'],
  storageClasses: [{ name: 'fast', isDefault: true }],
  missing: [],
  room: { cpus: 16, memoryGb: 64, gpus: 0 },
};
const told = (facts: Partial<Facts>, more: Partial<KubernetesConfig> = {}) =>
  judgeCluster({ ...config, ...more }, { ...GOOD, ...facts }).filter(({ level }) => level !== 'ok');

test('a cluster with everything is told as good; what is missing is told with a cure', () => {
  expect(told({})).toEqual([]);
  const cases: [Partial<Facts>, string, RegExp][] = [
    [{ version: 'v1.24.3' }, 'fail', /v1\.24\.3/],
    [{ lacking: ['create jobs.batch in cove-prod'] }, 'fail', /may not create jobs\.batch/],
    [{ gatewayClasses: undefined }, 'fail', /no Gateway API/],
    [{ gatewayClasses: ['nginx'] }, 'fail', /no GatewayClass envoy; there is: nginx/],
    [{ issuers: undefined }, 'fail', /cert-manager does not run/],
    [{ issuers: ['staging'] }, 'fail', /no ClusterIssuer letsencrypt; there is: staging/],
    [
      { storageClasses: [{ name: 'fast', isDefault: false }] },
      'fail',
      /no StorageClass is the cluster's default/,
    ],
    [{ missing: ['Secret database in namespace cove'] }, 'fail', /no Secret database/],
    [{ room: { cpus: 4, memoryGb: 8, gpus: 0 } }, 'warn', /4\.0 CPUs and 8\.0 GiB/],
  ];
  for (const [facts, level, words] of cases) {
    const [finding, ...others] = told(facts);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      level,
      found: expect.stringMatching(words),
      todo: expect.stringMatching(/\w/),
    });
  }
  const gpu = config.environments.map((environment) => ({ ...environment, gpus: 1 }));
  expect(told({}, { environments: gpu })[0]).toMatchObject({
    level: 'warn',
    found: expect.stringContaining('gpu'),
  });
});

test('quantities of Kubernetes', () => {
  expect([cpusOf('3920m'), cpusOf('4')]).toEqual([3.92, 4]);
  expect([gibOf('16Gi'), gibOf('16777216Ki'), gibOf('1073741824')]).toEqual([16, 16, 1]);
});

test('a pod that is not ready is told with the cluster’s reason', () => {
  const pod = (status: object) => judgePod('api', { metadata: {}, status });
  expect(pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }).level).toBe('ok');
  const waiting = { state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } };
  expect(pod({ phase: 'Pending', containerStatuses: [waiting] }).found).toContain(
    'ImagePullBackOff (no such image)',
  );
  const unplaced = [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }];
  expect(pod({ phase: 'Pending', conditions: unplaced }).found).toContain('0/3 nodes');
  expect(judgePod('api', null).todo).toContain('cove up');
});

test('command line and stack mean the same namespaces', () => {
  const images = {} as never;
  expect(namespacesOf('prod', config)).toEqual(siteOf('prod', config, { images }).namespaces);
});

function kubeconfig(content: object): string {
  const folder = mkdtempSync(join(tmpdir(), "ann's kube "));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test('a context of a kubeconfig: token or certificate', async () => {
  const user = (name: string, own: object) => ({ name, user: own });
  const file = kubeconfig({
    contexts: ['token', 'certificate'].map((name) => ({
      name,
      context: { cluster: 'one', user: name },
    })),
    clusters: [
      {
        name: 'one',
        cluster: {
          server: 'https://one:6443',
          'certificate-authority-data': Buffer.from('CA').toString('base64'),
        },
      },
    ],
    users: [
      user('token', { token: 'secret' }),
      user('certificate', { 'client-certificate-data': Buffer.from('C').toString('base64') }),
    ],
  });
  const of = (context: string) => addressOf(context, [file]);
  expect(of('token')).toMatchObject({ server: 'https://one:6443', authority: 'CA' });
  expect(await of('token').token()).toBe('secret');
  expect(of('certificate').certificate).toBe('C');
  expect(await of('certificate').token()).toBeUndefined();
  expect(() => of('other')).toThrow('no context other; there is: token, certificate');
  expect(() => addressOf('x', ['/nowhere/config'])).toThrow('There is no kubeconfig');
});

test('init asks no more than ten values, checks each, and writes a config that loads', () => {
  const questions = kubernetesQuestions();
  expect(questions.length).toBeLessThanOrEqual(10);
  const of = (key: string) => questions.find((question) => question.key === key)!;
  expect(of('databaseImage').problem('postgres:17')).toContain('image by digest');
  expect(of('stateUrl').problem('https://x')).toContain('s3://');
  expect(of('gatewayClass').problem('envoy')).toContain('namespace');
  expect(of('gatewayClass').problem('envoy/proxies')).toBeNull();
  const digest = `sha256:${'a'.repeat(64)}`;
  const answers = {
    context: 'mine',
    stateUrl: 's3://mine?region=eu-west-1',
    repository: 'registry.mine.org/cove',
    publicName: 'cove.mine.org',
    issuer: 'internal',
    gatewayClass: 'cilium/kube-system',
    email: 'me@mine.org',
    databaseImage: `registry.mine.org/postgres@${digest}`,
    queueImage: `registry.mine.org/valkey@${digest}`,
  };
  expect(Object.keys(answers)).toEqual(questions.map(({ key }) => key));
  const example = readFileSync(new URL('../../../config/kubernetes.yaml', import.meta.url), 'utf8');
  const text = configText(
    example,
    'prod',
    { what: 'Installation', example: 'kubernetes', page: 'kubernetes' },
    kubernetesFounder.config(answers),
  );
  expect(parseConfig(text, 'prod.yaml')).toMatchObject({
    context: 'mine',
    state: { url: 's3://mine?region=eu-west-1' },
    ingress: { kind: 'gateway', class: 'cilium', namespace: 'kube-system' },
    certificate: { issuer: 'internal' },
    database: { image: answers.databaseImage },
  });
  expect(text).not.toContain('REQUIRED');
});

test('init --joins asks where workers of an installation elsewhere belong, and writes a config that loads', () => {
  const { workers } = kubernetesFounder;
  const answers: Record<string, string> = {
    joins: 'https://cove.acme.com',
    context: 'lab',
    stateUrl: 's3://lab-state?region=eu-north-1',
    repository: 'registry.acme.com/cove',
  };
  const questions = workers!.questions();
  expect(questions.map(({ key }) => key)).toEqual(Object.keys(answers));
  for (const { key, problem } of questions) {
    expect(problem(answers[key]!), key).toBeNull();
    expect(problem(''), key).not.toBeNull();
  }
  const example = readFileSync(new URL('../../../config/kubernetes-workers.yaml', import.meta.url), 'utf8');
  const kind = { what: 'Stack of workers', example: 'kubernetes-workers', page: 'worker-stacks' } as const;
  const text = configText(example, 'lab', kind, workers!.config(answers));
  expect(parseConfig(text, 'lab.yaml')).toMatchObject({
    target: 'kubernetes',
    joins: { url: 'https://cove.acme.com' },
    context: 'lab',
    state: { url: 's3://lab-state?region=eu-north-1' },
    registry: { repository: 'registry.acme.com/cove' },
  });
  expect(text).not.toContain('REQUIRED');
});

test('of a cluster for workers alone no way in, no certificate and no room for a platform is asked', () => {
  const workers = loadConfig({ name: 'kubernetes-workers' }).config as KubernetesWorkersConfig;
  const facts = {
    ...GOOD,
    gatewayClasses: undefined,
    issuers: undefined,
    room: { cpus: 1, memoryGb: 1, gpus: 0 },
  };
  expect(judgeCluster(workers, facts).filter(({ level }) => level !== 'ok')).toEqual([]);
  const without = judgeCluster(workers, { ...facts, storageClasses: [] });
  expect(without.filter(({ level }) => level === 'fail').map(({ check }) => check)).toEqual(['storage']);
});

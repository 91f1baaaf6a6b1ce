/** The Kubernetes stack as a program, without the engine: what it registers, and what is never in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { neededFor, operatorRoles } from '../../../app/cli/clouds/kubernetes/permissions.ts';
import { GROUP_LABEL } from '../../../app/platform/machines/kubernetes.ts';
import { Settings } from '../../../app/settings.ts';
import { firewall, identityLabels } from '../../../components/kubernetes/network/firewall.ts';
import { GROUP_LABEL as OF_TEMPLATE } from '../../../components/kubernetes/workers/template.ts';
import { parseConfig } from '../../../config/load.ts';
import type { KubernetesConfig } from '../../../config/schema.ts';
import { KUBERNETES } from './kubernetes-resources.ts';
import { KUBERNETES_CONFIGS, type Registered, record } from './recorded.ts';
import { ROWS, resourcesPage } from './resources.ts';

let inside: Registered[];
let given: Registered[];
beforeAll(async () => {
  [inside = [], given = []] = [await record(KUBERNETES_CONFIGS[0]!), await record(KUBERNETES_CONFIGS[1]!)];
}, 60_000);
const of = (all: Registered[], type: string) => all.filter((one) => one.type === type);
// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes have as many shapes as there are kinds
type Any = any;

test('every type that is registered has a row of the table, and every type of the table is registered', () => {
  const types = [...inside, ...given]
    .map(({ type }) => type)
    .filter((type) => !/^(pulumi|cove:kubernetes):/.test(type));
  const rows = Object.values(KUBERNETES).flatMap((made) => (typeof made === 'string' ? [] : made));
  expect([...new Set(rows)].sort()).toEqual([...new Set(types)].sort());
  expect(Object.keys(KUBERNETES)).toEqual(ROWS.map(({ need }) => need));
});

test('docs/resources.md and docs/kubernetes-permissions.yaml are what the stack says today (else: npm run generate)', () => {
  const docs = join(import.meta.dirname, '../../../docs');
  expect(readFileSync(join(docs, 'resources.md'), 'utf8')).toBe(resourcesPage());
  expect(readFileSync(join(docs, 'kubernetes-permissions.yaml'), 'utf8')).toBe(operatorRoles());
});

test('the rights that the operator is asked for are those of what is made, and of the roles that are made', () => {
  const asked = new Set<string>();
  const used = new Set<string>();
  for (const [text, registered] of [
    [KUBERNETES_CONFIGS[0]!, inside],
    [KUBERNETES_CONFIGS[1]!, given],
  ] as const) {
    const config = parseConfig(text, 'prod.yaml') as KubernetesConfig;
    const held = new Set(
      neededFor(config).flatMap(({ group, resources, verbs, spaces }) =>
        resources.flatMap((resource) =>
          verbs.flatMap((verb) => spaces.map((space) => `${space}: ${verb} ${resource}.${group}`)),
        ),
      ),
    );
    const spaceOf = ({ inputs }: Registered) =>
      (inputs.metadata as Any).namespace.endsWith('-jobs') ? 'jobs' : 'platform';
    const made = registered.filter(
      ({ inputs }) => inputs.kind !== undefined && (inputs.metadata as Any)?.namespace !== undefined,
    );
    const wanted = made.flatMap((one) => {
      const group = String(one.inputs.apiVersion).split('/').slice(0, -1).join('');
      const kind = String(one.inputs.kind).toLowerCase();
      const resource = /[^aeiou]y$/.test(kind)
        ? `${kind.slice(0, -1)}ies`
        : `${kind}${kind.endsWith('s') ? 'es' : 's'}`;
      return ['create', 'delete'].map((verb) => `${spaceOf(one)}: ${verb} ${resource}.${group}`);
    });
    const ofRoles = of(registered, 'kubernetes:rbac.authorization.k8s.io/v1:Role').flatMap((role) =>
      (role.inputs.rules as Any[]).flatMap(({ apiGroups: [group], resources: [resource], verbs }) =>
        verbs.map((verb: string) => `${spaceOf(role)}: ${verb} ${resource}.${group}`),
      ),
    );
    expect([...wanted, ...ofRoles].filter((right) => !held.has(right))).toEqual([]);
    for (const right of held) asked.add(right);
    for (const right of [...wanted, ...ofRoles]) used.add(right);
  }
  // Nothing is asked for in vain.
  expect([...asked].filter((right) => / create /.test(right) && !used.has(right))).toEqual([]);
});

test('no secret is in settings, arguments or variables of a pod', () => {
  const text = JSON.stringify([
    ...of(inside, 'kubernetes:core/v1:ConfigMap'),
    ...[...inside, ...given].filter(({ type }) => /:(Deployment|StatefulSet|Job|CronJob)$/.test(type)),
  ]);
  // What the made-up provider answers for generated passwords and keys.
  for (const secret of ['x'.repeat(48), 'AAAA', 'PRIVATE KEY']) expect(text).not.toContain(secret);
});

test('API and scheduler are told where everything is, and log in as themselves', () => {
  const settings = Object.fromEntries(
    of(inside, 'kubernetes:core/v1:ConfigMap')
      .filter(({ inputs }) => (inputs.data as Any)['settings.json'] !== undefined)
      .map(({ name, inputs }) => [name, JSON.parse((inputs.data as Any)['settings.json'])]),
  );
  expect(settings['api-settings']).toMatchObject({
    role: 'api',
    publicUrl: 'https://cove.example.org',
    database: { host: 'database.cove-prod.svc', tls: true, caFile: '/etc/cove/database-ca.pem' },
    queue: { host: 'queue.cove-prod.svc', tls: true },
    vault: { address: 'https://vault.cove-prod.svc:8200', appRoleFile: '/run/cove/secrets/api/approle.json' },
    storage: { kind: 'fs', folder: '/var/lib/cove/storage' },
  });
  expect(settings['bootstrap-settings']).toMatchObject({
    role: 'bootstrap',
    secretStore: { kind: 'kubernetes', namespace: 'cove-prod' },
    environments: [
      { slug: 'small', machines: { group: { kind: 'kubernetes', namespace: 'cove-prod-jobs' } } },
      {
        slug: 'endpoint-host',
        purpose: 'endpoints',
        machines: { group: { group: 'worker-endpoint-host' }, ceiling: 2 },
      },
    ],
  });
  const accounts = of(inside, 'kubernetes:apps/v1:Deployment').map(
    ({ inputs }) => (inputs.spec as Any).template.spec.serviceAccountName,
  );
  expect(accounts.sort()).toEqual(['api', 'scheduler', 'vault', 'worker']);
});

test('endpoint hosts are agents of a group of their own, in the namespace of jobs', () => {
  const hosts = of(inside, 'kubernetes:apps/v1:Deployment').find(({ name }) => name === 'endpoint-host');
  const { metadata, spec } = hosts!.inputs as Any;
  expect(metadata.namespace).toBe('cove-prod-jobs');
  expect(spec.replicas).toBe(2);
  expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
  expect(spec.selector.matchLabels[GROUP_LABEL]).toBe('worker-endpoint-host');
  const [settings] = of(inside, 'kubernetes:core/v1:ConfigMap').filter(({ name }) => /endpoint/.test(name));
  const told = Settings.parse(JSON.parse((settings!.inputs.data as Any)['settings.json']));
  expect(told).toMatchObject({ role: 'worker', proofFile: '/run/cove/proof/token', relay: true });
});

test('the template of a worker: one label on Job and pod, no secret, and what its agent is told', () => {
  expect(OF_TEMPLATE).toBe(GROUP_LABEL);
  const [group] = of(inside, 'kubernetes:core/v1:ConfigMap').filter(({ name }) => name === 'worker-small');
  const data = group!.inputs.data as Any;
  const job = JSON.parse(data['job.json']);
  for (const { labels } of [job.metadata, job.spec.template.metadata])
    expect(labels).toMatchObject({ [GROUP_LABEL]: 'worker-small', 'app.kubernetes.io/component': 'worker' });
  // What keeps the room, and what shares it.
  expect(job.spec.template.spec.initContainers[0]).toMatchObject({
    restartPolicy: 'Always',
    resources: { requests: { cpu: '4000m' } },
  });
  expect(Settings.parse(JSON.parse(data['settings.json']))).toMatchObject({
    role: 'worker',
    apiUrl: 'https://cove.example.org',
    relay: true,
    executors: ['kubernetes'],
    pod: { namespace: 'cove-prod-jobs', cpus: 4, memoryGb: 16, serviceAccount: 'job' },
  });
});

test('only jobs whose account is one of Google’s reach the metadata service, from where their token comes', () => {
  const config = (account: string) =>
    parseConfig(
      `${KUBERNETES_CONFIGS[1]}serviceAccounts: [{name: reader, annotations: {${account}: x}}]
environments: [{slug: a, name: A, serviceAccount: reader}, {slug: b, name: B}]
`,
      'prod.yaml',
    ) as KubernetesConfig;
  const google = { name: 'prod', config: config('iam.gke.io/gcp-service-account') };
  const reach = firewall(google).filter(({ spec }) =>
    JSON.stringify(spec.egress ?? []).includes('"169.254.169.254/32"}'),
  );
  expect(reach.map(({ name }) => name)).toEqual(['job-identity']);
  expect(reach[0]?.spec.podSelector.matchLabels).toMatchObject(identityLabels(google, 'reader'));
  expect(identityLabels(google, 'reader')).not.toEqual({});
  expect(identityLabels(google)).toEqual({});
  const amazon = { name: 'prod', config: config('eks.amazonaws.com/role-arn') };
  expect(firewall(amazon).map(({ name }) => name)).not.toContain('job-identity');
  expect(identityLabels(amazon, 'reader')).toEqual({});
});

test('what a purge names is called so here', () => {
  const names = inside.flatMap(({ type, name }) =>
    /:(PersistentVolumeClaim|Secret)$/.test(type) ? [`${type.split(':').at(-1)} ${name}`] : [],
  );
  expect(names).toEqual(
    expect.arrayContaining([
      'PersistentVolumeClaim database',
      'PersistentVolumeClaim storage',
      'Secret vault-seal',
    ]),
  );
});

test('what is there already is not made', () => {
  expect(of(given, 'kubernetes:core/v1:Namespace')).toEqual([]);
  expect(of(given, 'kubernetes:apps/v1:StatefulSet')).toEqual([]);
  expect(of(given, 'kubernetes:core/v1:PersistentVolumeClaim')).toEqual([]);
  expect(
    of(given, 'kubernetes:apps/v1:Deployment')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['api', 'scheduler']);
  for (const { inputs } of of(given, 'kubernetes:apps/v1:Deployment'))
    expect(inputs.metadata).toMatchObject({ namespace: 'team-cove' });
});

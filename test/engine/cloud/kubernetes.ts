/** The scenarios' view of Kubernetes: configs as an operator writes them, and the cluster that they meet. */
import { Bridge } from '../../fakes/cloud/kubernetes/bridge.ts';
import { startControlPlane } from '../../support/control-plane.ts';
import { parseConfig, type Shape } from './config.ts';
import type { Target } from './target.ts';

const image = (digit: string) => `registry.example.com/library/it@sha256:${digit.repeat(64)}`;
const environment = (slug: string, more: object = {}) => ({ slug, name: slug, ceiling: 4, ...more });

const base: Shape = {
  target: 'kubernetes',
  context: 'test',
  state: { url: 's3://state?region=eu-central-1' },
  registry: { repository: 'registry.example.com/cove' },
  publicName: 'cove.example.com',
  certificate: { kind: 'managed', issuer: 'letsencrypt' },
  ingress: { kind: 'gateway', class: 'envoy', namespace: 'envoy-gateway-system' },
  administrator: { email: 'admin@example.com' },
  database: { kind: 'own', image: image('1') },
  queue: { kind: 'own', image: image('2') },
  environments: [environment('small')],
};

const GIVEN = { platform: 'team-cove', jobs: 'team-cove-jobs' };

const program = (changes: Shape = {}, purge?: string[]) => parseConfig({ ...base, ...changes }, purge);

export const kubernetes: Target = {
  name: 'kubernetes',
  cloud: {},
  needs: 'cluster',
  /** Everything is made in a real API server, of its own for each scenario. */
  async open() {
    const { cluster, close } = await startControlPlane();
    // Those that an operator gives; where they are not named, nothing is looked for in them.
    for (const name of Object.values(GIVEN))
      await cluster.ask('/api/v1/namespaces', { method: 'POST', body: { metadata: { name } } });
    return { options: { bridge: new Bridge(cluster) }, close };
  },
  prepare() {},
  programs: {
    'one environment': program(),
    'three environments': program({
      environments: [
        environment('small'),
        environment('spot', { spot: true }),
        environment('gpu', { gpus: 1, serviceAccount: 'reader' }),
      ],
      endpointHosts: {},
      serviceAccounts: [{ name: 'reader', annotations: { 'iam.example.com/role': 'reader' } }],
    }),
    'dev profile': program({ profile: 'dev' }),
    // What a cluster's owner has already, and the other way in.
    'existing network': program({
      given: { namespaces: GIVEN },
      certificate: { kind: 'given', secret: 'public-name' },
      ingress: { kind: 'ingress', class: 'nginx', namespace: 'ingress-nginx' },
      database: { kind: 'existing', host: 'postgres.example.com', passwordSecret: 'postgres' },
      queue: { kind: 'existing', host: 'redis.example.com', passwordSecret: 'redis' },
      vault: { kind: 'existing', address: 'https://vault.example.com:8200', appRoleSecret: 'vault' },
      storage: { kind: 's3', platformBucket: 'platform', dataBucket: 'data', region: 'eu-central-1' },
    }),
    'private mode': program({ network: { private: true } }),
  },
  environments: (count) =>
    program({ environments: Array.from({ length: count }, (_, index) => environment(`small-${index}`)) }),
  purging: program({}, ['database', 'queue', 'storage', 'secrets', 'backup']),
  changes: [
    {
      what: 'a higher ceiling and a larger database',
      program: program({
        environments: [environment('small', { ceiling: 9 })],
        database: { kind: 'own', image: image('1'), cpus: 4 },
      }),
      expected: [
        /^update kubernetes:core\/v1:ResourceQuota jobs$/,
        /^update kubernetes:apps\/v1:StatefulSet database$/,
        // The bootstrap enters ceilings: other settings are other Jobs.
        /^update kubernetes:core\/v1:ConfigMap bootstrap-settings$/,
        /^(create-replacement|replace|delete-replaced) kubernetes:batch\/v1:Job (bootstrap|databases)$/,
      ],
    },
  ],
  vanishing: 'kubernetes:policy/v1:PodDisruptionBudget',
  scarce: 'kubernetes:core/v1:PersistentVolumeClaim',
};

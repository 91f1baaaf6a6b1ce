/** What a stack's program registers, without the engine: types and inputs, for tests and for generated documents. */
import * as pulumi from '@pulumi/pulumi';
import { parseConfig } from '../../../config/load.ts';
import { program } from '../../../stacks/index.ts';
import { until } from '../../support/process.ts';

export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

const digest = `sha256:${'a'.repeat(64)}`;
const source = { digest, source: { kind: 'archive' as const, path: '/tmp/image.tar' } };
const images = { platform: source, vault: source };

/** Runs the program of a config with made-up answers, until nothing more is registered. */
export async function record(text: string, name = 'prod'): Promise<Registered[]> {
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name: resource, inputs }) {
        registered.push({ type, name: resource, inputs });
        return { id: `${resource}-id`, state: { ...outputsOf(type, resource), ...inputs } };
      },
      call: ({ token }) =>
        token.includes('getAvailabilityZones')
          ? { names: ['a', 'b', 'c', 'd'] }
          : { id: 'found', ids: ['rtb-1'], value: 'ami-0123456789abcdef0' },
    },
    'cove',
    name,
  );
  await program({ name, config: parseConfig(text, `${name}.yaml`), images })();
  let before = -1;
  await until('the last registration', async () => {
    const quiet = before === registered.length;
    before = registered.length;
    return quiet && registered.length > 0;
  });
  return registered;
}

const outputsOf = (type: string, name: string): Record<string, unknown> => ({
  arn: `arn:aws:fake:eu-north-1:123456789012:${type.split(':').at(-1)}/${name}`,
  address: `${name}.example.org`,
  port: 5432,
  latestVersion: 1,
  base64: 'AAAA',
  result: 'x'.repeat(48),
  masterUserSecrets: [{ secretArn: 'arn:aws:secretsmanager:eu-north-1:123456789012:secret:rds' }],
  domainValidationOptions: [{ resourceRecordName: '_x.example.org', resourceRecordValue: '_y.acm.aws' }],
  primaryEndpointAddress: 'queue.example.org',
  reference: `repository@${digest}`,
  // Google's.
  dnsName: 'db.sql.goog.',
  dnsResourceRecords: [{ name: '_x.example.org.', type: 'CNAME', data: '_y.goog.' }],
  serverCaCerts: [{ cert: 'CERTIFICATE' }],
  networks: [{ ipAddresses: ['10.20.192.5'] }],
  email: `${name}@ml-platform-1234.iam.gserviceaccount.com`,
  authString: 'x'.repeat(48),
  host: '10.20.192.4',
  // Azure's.
  name,
  properties: { vaultUri: 'https://vault.example.org/' },
  nameServers: ['ns1.example.org'],
  notAfter: '2027-01-01T00:00:00.000Z',
  primaryKey: 'x'.repeat(48),
  fqdn: '_x.example.org',
  certPem: 'CERTIFICATE',
  privateKeyPem: 'PRIVATE KEY',
});

/** One config that asks for everything that a network of its own has, and one of private mode with all that is optional. */
export const AWS_CONFIGS = [
  `target: aws
accountId: '123456789012'
region: eu-north-1
publicName: cove.example.org
administrator: {email: ops@example.org}
dns: {kind: zone, zoneId: Z0123456789ABC}
`,
  `target: aws
accountId: '123456789012'
region: eu-north-1
publicName: cove.example.org
administrator: {email: ops@example.org}
dns: {kind: elsewhere}
network: {kind: dedicated, private: true, connections: [{cidr: 10.9.0.0/16, via: tgw-0123456789abcdef0}]}
access: {internal: true}
machineImages: {appHost: ami-0123456789abcdef0, worker: ami-0123456789abcdef1}
serviceAccounts: [{name: reader, policies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess']}]
mounts: [{name: shared, path: /mnt/shared}]
endpointHosts: {}
alarms: {email: ops@example.org}
budget: {monthlyUsd: 1000}
`,
];

/** One config in public, and one of private mode with all that is optional. */
export const GCP_CONFIGS = [
  `target: gcp
projectId: ml-platform-1234
region: europe-west4
publicName: cove.example.org
administrator: {email: ops@example.org}
dns: {kind: zone, zoneId: projects/ml-platform-1234/managedZones/example-org}
environments: [{slug: gpu, name: GPU, machineType: n1-standard-4, gpu: {type: nvidia-tesla-t4}, spot: true}]
`,
  `target: gcp
projectId: ml-platform-1234
region: europe-west4
publicName: cove.example.org
administrator: {email: ops@example.org}
dns: {kind: elsewhere}
network: {kind: dedicated, private: true, connections: [{cidr: 10.9.0.0/16, via: projects/ml-platform-1234/global/networks/hub}]}
access: {internal: true}
machineImages: {appHost: projects/my-images/global/images/docker-20251101, worker: projects/my-images/global/images/docker-20251101}
serviceAccounts: [{name: reader, roles: [roles/bigquery.dataViewer], readBuckets: [my-data]}]
mounts: [{name: shared, path: /mnt/shared}]
endpointHosts: {}
alarms: {email: ops@example.org}
budget: {monthlyUsd: 1000}
`,
];

/** One config with everything in the cluster, and one with services and namespaces that are there, behind an Ingress. */
export const KUBERNETES_CONFIGS = [
  `target: kubernetes
context: prod
state: {url: 's3://state?region=eu-central-1'}
registry: {repository: registry.example.org/cove, pullSecret: registry}
publicName: cove.example.org
certificate: {kind: managed, issuer: letsencrypt}
ingress: {kind: gateway, class: envoy, namespace: envoy-gateway-system}
administrator: {email: ops@example.org}
database: {kind: own, image: 'registry.example.org/library/postgres@${digest}'}
queue: {kind: own, image: 'registry.example.org/valkey/valkey@${digest}'}
serviceAccounts: [{name: reader, annotations: {iam.example.org/role: reader}}]
endpointHosts: {}
`,
  `target: kubernetes
context: prod
state: {url: 's3://state?region=eu-central-1'}
registry: {repository: registry.example.org/cove}
publicName: cove.example.org
dns: {kind: externalDns}
certificate: {kind: given, secret: cove-tls}
ingress: {kind: ingress, class: traefik, namespace: traefik}
administrator: {email: ops@example.org}
database: {kind: existing, host: db.example.org, passwordSecret: db}
queue: {kind: existing, host: redis.example.org, passwordSecret: redis}
storage: {kind: s3, region: eu-central-1, platformBucket: cove-platform, dataBucket: cove-data}
vault: {kind: existing, address: 'https://vault.example.org:8200', appRoleSecret: approle}
given: {namespaces: {platform: team-cove, jobs: team-cove-jobs}}
`,
];

/** Cases of CMP, K8S, WRK and OPS. */
import { aws, azure, type Case, gcp, k8s, local, settings, thing, whole } from './case.ts';

const imds = (hops: number) => ({
  metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: hops },
});
const shielded = {
  shieldedInstanceConfig: { enableSecureBoot: true },
  metadata: { 'enable-oslogin': 'TRUE' },
  serviceAccount: { email: 'w@p.iam.gserviceaccount.com' },
};
const trusted = {
  securityProfile: { securityType: 'TrustedLaunch', uefiSettings: { vTpmEnabled: true } },
  osProfile: { linuxConfiguration: { disablePasswordAuthentication: true } },
};
const DIGEST = `cove/platform@sha256:${'0'.repeat(64)}`;
const good = {
  name: 'api',
  image: DIGEST,
  resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } },
  readinessProbe: {},
  securityContext: {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
    readOnlyRootFilesystem: true,
  },
};
const meta = { namespace: 'cove', labels: { installation: 'prod', 'managed-by': 'cove', valohai: '1' } };
const workload = (container: object = {}, pod: object = {}) => ({
  metadata: meta,
  spec: {
    template: {
      metadata: { labels: { app: 'api' } },
      spec: { automountServiceAccountToken: false, containers: [{ ...good, ...container }], ...pod },
    },
  },
});
const deployment = (container: object = {}, pod: object = {}) =>
  thing('k8s.Deployment', workload(container, pod));
const budget = thing('k8s.PodDisruptionBudget', {
  metadata: meta,
  spec: { selector: { matchLabels: { app: 'api' } } },
});
const deny = thing('k8s.NetworkPolicy', {
  metadata: meta,
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
});
const group = {
  minSize: 0,
  maxSize: 10,
  tags: [{ key: 'environment', value: 'small', propagateAtLaunch: true }],
};
const worker = {
  part: 'workers',
  name: 'worker-small',
  ignoreChanges: ['desiredCapacity', 'targetSize', 'sku.capacity'],
};
const ceilings = { ceilings: { small: 10 } };
const tags = { installation: 'prod', 'managed-by': 'cove', valohai: '1' };
const alarm = (kind: string, what: string) => thing(kind, { metricName: what }, { name: what });
const alarms = (kind: string, names: string[]) => names.map((name) => alarm(kind, name));
const generated = thing('random.RandomPassword', {}, { name: 'password' });
const jobs = thing('k8s.Namespace', { metadata: { name: 'jobs', ...meta } }, { part: 'workers' });
const namespace = { metadata: { namespace: 'jobs' } };

export const machines: Case[] = [
  aws('CMP-01', 'ec2.LaunchTemplate', imds(1), imds(2), /2 hops/, { part: 'workers' }),
  aws(
    'CMP-01',
    'ec2.LaunchTemplate',
    imds(2),
    { metadataOptions: { httpTokens: 'optional' } },
    /httpTokens is optional/,
    { part: 'appHost' },
  ),

  aws(
    'CMP-02',
    'ec2.LaunchTemplate',
    { userData: Buffer.from('#cloud-config\npassword: /run/cove/secrets/x').toString('base64') },
    { userData: Buffer.from('#cloud-config\ndatabase_password: h7Gk2pQ9xZ4mW1').toString('base64') },
    /database_password/,
  ),
  whole(
    'aws',
    'CMP-02',
    [thing('aws.ec2.LaunchTemplate', {})],
    [generated, thing('aws.ec2.LaunchTemplate', {}, { uses: { userData: [generated] } })],
    /made of random.RandomPassword/,
  ),
  gcp(
    'CMP-02',
    'compute.Instance',
    { metadata: { role: 'api' } },
    { metadata: { key: '-----BEGIN PRIVATE KEY-----' } },
    /a private key/,
  ),
  azure(
    'CMP-02',
    'compute.VirtualMachine',
    { osProfile: { customData: 'hello' } },
    { osProfile: { customData: 'AccountKey=abcdefghijklmnopqrstuvwxyz==' } },
    /Azure storage/,
  ),
  k8s(
    'CMP-02',
    'Deployment',
    workload(),
    workload({ env: [{ name: 'DB_PASSWORD', value: 'h7Gk2pQ9xZ4mW1' }] }),
    /env DB_PASSWORD/,
  ),
  local(
    'CMP-02',
    'Service',
    { environment: { TOKEN_FILE: '/keys/token' } },
    { environment: { API_TOKEN: 'h7Gk2pQ9xZ4mW1' } },
    /API_TOKEN/,
  ),

  gcp(
    'CMP-03',
    'compute.Instance',
    shielded,
    { ...shielded, serviceAccount: { email: '1-compute@developer.gserviceaccount.com' } },
    /default service account/,
  ),
  azure(
    'CMP-03',
    'compute.VirtualMachine',
    trusted,
    { ...trusted, securityProfile: {} },
    /securityType is not set/,
  ),

  aws(
    'CMP-04',
    'ec2.LaunchTemplate',
    { imageId: 'ami-0a1b2c3d' },
    { imageId: 'resolve:ssm:/aws/service/x' },
    /floats/,
  ),
  aws(
    'CMP-04',
    'ec2.LaunchTemplate',
    { userData: 'apt-get install docker.io' },
    { userData: 'curl -fsSL https://get.docker.com | sudo sh' },
    /runs what it downloads/,
  ),
  gcp(
    'CMP-04',
    'compute.Instance',
    { bootDisk: { initializeParams: { image: 'projects/p/global/images/ubuntu-2404-noble-v20260101' } } },
    { bootDisk: { initializeParams: { image: 'projects/p/global/images/family/ubuntu-2404-lts' } } },
    /family/,
  ),
  azure(
    'CMP-04',
    'compute.VirtualMachine',
    { storageProfile: { imageReference: { version: '24.04.202601010' } } },
    { storageProfile: { imageReference: { version: 'latest' } } },
    /latest/,
  ),
  k8s('CMP-04', 'Deployment', workload(), workload({ image: 'nginx' }), /neither digest nor tag/),
  local(
    'CMP-04',
    'Service',
    { args: ['run'] },
    { args: ['-c', 'wget -qO- https://a.b | bash'] },
    /runs what it downloads/,
  ),

  k8s(
    'K8S-01',
    'Deployment',
    workload(),
    workload({ securityContext: { ...good.securityContext, runAsNonRoot: false } }),
    /may run as root/,
  ),
  k8s(
    'K8S-01',
    'Deployment',
    workload(),
    workload({}, { volumes: [{ name: 'd', hostPath: { path: '/var/run/docker.sock' } }] }),
    /docker\.sock/,
  ),
  local(
    'K8S-01',
    'File',
    settings({ role: 'worker', name: 'w', executors: ['docker'] }),
    settings({ role: 'worker', name: 'w', executors: ['process'] }),
    /without a container/,
  ),
  whole('kubernetes', 'K8S-02', [deployment(), budget, deny], [deployment(), budget], /no default-deny/),
  whole(
    'kubernetes',
    'K8S-02',
    [deployment(), budget, deny],
    [deployment({ resources: {} }), budget, deny],
    /requests\.cpu/,
  ),
  k8s('K8S-03', 'ConfigMap', { metadata: meta }, { metadata: {} }, /default namespace/),
  k8s(
    'K8S-03',
    'Role',
    { metadata: meta, rules: [{ resources: ['pods'], verbs: ['get'] }] },
    { metadata: meta, rules: [{ resources: ['pods/exec'], verbs: ['create'] }] },
    /pods\/exec/,
  ),

  {
    ...aws(
      'WRK-01',
      'autoscaling.Group',
      group,
      { ...group, maxSize: 11 },
      /11 machines, the config says 10/,
      worker,
    ),
    facts: ceilings,
  },
  aws('WRK-01', 'autoscaling.Group', group, { ...group, minSize: 1 }, /minSize is 1/, worker),
  {
    ...gcp('WRK-01', 'compute.InstanceGroupManager', {}, {}, /targetSize/, { part: 'workers' }),
    ok: [thing('gcp.compute.InstanceGroupManager', {}, worker)],
  },
  azure('WRK-01', 'compute.VirtualMachineScaleSet', { tags }, {}, /does not tag/, worker),
  whole(
    'kubernetes',
    'WRK-01',
    [jobs, thing('k8s.ResourceQuota', { ...namespace, spec: { hard: { 'count/jobs.batch': '10' } } })],
    [jobs],
    /no ResourceQuota/,
  ),

  aws('OPS-01', 'ec2.Vpc', { tags }, { tags: { installation: 'prod' } }, /managed-by, valohai/),
  gcp('OPS-01', 'storage.Bucket', { labels: tags }, {}, /installation/),
  azure('OPS-01', 'keyvault.Vault', { tags }, {}, /installation/),
  k8s('OPS-01', 'Deployment', workload(), { metadata: {} }, /installation/),

  {
    ...aws('OPS-02', 's3.Bucket', {}, {}, /not protected/),
    ok: [thing('aws.s3.Bucket', {}, { protect: true })],
  },
  {
    ...gcp('OPS-02', 'sql.DatabaseInstance', {}, {}, /not protected/),
    ok: [thing('gcp.sql.DatabaseInstance', {}, { protect: true })],
  },
  {
    ...azure('OPS-02', 'storage.StorageAccount', {}, {}, /not protected/),
    ok: [thing('azure.storage.StorageAccount', {}, { protect: true })],
  },
  {
    ...k8s('OPS-02', 'PersistentVolumeClaim', {}, {}, /not protected/),
    ok: [thing('k8s.PersistentVolumeClaim', {}, { protect: true })],
  },
  local('OPS-02', 'Folder', { keep: true }, { keep: false }, /goes when/, { name: 'keys' }),

  whole(
    'aws',
    'OPS-03',
    [
      thing('aws.lb.LoadBalancer', {}),
      thing('aws.budgets.Budget', {}),
      ...alarms('aws.cloudwatch.MetricAlarm', [
        'UnHealthyHostCount',
        'disk_used_percent',
        'FreeStorageSpace',
        'DaysToExpiry',
      ]),
    ],
    [thing('aws.lb.LoadBalancer', {}), thing('aws.budgets.Budget', {})],
    /no alarm tells of health/,
  ),
  whole(
    'gcp',
    'OPS-03',
    [
      thing('gcp.sql.DatabaseInstance', {}),
      thing('gcp.billing.Budget', {}),
      ...alarms('gcp.monitoring.AlertPolicy', [
        'uptime_check',
        'disk/percent_used',
        'cloudsql disk',
        'time_until_ssl',
      ]),
    ],
    [
      thing('gcp.sql.DatabaseInstance', {}),
      ...alarms('gcp.monitoring.AlertPolicy', [
        'uptime_check',
        'disk/percent_used',
        'cloudsql disk',
        'time_until_ssl',
      ]),
    ],
    /no budget/,
  ),
  azure('OPS-03', 'operationalinsights.Workspace', { retentionInDays: 30 }, {}, /no end/),
  whole(
    'kubernetes',
    'OPS-03',
    [deployment(), thing('k8s.ServiceMonitor', {})],
    [deployment()],
    /monitoring/,
  ),
  whole('local', 'OPS-03', [thing('local.Folder', {})], [thing('local.Supervisor', {})], /nobody is told/),
];

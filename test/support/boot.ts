/** Arguments of first-boot documents, as a stack would give them. */
import type { AppHostBoot, WorkerBoot } from '../../components/boot/contract.ts';
import type { EnvironmentBoot } from '../../components/boot/environments.ts';

const entry = (name: string) => ({
  secret: `arn:aws:secretsmanager:eu-north-1:123456789012:secret:cove-prod-${name}-AbCdEf`,
});
const HOST = '123456789012.dkr.ecr.eu-north-1.amazonaws.com';
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

export const appHostArgs = (): AppHostBoot => ({
  installation: 'prod',
  installPackages: true,
  publicUrl: 'https://cove.example.com',
  images: { platform: `${HOST}/cove-prod/platform@${digest}`, vault: `${HOST}/cove-prod/vault@${digest}` },
  registry: { kind: 'aws', host: HOST, region: 'eu-north-1' },
  secretStore: { kind: 'aws', region: 'eu-north-1' },
  secrets: {
    databaseSuperuser: { ...entry('database'), field: 'password' },
    vaultSeal: entry('vault-seal'),
    vaultDatabase: entry('vault-database'),
  },
  written: {
    vaultRecovery: entry('vault-recovery'),
    approleOperator: entry('approle-operator'),
    approleApi: entry('approle-api'),
    approleScheduler: entry('approle-scheduler'),
    administrator: entry('administrator'),
  },
  database: {
    host: 'cove-prod.abcdefghijkl.eu-north-1.rds.amazonaws.com',
    port: 5432,
    superuser: 'cove_admin',
    authority: 'aws-rds',
  },
  queue: {
    host: 'master.cove-prod.abcdef.eun1.cache.amazonaws.com',
    port: 6379,
    authority: 'public',
    users: {
      kind: 'managed',
      api: { user: 'cove-prod-api', password: entry('queue-api') },
      scheduler: { user: 'cove-prod-scheduler', password: entry('queue-scheduler') },
    },
  },
  storage: {
    kind: 's3',
    region: 'eu-north-1',
    platformBucket: 'cove-prod-platform',
    dataBucket: 'cove-prod-data',
    credentials: 'machine',
  },
  administrator: { username: 'admin', email: 'ops@example.com', organization: 'cove' },
  environments: entry('environments'),
  join: { proof: { kind: 'aws', accountId: '123456789012', region: 'eu-north-1' } },
});

export const environmentsArgs = (): EnvironmentBoot[] => [
  {
    environment: {
      slug: 'cpu',
      name: 'CPU',
      description: '',
      executor: 'docker',
      gpuSpec: '',
      machines: {
        group: { kind: 'aws', region: 'eu-north-1', group: 'cove-prod-cpu' },
        machineType: 'c7i.xlarge',
        slots: 1,
        spot: false,
        ceiling: 4,
      },
    },
    queueUser: { user: 'worker-cpu', password: entry('queue-cpu') },
  },
];

export const workerArgs = (): WorkerBoot => ({
  installation: 'prod',
  installPackages: false,
  environment: 'cpu',
  apiUrl: 'https://cove.example.com',
  proof: { kind: 'aws' },
  jobsHaveIdentity: false,
});

/** Cases of ENC, SEC, STO and DB. */
import { aws, azure, type Case, gcp, k8s, local, settings, thing, whole } from './case.ts';

const rule = (days: number) => ({
  rules: [{ status: 'Enabled', abortIncompleteMultipartUpload: { daysAfterInitiation: days } }],
});
const bucket = thing('aws.s3.Bucket', { bucket: 'b' }, { name: 'bucket' });
const cors = (origin: string) => ({ corsRules: [{ allowedMethods: ['PUT'], allowedOrigins: [origin] }] });
const blocks = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const gcpBucket = {
  publicAccessPrevention: 'enforced',
  uniformBucketLevelAccess: true,
  versioning: { enabled: true },
  lifecycleRules: [{ action: { type: 'AbortIncompleteMultipartUpload' }, condition: { age: 7 } }],
};
const OWN = 'https://cove.example.org';
const key = (principal: object, action: string) => ({
  enableKeyRotation: true,
  policy: JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: principal, Action: action, Resource: '*' }],
  }),
});
const root = { AWS: 'arn:aws:iam::123456789012:root' };
const password = thing('random.RandomPassword', { length: 32 }, { name: 'password' });
const text = thing('random.RandomString', { length: 32 }, { name: 'text' });
const secretOf = (kind: string, property: string, from: typeof text) => [
  from,
  thing(kind, {}, { uses: { [property]: [from] } }),
];
const database = { backupRetentionPeriod: 14, finalSnapshotIdentifier: 'last', deletionProtection: true };
const sized = { engineVersion: '17.4', instanceClass: 'db.m7g.large', allocatedStorage: 80 };
const gcpBackups = {
  enabled: true,
  pointInTimeRecoveryEnabled: true,
  backupRetentionSettings: { retainedBackups: 14 },
};
const gcpDatabase = (more: object) => ({
  databaseVersion: 'POSTGRES_17',
  settings: { ipConfiguration: { ipv4Enabled: false }, tier: 'db-custom-2-8192', diskSize: 80, ...more },
});
const azureDatabase = { version: '17', sku: { name: 'Standard_D2ds_v5' }, storage: { storageSizeGB: 128 } };
const host = { securityProfile: { encryptionAtHost: true } };
const stateful = thing('k8s.StatefulSet', {}, { name: 'postgres' });
const cluster = thing('local.PostgresCluster', {}, { name: 'postgres-data' });

export const data: Case[] = [
  aws('ENC-01', 'rds.Instance', { storageEncrypted: true }, {}, /storageEncrypted/),
  aws(
    'ENC-01',
    'ec2.LaunchTemplate',
    { blockDeviceMappings: [{ deviceName: '/dev/sda1', ebs: { encrypted: 'true' } }] },
    { blockDeviceMappings: [{ deviceName: '/dev/sda1', ebs: {} }] },
    /\/dev\/sda1 is not encrypted/,
  ),
  gcp(
    'ENC-01',
    'compute.Disk',
    { diskEncryptionKey: { kmsKeySelfLink: 'k' } },
    { diskEncryptionKey: { rawKey: 'abc' } },
    /given as text/,
  ),
  azure('ENC-01', 'compute.VirtualMachine', host, {}, /encryptionAtHost/),
  k8s(
    'ENC-01',
    'StorageClass',
    { provisioner: 'ebs.csi.aws.com', parameters: { encrypted: 'true' } },
    { provisioner: 'ebs.csi.aws.com' },
    /not encrypted/,
  ),
  {
    ...local('ENC-01', 'Folder', {}, {}, /cannot be seen/, { name: 'data' }),
    ok: [thing('local.Folder', {}, { name: 'logs' })],
  },

  aws(
    'ENC-02',
    'kms.Key',
    key(root, 'kms:*'),
    key({ AWS: 'arn:aws:iam::1:role/app' }, 'kms:*'),
    /gives kms:\* to .*role\/app/,
  ),
  aws('ENC-02', 'kms.Key', key(root, 'kms:*'), { ...key({ AWS: '*' }, 'kms:Decrypt') }, /everybody/),
  gcp('ENC-02', 'kms.CryptoKey', { rotationPeriod: '7776000s' }, {}, /rotationPeriod is not set/),
  azure(
    'ENC-02',
    'keyvault.Key',
    { properties: { rotationPolicy: { lifetimeActions: [{ action: { type: 'Rotate' } }] } } },
    { properties: {} },
    /no rotation policy/,
  ),

  whole(
    'aws',
    'SEC-01',
    secretOf('aws.secretsmanager.SecretVersion', 'secretString', password),
    secretOf('aws.secretsmanager.SecretVersion', 'secretString', text),
    /not made for secrets/,
  ),
  whole('aws', 'SEC-01', [password], [thing('random.RandomPassword', { length: 16 })], /16 characters/),
  whole(
    'gcp',
    'SEC-01',
    secretOf('gcp.secretmanager.SecretVersion', 'secretData', password),
    secretOf('gcp.secretmanager.SecretVersion', 'secretData', text),
    /secretData is made of/,
  ),
  whole(
    'azure',
    'SEC-01',
    secretOf('azure.keyvault.Secret', 'properties', password),
    secretOf('azure.keyvault.Secret', 'properties', text),
    /properties is made of/,
  ),
  whole(
    'kubernetes',
    'SEC-01',
    secretOf('k8s.Secret', 'stringData', password),
    secretOf('k8s.Secret', 'stringData', text),
    /stringData is made of/,
  ),
  local(
    'SEC-01',
    'SecretFile',
    { bytes: 32, encoding: 'base64url' },
    { bytes: 16, encoding: 'base64url' },
    /22 characters/,
  ),

  aws(
    'SEC-02',
    'secretsmanager.Secret',
    { kmsKeyId: 'k' },
    { kmsKeyId: 'k', recoveryWindowInDays: 0 },
    /recoveryWindowInDays is 0/,
  ),
  gcp(
    'SEC-02',
    'secretmanager.Secret',
    { versionDestroyTtl: '604800s', replication: { auto: { customerManagedEncryption: {} } } },
    { replication: { auto: { customerManagedEncryption: {} } } },
    /versionDestroyTtl/,
  ),
  azure(
    'SEC-02',
    'keyvault.Vault',
    { properties: { enablePurgeProtection: true } },
    { properties: {} },
    /enablePurgeProtection/,
  ),

  whole(
    'aws',
    'STO-01',
    [bucket, thing('aws.s3.BucketPublicAccessBlock', { bucket: 'b', ...blocks })],
    [bucket],
    /nothing blocks/,
  ),
  aws(
    'STO-01',
    's3.BucketPublicAccessBlock',
    blocks,
    { ...blocks, restrictPublicBuckets: false },
    /restrictPublicBuckets/,
  ),
  gcp(
    'STO-01',
    'storage.Bucket',
    gcpBucket,
    { ...gcpBucket, publicAccessPrevention: 'inherited' },
    /inherited/,
  ),
  azure('STO-01', 'storage.StorageAccount', { allowBlobPublicAccess: false }, {}, /allowBlobPublicAccess/),
  whole(
    'local',
    'STO-01',
    [
      thing('local.Folder', { path: '/c/data' }, { name: 'data' }),
      thing('local.Folder', { path: '/c/data/store' }, { name: 'store' }),
    ],
    [
      thing('local.Folder', { path: '/c/data' }, { name: 'data' }),
      thing('local.Folder', { path: '/srv/www' }, { name: 'store' }),
    ],
    /\/srv\/www/,
  ),

  whole(
    'aws',
    'STO-02',
    [
      bucket,
      thing('aws.s3.BucketVersioning', { bucket: 'b', versioningConfiguration: { status: 'Enabled' } }),
      thing('aws.s3.BucketLifecycleConfiguration', { bucket: 'b', ...rule(7) }),
    ],
    [bucket],
    /keeps no versions/,
  ),
  aws('STO-02', 's3.BucketLifecycleConfiguration', rule(7), rule(8), /8 days/),
  gcp('STO-02', 'storage.Bucket', gcpBucket, { ...gcpBucket, lifecycleRules: [] }, /for ever/),
  azure(
    'STO-02',
    'storage.BlobServiceProperties',
    { isVersioningEnabled: true, deleteRetentionPolicy: { enabled: true } },
    { deleteRetentionPolicy: { enabled: true } },
    /isVersioningEnabled/,
  ),
  local('STO-02', 'Folder', { keep: true }, { keep: false }, /goes when/, { name: 'store' }),

  aws('STO-03', 's3.BucketCorsConfiguration', cors(OWN), cors('*'), /pages of \* may write/),
  gcp(
    'STO-03',
    'storage.Bucket',
    { cors: [{ methods: ['GET'], origins: ['*'] }] },
    { cors: [{ methods: ['PUT'], origins: ['https://evil.example.org'] }] },
    /evil/,
  ),
  azure(
    'STO-03',
    'storage.BlobServiceProperties',
    { cors: cors(OWN) },
    { cors: cors('http://cove.example.org') },
    /http:/,
  ),
  local(
    'STO-03',
    'File',
    settings({ role: 'api', storage: { kind: 'fs' }, publicUrl: OWN }),
    settings({ role: 'api', storage: { kind: 'fs' }, publicUrl: 'https://other.example.org' }),
    /other/,
  ),

  aws(
    'DB-01',
    'rds.Instance',
    database,
    { ...database, backupRetentionPeriod: 13 },
    /13 days, 14 are needed/,
  ),
  aws('DB-01', 'rds.Instance', database, { ...database, skipFinalSnapshot: true }, /skipFinalSnapshot/),
  gcp(
    'DB-01',
    'sql.DatabaseInstance',
    { settings: { deletionProtectionEnabled: true, backupConfiguration: gcpBackups } },
    {
      settings: {
        deletionProtectionEnabled: true,
        backupConfiguration: { ...gcpBackups, pointInTimeRecoveryEnabled: false },
      },
    },
    /pointInTime/,
  ),
  azure(
    'DB-01',
    'dbforpostgresql.Server',
    { backup: { backupRetentionDays: 14 } },
    { backup: { backupRetentionDays: 7 } },
    /7 days, 14/,
    { protect: true },
  ),
  whole('kubernetes', 'DB-01', [stateful, thing('k8s.CronJob', {})], [stateful], /no CronJob/),
  whole(
    'local',
    'DB-01',
    [cluster, thing('local.Service', {}, { name: 'backup' })],
    [cluster],
    /backs the database up/,
  ),

  aws('DB-02', 'rds.Instance', { multiAz: true }, {}, /multiAz/),
  aws(
    'DB-02',
    'elasticache.ReplicationGroup',
    { automaticFailoverEnabled: true, multiAzEnabled: true },
    {},
    /automaticFailover/,
  ),
  gcp('DB-02', 'sql.DatabaseInstance', { settings: { availabilityType: 'REGIONAL' } }, {}, /ZONAL/),
  azure('DB-02', 'dbforpostgresql.Server', { highAvailability: { mode: 'ZoneRedundant' } }, {}, /Disabled/),
  k8s('DB-02', 'StatefulSet', { spec: { replicas: 2 } }, { spec: { replicas: 1 } }, /1 replica/, {
    name: 'postgres',
  }),

  aws('DB-03', 'rds.Instance', sized, { ...sized, publiclyAccessible: true }, /publiclyAccessible/),
  aws('DB-03', 'rds.Instance', sized, { ...sized, engineVersion: '11.3' }, /PostgreSQL 11/),
  aws('DB-03', 'rds.Instance', sized, { ...sized, instanceClass: 'db.t4g.medium' }, /2 vCPU and 4 GiB/),
  gcp('DB-03', 'sql.DatabaseInstance', gcpDatabase({}), gcpDatabase({ tier: 'db-f1-micro' }), /1 vCPU/),
  azure(
    'DB-03',
    'dbforpostgresql.Server',
    azureDatabase,
    { ...azureDatabase, sku: { name: 'Standard_B1ms' } },
    /1 vCPU/,
  ),

  aws(
    'DB-04',
    'rds.ParameterGroup',
    { parameters: [{ name: 'log_min_duration_statement', value: '500' }] },
    { parameters: [{ name: 'log_statement', value: 'all' }] },
    /log_statement is all/,
  ),
  gcp(
    'DB-04',
    'sql.DatabaseInstance',
    { settings: { databaseFlags: [] } },
    { settings: { databaseFlags: [{ name: 'log_min_duration_statement', value: '0' }] } },
    /is 0/,
  ),
  azure('DB-04', 'dbforpostgresql.Configuration', { value: '500' }, { value: '10' }, /is 10/, {
    name: 'log_min_duration_statement',
  }),
  k8s(
    'DB-04',
    'ConfigMap',
    { data: { 'postgresql.conf': 'ssl = on' } },
    { data: { 'postgresql.conf': 'log_statement = all' } },
    /is all/,
  ),
  local('DB-04', 'File', { content: 'port = 5432' }, { content: 'log_statement = all' }, /is all/, {
    name: 'postgresql.conf',
  }),
];

/** AWS: where data and secrets lie. */
import type { Behaviour } from '../behaviour.ts';
import { Refused } from '../cloud.ts';
import { list, text } from '../values.ts';
import { arn, named, withPrefix } from './ids.ts';
import { refuseOneZone } from './network.ts';

/** A part of a bucket that is a resource of its own in Pulumi. */
const ofBucket: Behaviour = {
  ...named('bucket'),
  autoName: null,
  forcesNew: ['bucket'],
  upserts: true,
};
const SECRET = 'aws:secretsmanager/secret:Secret';

export const dataBehaviours: Record<string, Behaviour> = {
  'aws:s3/bucket:Bucket': {
    ...named('bucket'),
    autoName: 'bucket',
    longestName: 63,
    outputs: (_inputs, id, { region }) => ({
      arn: `arn:aws:s3:::${id}`,
      bucketDomainName: `${id}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${id}.s3.${region}.amazonaws.com`,
      hostedZoneId: 'Z3BAZG2TWCNX0D',
    }),
    refuseDelete: ({ id, inputs }, cloud) => cloud.refuseFull('BucketNotEmpty', id, inputs.forceDestroy),
  },
  ...Object.fromEntries(
    [
      'BucketVersioning',
      'BucketServerSideEncryptionConfiguration',
      'BucketCorsConfiguration',
      'BucketLifecycleConfiguration',
      'BucketPublicAccessBlock',
      'BucketOwnershipControls',
      'BucketPolicy',
      'BucketLogging',
      'BucketObjectLockConfiguration',
    ].map((name) => [`aws:s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`, ofBucket]),
  ),
  'aws:kms/key:Key': {
    id: (_inputs, cloud) => `00000000-0000-4000-8000-${cloud.hex(12)}`,
    outputs: (_inputs, id, cloud) => ({ keyId: id, arn: arn(cloud, 'kms', `key/${id}`) }),
  },
  'aws:kms/alias:Alias': {
    ...named('name'),
    refuseCreate({ name }) {
      if (!text(name).startsWith('alias/'))
        throw new Refused(`ValidationException: ${text(name)} has no alias/`);
    },
  },
  [SECRET]: {
    id: (inputs, cloud) => arn(cloud, 'secretsmanager', `secret:${text(inputs.name)}-${cloud.hex(6)}`),
    outputs: (_inputs, id) => ({ arn: id }),
    unique: ({ name }) => text(name),
    refuseCreate({ name }, cloud) {
      if (cloud.remains.has(`secret ${text(name)}`))
        throw new Refused(
          `InvalidRequestException: a secret ${text(name)} is already scheduled for deletion`,
        );
    },
    deleted({ inputs }, cloud) {
      if (inputs.recoveryWindowInDays !== 0) cloud.remains.add(`secret ${text(inputs.name)}`);
    },
  },
  'aws:secretsmanager/secretVersion:SecretVersion': {
    id: (inputs, cloud) => `${text(inputs.secretId)}|${cloud.hex(32)}`,
    outputs: ({ secretId }, id) => ({ arn: text(secretId), versionId: id.split('|')[1] }),
    immutable: true,
    // Its own secret's address is what others name.
    mayGoWhileUsed: true,
  },
  'aws:rds/subnetGroup:SubnetGroup': {
    ...named('name'),
    refuseCreate: ({ subnetIds }, cloud) => refuseOneZone(subnetIds, cloud),
  },
  'aws:rds/parameterGroup:ParameterGroup': named('name'),
  'aws:rds/instance:Instance': {
    ...named('identifier'),
    autoName: 'identifier',
    longestName: 63,
    outputs: (inputs, id, cloud) => ({
      arn: arn(cloud, 'rds', `db:${id}`),
      address: `${id}.fake.${cloud.region}.rds.amazonaws.com`,
      endpoint: `${id}.fake.${cloud.region}.rds.amazonaws.com:5432`,
      port: inputs.port ?? 5432,
      engineVersionActual: inputs.engineVersion,
      masterUserSecrets:
        inputs.manageMasterUserPassword === true
          ? [
              {
                secretArn: arn(cloud, 'secretsmanager', `secret:rds!db-${id}`),
                kmsKeyId: '',
                secretStatus: 'active',
              },
            ]
          : [],
    }),
    refuseCreate(inputs) {
      if (inputs.manageMasterUserPassword === true && inputs.password !== undefined)
        throw new Refused('InvalidParameterCombination: a password and manageMasterUserPassword are given');
      if (
        inputs.maxAllocatedStorage !== undefined &&
        Number(inputs.maxAllocatedStorage) < Number(inputs.allocatedStorage)
      )
        throw new Refused('InvalidParameterCombination: maxAllocatedStorage is below allocatedStorage');
    },
    refuseDelete({ id, inputs }, cloud) {
      if (inputs.deletionProtection === true)
        throw new Refused(`InvalidParameterCombination: Cannot delete protected DB Instance ${id}`);
      if (inputs.skipFinalSnapshot === true) return;
      const snapshot = inputs.finalSnapshotIdentifier;
      if (snapshot === undefined)
        throw new Refused('finalSnapshotIdentifier is required when skipFinalSnapshot is false');
      if (cloud.remains.has(`snapshot ${text(snapshot)}`))
        throw new Refused(`DBSnapshotAlreadyExists: ${text(snapshot)}`);
    },
    deleted({ inputs }, cloud) {
      if (inputs.skipFinalSnapshot !== true)
        cloud.remains.add(`snapshot ${text(inputs.finalSnapshotIdentifier)}`);
    },
  },
  'aws:elasticache/subnetGroup:SubnetGroup': named('name'),
  'aws:elasticache/parameterGroup:ParameterGroup': named('name'),
  'aws:elasticache/user:User': { ...named('userId'), autoName: null },
  'aws:elasticache/userGroup:UserGroup': {
    ...named('userGroupId'),
    autoName: null,
    refuseCreate({ userIds, engine }, cloud) {
      const names = list(userIds).map(
        (id) => cloud.find('aws:elasticache/user:User', text(id))?.inputs.userName,
      );
      if (text(engine).toLowerCase() === 'redis' && !names.includes('default'))
        throw new Refused('DefaultUserRequired: a Redis user group needs a user named default');
    },
  },
  'aws:elasticache/replicationGroup:ReplicationGroup': {
    ...named('replicationGroupId'),
    autoName: 'replicationGroupId',
    longestName: 40,
    outputs: (inputs, id, cloud) => ({
      arn: arn(cloud, 'elasticache', `replicationgroup:${id}`),
      primaryEndpointAddress: `master.${id}.fake.${cloud.region}.cache.amazonaws.com`,
      readerEndpointAddress: `replica.${id}.fake.${cloud.region}.cache.amazonaws.com`,
      port: inputs.port ?? 6379,
    }),
    refuseCreate(inputs) {
      if (inputs.automaticFailoverEnabled === true && Number(inputs.numCacheClusters ?? 1) < 2)
        throw new Refused(
          'InvalidParameterCombination: automatic failover needs at least two cache clusters',
        );
      if (inputs.userGroupIds !== undefined && inputs.transitEncryptionEnabled !== true)
        throw new Refused('InvalidParameterCombination: a user group needs encryption in transit');
    },
  },
  'aws:efs/fileSystem:FileSystem': {
    ...withPrefix('fs'),
    outputs: (_inputs, id, cloud) => ({
      dnsName: `${id}.efs.${cloud.region}.amazonaws.com`,
      arn: arn(cloud, 'elasticfilesystem', `file-system/${id}`),
    }),
  },
  'aws:efs/mountTarget:MountTarget': withPrefix('fsmt'),
  'aws:efs/accessPoint:AccessPoint': withPrefix('fsap'),
};

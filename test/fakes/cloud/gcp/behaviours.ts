/** What is special about types of Google Cloud, beyond their declarations. */
import type { Properties } from '../../../../components/provider/kind.ts';
import type { Behaviour } from '../behaviour.ts';
import { Refused } from '../cloud.ts';
import { list, text } from '../values.ts';
import { at, compute, member, projectOf } from './ids.ts';
import { networkBehaviours } from './network.ts';

const authority = (id: string) => [
  { cert: `-----BEGIN CERTIFICATE-----\n${Buffer.from(id).toString('base64')}\n-----END CERTIFICATE-----` },
];
/** A name that nobody may have again after its thing is gone. */
const lasting = (what: string): Pick<Behaviour, 'refuseCreate' | 'deleted'> => ({
  refuseCreate({ name }, cloud) {
    if (cloud.remains.has(`${what} ${text(name)}`))
      throw new Refused(`alreadyExists: the name ${text(name)} of a deleted ${what} is still taken`);
  },
  deleted: ({ inputs }, cloud) => void cloud.remains.add(`${what} ${text(inputs.name)}`),
});
/** Google lists at most these of a group's zones. */
const surge = ({ updatePolicy }: Properties): number =>
  Number((updatePolicy as Properties | undefined)?.maxUnavailableFixed ?? 3);

const computing: Record<string, Behaviour> = {
  'gcp:compute/instanceTemplate:InstanceTemplate': {
    ...compute('global/instanceTemplates/{name}'),
    autoName: null,
    immutable: true,
    id: (inputs, cloud) =>
      `projects/${projectOf(inputs, cloud)}/global/instanceTemplates/${text(inputs.name ?? inputs.namePrefix)}${inputs.name === undefined ? cloud.hex(26) : ''}`,
    outputs: (_inputs, id, cloud) => ({
      name: id.split('/').at(-1),
      selfLink: `https://www.googleapis.com/compute/v1/${id}`,
      selfLinkUnique: `https://www.googleapis.com/compute/v1/${id}?uniqueId=${cloud.hex(12)}`,
    }),
    refuseCreate(inputs) {
      if (text(inputs.namePrefix).length > 37)
        throw new Refused(`badRequest: namePrefix ${text(inputs.namePrefix)} is longer than 37`);
      const scheduling = inputs.scheduling as Properties | undefined;
      if (list(inputs.guestAccelerators).length > 0 && scheduling?.onHostMaintenance !== 'TERMINATE')
        throw new Refused('badRequest: machines with GPUs must have onHostMaintenance TERMINATE');
      if (scheduling?.provisioningModel === 'SPOT' && scheduling.automaticRestart === true)
        throw new Refused('badRequest: a spot machine cannot be restarted automatically');
    },
  },
  'gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager': compute(
    'regions/{region}/instanceGroupManagers/{name}',
    {
      longestName: 58,
      outputs: (inputs, id) => ({
        instanceGroup: `https://www.googleapis.com/compute/v1/${id.replace('/instanceGroupManagers/', '/instanceGroups/')}`,
        targetSize: inputs.targetSize ?? 0,
      }),
      refuseCreate(inputs) {
        if (surge(inputs) < 3)
          throw new Refused('badRequest: maxUnavailable of a regional group is at least its number of zones');
      },
    },
  ),
};

const identity: Record<string, Behaviour> = {
  'gcp:serviceaccount/account:Account': {
    id: (inputs, cloud) =>
      `projects/${projectOf(inputs, cloud)}/serviceAccounts/${text(inputs.accountId)}@${projectOf(inputs, cloud)}.iam.gserviceaccount.com`,
    outputs: (_inputs, id) => ({
      name: id,
      email: id.split('/').at(-1),
      member: `serviceAccount:${id.split('/').at(-1)}`,
    }),
    refuseCreate({ accountId }) {
      if (!/^[a-z]([-a-z0-9]{4,28}[a-z0-9])$/.test(text(accountId)))
        throw new Refused(
          `badRequest: ${text(accountId)} is no id of a service account (6 to 30 characters)`,
        );
    },
  },
  'gcp:serviceaccount/iAMMember:IAMMember': member('serviceAccountId'),
  'gcp:projects/iAMMember:IAMMember': member('project'),
  'gcp:projects/iAMCustomRole:IAMCustomRole': at('roles/{roleId}', {
    outputs: (_inputs, id) => ({ name: id }),
    refuseCreate({ roleId }) {
      if (!/^[A-Za-z0-9_.]{3,64}$/.test(text(roleId)))
        throw new Refused(`badRequest: ${text(roleId)} is no id of a role`);
    },
  }),
  'gcp:projects/serviceIdentity:ServiceIdentity': at('services/{service}', {
    upserts: true,
    outputs: ({ service }) => {
      const email = `service-123456789012@gcp-sa-${text(service).split('.')[0]}.iam.gserviceaccount.com`;
      return { email, member: `serviceAccount:${email}` };
    },
  }),
  'gcp:kms/keyRing:KeyRing': at('locations/{location}/keyRings/{name}', lasting('key ring')),
  'gcp:kms/cryptoKey:CryptoKey': {
    id: ({ keyRing, name }) => `${text(keyRing)}/cryptoKeys/${text(name)}`,
  },
  'gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember': member('cryptoKeyId'),
};

const data: Record<string, Behaviour> = {
  'gcp:storage/bucket:Bucket': {
    id: ({ name }) => text(name),
    longestName: 63,
    unique: ({ name }) => text(name),
    outputs: ({ name }, _id, cloud) => ({
      url: `gs://${text(name)}`,
      selfLink: `https://www.googleapis.com/storage/v1/b/${text(name)}`,
      project: projectOf({}, cloud),
    }),
    refuseDelete: ({ id, inputs }, cloud) => cloud.refuseFull('BucketNotEmpty', id, inputs.forceDestroy),
  },
  'gcp:storage/bucketIAMMember:BucketIAMMember': member('bucket'),
  'gcp:secretmanager/secret:Secret': at('secrets/{secretId}', {
    autoName: null,
    outputs: (_inputs, id) => ({ name: id }),
  }),
  'gcp:secretmanager/secretVersion:SecretVersion': {
    id: ({ secret }, cloud) => `${text(secret)}/versions/${Number.parseInt(cloud.hex(4), 16)}`,
    outputs: (_inputs, id) => ({ name: id, version: id.split('/').at(-1) }),
    immutable: true,
    autoName: null,
  },
  'gcp:secretmanager/secretIamMember:SecretIamMember': member('secretId'),
  'gcp:sql/databaseInstance:DatabaseInstance': {
    id: ({ name }) => text(name),
    longestName: 98,
    refuseCreate: lasting('instance').refuseCreate!,
    deleted({ inputs }, cloud) {
      cloud.remains.add(`instance ${text(inputs.name)}`);
      const { finalBackupConfig } = (inputs.settings ?? {}) as { finalBackupConfig?: Properties };
      if (finalBackupConfig?.enabled === true) cloud.remains.add(`backup ${text(inputs.name)}`);
    },
    outputs: ({ name }, id, cloud) => ({
      dnsName: `0123.${text(name)}.${cloud.region}.sql-psa.goog.`,
      privateIpAddress: '10.20.192.3',
      connectionName: `${projectOf({}, cloud)}:${cloud.region}:${id}`,
      serverCaCerts: authority(id),
      selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${projectOf({}, cloud)}/instances/${id}`,
    }),
    refuseDelete({ id, inputs }) {
      if (
        inputs.deletionProtection !== false ||
        (inputs.settings as Properties | undefined)?.deletionProtectionEnabled === true
      )
        throw new Refused(`Error, failed to delete instance ${id} because deletion protection is enabled`);
    },
  },
  'gcp:sql/user:User': { id: ({ name, instance }) => `${text(name)}//${text(instance)}` },
  'gcp:redis/instance:Instance': at('locations/{region}/instances/{name}', {
    longestName: 40,
    outputs: (_inputs, id) => ({
      host: '10.20.192.4',
      port: 6378,
      authString: '00000000-0000-4000-8000-00000000c0fe',
      serverCaCerts: authority(id),
    }),
  }),
  'gcp:filestore/instance:Instance': at('locations/{location}/instances/{name}', {
    outputs: ({ networks }) => ({
      networks: list(networks).map((one) => ({ ...(one as object), ipAddresses: ['10.20.192.5'] })),
    }),
    refuseDelete({ id, inputs }) {
      if (inputs.deletionProtectionEnabled === true)
        throw new Refused(`failedPrecondition: ${id} is protected from deletion`);
    },
  }),
  'gcp:artifactregistry/repository:Repository': at('locations/{location}/repositories/{repositoryId}', {
    autoName: null,
    outputs: ({ repositoryId }) => ({ name: text(repositoryId) }),
  }),
  'gcp:artifactregistry/repositoryIamMember:RepositoryIamMember': member('repository'),
};

const rest: Record<string, Behaviour> = {
  'gcp:logging/projectBucketConfig:ProjectBucketConfig': at('locations/{location}/buckets/{bucketId}', {
    autoName: null,
  }),
  'gcp:logging/projectSink:ProjectSink': at('sinks/{name}'),
  'gcp:monitoring/alertPolicy:AlertPolicy': at('alertPolicies/{displayName}', { autoName: null }),
  'gcp:monitoring/notificationChannel:NotificationChannel': at('notificationChannels/{displayName}', {
    autoName: null,
  }),
  'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig': at('uptimeCheckConfigs/{displayName}', {
    autoName: null,
    outputs: ({ displayName }) => ({ uptimeCheckId: `${text(displayName)}-0123` }),
  }),
  'gcp:billing/budget:Budget': {
    id: ({ billingAccount, displayName }) =>
      `billingAccounts/${text(billingAccount)}/budgets/${text(displayName)}`,
    autoName: null,
  },
};

export const gcpBehaviours: Record<string, Behaviour> = {
  ...networkBehaviours,
  ...computing,
  ...identity,
  ...data,
  ...rest,
};

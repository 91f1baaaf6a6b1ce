/** ENC and SEC: what lies on disks, and what opens it. */
import { all, each, forKinds, type Policy, policy, whole } from './policy.ts';
import { list, no, ofKind, type Props, yes } from './resource.ts';
import { statementsOf } from './resources/iam.ts';

function* encryptedDisks(disks: Props[]): Iterable<string> {
  for (const { deviceName, ebs } of disks) {
    if (ebs !== undefined && !yes(ebs.encrypted)) yield `disk ${deviceName} is not encrypted`;
  }
}
const flag = (name: string) =>
  function* ({ props }: { props: Props }): Iterable<string> {
    if (!yes(props[name])) yield `${name} is not true`;
  };
function* azureHost({ securityProfile, storageProfile }: Props): Iterable<string> {
  const ownKey = storageProfile?.osDisk?.managedDisk?.diskEncryptionSet !== undefined;
  if (!yes(securityProfile?.encryptionAtHost) && !ownKey)
    yield 'encryptionAtHost is not true, so temporary disks and caches are in clear';
}
/** Google encrypts everything; a key given as text lies in the state in clear. */
function* rawKey({ props }: { props: Props }): Iterable<string> {
  const disks = [props, props.bootDisk, ...list(props.attachedDisks), ...list(props.disks)];
  if (disks.some((disk) => disk?.diskEncryptionKey?.rawKey ?? disk?.diskEncryptionKeyRaw))
    yield 'the key of a disk is given as text';
}

const atRest = policy({
  id: 'ENC-01',
  severity: 'high',
  needed: 'disks, databases, Redis, file systems and registries are encrypted at rest',
  why: 'A disk outlives the machine: as a snapshot, a copy, a part sent back to its maker.',
  todo: 'turn encryption on when it is made: most clouds cannot do so afterwards. On a machine of your own, encrypt the disk (LUKS, FileVault)',
  on: 'MMMAA',
  seeAlso: ['CKV_AWS_8', 'CKV_AWS_16', 'CKV_AWS_29', 'CKV_AWS_42', 'CKV_AWS_136', 'CKV_AZURE_2'],
  check: each({
    'aws.ebs.Volume': flag('encrypted'),
    'aws.rds.Instance': flag('storageEncrypted'),
    'aws.rds.Cluster': flag('storageEncrypted'),
    'aws.efs.FileSystem': flag('encrypted'),
    'aws.elasticache.ReplicationGroup': flag('atRestEncryptionEnabled'),
    *'aws.ec2.LaunchTemplate'({ props }) {
      const disks = list(props.blockDeviceMappings);
      if (!disks.some(({ ebs }) => ebs !== undefined))
        yield 'the root disk is as its image says, not encrypted for certain';
      yield* encryptedDisks(disks);
    },
    *'aws.ec2.Instance'({ props }) {
      if (!yes(props.rootBlockDevice?.encrypted)) yield 'the root disk is not encrypted';
      yield* encryptedDisks(list(props.ebsBlockDevices).map((ebs) => ({ deviceName: ebs.deviceName, ebs })));
    },
    *'aws.ecr.Repository'({ props }) {
      const [{ encryptionType } = { encryptionType: 'AES256' }] = list(props.encryptionConfigurations);
      if (!['AES256', 'KMS', 'KMS_DSSE'].includes(encryptionType))
        yield `its encryption is ${encryptionType}`;
    },
    ...forKinds(
      [
        'gcp.compute.Disk',
        'gcp.compute.Instance',
        'gcp.compute.InstanceTemplate',
        'gcp.compute.RegionInstanceTemplate',
      ],
      rawKey,
    ),
    'azure-native.compute.VirtualMachine': ({ props }) => azureHost(props),
    'azure-native.compute.VirtualMachineScaleSet': ({ props }) =>
      azureHost(props.virtualMachineProfile ?? {}),
    *'kubernetes.StorageClass'({ props }) {
      if (/ebs\.csi\.aws\.com$/.test(String(props.provisioner)) && !yes(props.parameters?.encrypted))
        yield 'its volumes are not encrypted';
    },
    // Nothing that Cove makes says whether a disk is encrypted, so a machine that others use is told to look.
    *'cove.Folder'({ name, props }, { shared }) {
      if (name === 'data' && shared)
        yield `whether the disk of ${props.path} is encrypted cannot be seen from here`;
    },
  }),
});

const YEAR_DAYS = 366;
/** `7776000s` */
const days = (duration: Props): number =>
  Number(/^(\d+)s$/.exec(String(duration))?.[1] ?? Number.POSITIVE_INFINITY) / 86_400;

function* keyPolicy(document: unknown): Iterable<string> {
  for (const { effect, principal, actions, condition } of statementsOf(document)) {
    if (effect !== 'Allow') continue;
    const who = typeof principal === 'string' ? [principal] : Object.values(principal ?? {}).flatMap(list);
    const everybody = who.includes('*') && Object.keys(condition).length === 0;
    if (everybody) yield 'its policy lets everybody (*) use it';
    if (actions.includes('kms:*') && !who.every((one) => /:root$/.test(String(one))))
      yield `its policy gives kms:* to ${who.join(', ')}`;
  }
}

const keys = policy({
  id: 'ENC-02',
  severity: 'medium',
  needed:
    'keys of one’s own rotate, and their policy lets neither everybody use them nor a workload do everything',
  why: 'A key that never changes protects ten years with one leak; and who may do `kms:*` may delete the key and all it protects.',
  todo: 'turn rotation on, and name principals and verbs in the key’s policy',
  on: 'MMM--',
  seeAlso: ['CKV_AWS_7', 'CKV_AWS_33', 'CKV_GCP_43'],
  check: each({
    *'aws.kms.Key'({ props }) {
      const symmetric = (props.customerMasterKeySpec ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT';
      if (symmetric && !yes(props.enableKeyRotation)) yield 'enableKeyRotation is not true';
      yield* keyPolicy(props.policy);
    },
    *'aws.kms.KeyPolicy'({ props }) {
      yield* keyPolicy(props.policy);
    },
    *'gcp.kms.CryptoKey'({ props }) {
      const signs = (props.purpose ?? 'ENCRYPT_DECRYPT') !== 'ENCRYPT_DECRYPT';
      if (!signs && !(days(props.rotationPeriod) <= YEAR_DAYS))
        yield `rotationPeriod is ${props.rotationPeriod ?? 'not set'}`;
    },
    *'gcp.kms.CryptoKeyIAMMember'({ props }) {
      if (['allUsers', 'allAuthenticatedUsers'].includes(props.member)) yield `${props.member} may use it`;
      if (['roles/owner', 'roles/editor', 'roles/cloudkms.admin'].includes(props.role))
        yield `${props.member} has ${props.role} on it`;
    },
    *'azure-native.keyvault.Key'({ props }) {
      const rotates = list(props.properties?.rotationPolicy?.lifetimeActions).some(
        ({ action }) => String(action?.type).toLowerCase() === 'rotate',
      );
      if (!rotates) yield 'it has no rotation policy';
    },
  }),
});

/** Characters that a generated secret has at least. */
export const SECRET_LENGTH = 32;
/** Characters of a random secret of so many bytes, as it is written. */
const written = (bytes: number, encoding: string) =>
  encoding === 'hex' ? bytes * 2 : encoding === 'raw' ? bytes : Math.ceil((bytes * 4) / 3);

/** Where a secret lands, and in which of its properties. */
const HOLDERS: Record<string, string[]> = {
  'aws.secretsmanager.SecretVersion': ['secretString', 'secretStringWo'],
  'aws.rds.Instance': ['password', 'passwordWo'],
  'aws.elasticache.User': ['passwords', 'authenticationMode'],
  'aws.elasticache.ReplicationGroup': ['authToken', 'authTokenWo'],
  'gcp.secretmanager.SecretVersion': ['secretData', 'secretDataWo'],
  'gcp.sql.User': ['password', 'passwordWo'],
  'azure-native.keyvault.Secret': ['properties'],
  'azure-native.dbforpostgresql.Server': ['administratorLoginPassword'],
  'kubernetes.Secret': ['stringData', 'data'],
};
const PREDICTABLE = ['RandomString', 'RandomPet', 'RandomInteger', 'RandomShuffle', 'RandomUuid'].map(
  (name) => `random.${name}`,
);

const generated = policy({
  id: 'SEC-01',
  severity: 'high',
  needed: `generated secrets have at least ${SECRET_LENGTH} characters from a random source made for secrets, and are marked secret`,
  why: 'The vendor’s installer made its superuser token of 15 bits; what can be guessed need not be stolen.',
  todo: `use random.RandomPassword with length ${SECRET_LENGTH} or more, and put it into the secret store`,
  on: 'MMMMM',
  scope: 'stack',
  check: all(
    each({
      *'random.RandomPassword'({ props }) {
        if (Number(props.length) < SECRET_LENGTH) yield `it has ${props.length} characters`;
      },
      *'random.RandomBytes'({ props }) {
        if (Number(props.length) < SECRET_LENGTH) yield `it has ${props.length} bytes`;
      },
      *'cove.SecretFile'({ props }) {
        const length = written(Number(props.bytes), props.encoding);
        if (length < SECRET_LENGTH) yield `it has ${length} characters`;
      },
    }),
    whole(function* ({ resources }) {
      for (const resource of ofKind(resources, ...Object.keys(HOLDERS))) {
        for (const property of HOLDERS[resource.kind] ?? []) {
          const weak = resource.uses[property]?.find(({ kind }) => PREDICTABLE.includes(kind));
          if (weak !== undefined)
            yield {
              resource,
              found: `${property} is made of ${weak.kind} ${weak.name}, which is not made for secrets`,
            };
        }
      }
    }),
  ),
});

/** Days in which a deleted secret can be had back, at least. */
export const RECOVERY_DAYS = 7;

const recoverable = policy({
  id: 'SEC-02',
  severity: 'medium',
  needed: `a deleted secret can be had back for at least ${RECOVERY_DAYS} days, and is encrypted with a key of one’s own`,
  why: 'Without the seal key the vault stays shut: one deletion by mistake would lose every secret of the platform.',
  todo: 'leave the recovery window on, turn purge protection on, and name the key',
  on: 'MMM--',
  mildInDev: true,
  seeAlso: ['CKV_AWS_149', 'CKV_AZURE_42', 'CKV_AZURE_110', 'CKV_AZURE_111'],
  check: each({
    *'aws.secretsmanager.Secret'({ props }) {
      const window = props.recoveryWindowInDays ?? 30;
      if (window < RECOVERY_DAYS) yield `recoveryWindowInDays is ${window}`;
      if (!props.kmsKeyId) yield 'it names no key of your own (kmsKeyId)';
    },
    *'gcp.secretmanager.Secret'({ props }) {
      const kept = Number(/^(\d+)s$/.exec(String(props.versionDestroyTtl))?.[1] ?? 0) / 86_400;
      if (kept < RECOVERY_DAYS) yield `versionDestroyTtl is ${props.versionDestroyTtl ?? 'not set'}`;
      const places = [props.replication?.auto, ...list(props.replication?.userManaged?.replicas)];
      if (!places.some((place) => place?.customerManagedEncryption))
        yield 'it names no key of your own (customerManagedEncryption)';
    },
    *'azure-native.keyvault.Vault'({ props }) {
      const {
        enablePurgeProtection,
        enableSoftDelete,
        softDeleteRetentionInDays = 90,
      } = props.properties ?? {};
      if (!yes(enablePurgeProtection)) yield 'enablePurgeProtection is not true';
      if (no(enableSoftDelete)) yield 'enableSoftDelete is false';
      if (softDeleteRetentionInDays < RECOVERY_DAYS)
        yield `softDeleteRetentionInDays is ${softDeleteRetentionInDays}`;
    },
  }),
});

export const encryption: Policy[] = [atRest, keys, generated, recoverable];

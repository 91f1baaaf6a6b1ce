import type { GcpConfig, GcpWorkersConfig } from '../../../../config/schema.ts';
import { type FateOf, hasOwnVault, nameOf } from '../fate.ts';

/** Access logs go with what they tell of. */
const BUCKETS = ['data', 'platform'];

export const gcpFate: FateOf<GcpConfig | GcpWorkersConfig> = (resource, config) => {
  const { projectId } = config;
  const { type, id = '' } = resource;
  const gcloud = (command: string) => `gcloud ${command} --project ${projectId}`;
  switch (type) {
    case 'gcp:storage/bucket:Bucket':
      return BUCKETS.includes(nameOf(resource))
        ? { lost: gcloud(`storage rsync --recursive gs://${id} FOLDER`) }
        : undefined;
    case 'gcp:filestore/instance:Instance':
      return { lost: 'from a machine that mounts it' };
    case 'gcp:secretmanager/secret:Secret':
      // Google deletes a secret at once, and without this one nobody opens what Vault holds in the last backup.
      return nameOf(resource) === 'vault-seal' && hasOwnVault(config)
        ? {
            lost: `it opens what Vault holds in the last backup: ${gcloud(`secrets versions access latest --secret ${id.split('/').at(-1)}`)} > FILE`,
          }
        : undefined;
    case 'gcp:sql/databaseInstance:DatabaseInstance':
      return { left: `its last backup, for 30 days (${gcloud('sql backups list')})` };
    case 'gcp:kms/cryptoKey:CryptoKey': {
      // projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY
      const [, , , location, , ring, , key] = id.split('/');
      const restore = `kms keys versions restore VERSION --location ${location} --keyring ${ring} --key ${key}`;
      return {
        left: `Google destroys its versions in 30 days, and nobody opens the backup after that. To keep one: ${gcloud(restore)}, then \`enable\` in place of \`restore\``,
      };
    }
    default:
      return undefined;
  }
};

import type { AwsConfig, AwsWorkersConfig } from '../../../../config/schema.ts';
import { type FateOf, hasOwnVault, nameOf } from '../fate.ts';

/** Access logs go with what they tell of. */
const BUCKETS = ['data', 'platform'];

export const awsFate: FateOf<AwsConfig | AwsWorkersConfig> = (resource, config) => {
  const { region, profile } = config;
  const { type, id } = resource;
  const aws = (command: string) => `aws ${command} --region ${region}`;
  switch (type) {
    case 'aws:s3/bucket:Bucket':
      return BUCKETS.includes(nameOf(resource)) ? { lost: aws(`s3 sync s3://${id} FOLDER`) } : undefined;
    case 'aws:efs/fileSystem:FileSystem':
      return {
        lost: `from a machine that mounts ${id}; AWS Backup keeps its nightly backups of the last 35 days, in aws/efs/automatic-backup-vault`,
      };
    case 'aws:rds/instance:Instance':
      // The engine's id is the resource's, and the instance is no longer there to be found by its name.
      return {
        left: `its last snapshot, until you delete it (${aws(`rds describe-db-snapshots --dbi-resource-id ${id}`)})`,
      };
    case 'aws:kms/key:Key':
      return {
        left: `AWS deletes it in 30 days, and nobody opens the snapshot after that. To keep it: ${aws(`kms cancel-key-deletion --key-id ${id}`)}, then ${aws(`kms enable-key --key-id ${id}`)}`,
      };
    case 'aws:secretsmanager/secret:Secret':
      return nameOf(resource) !== 'vault-seal' || !hasOwnVault(config)
        ? undefined
        : {
            left: `it opens what Vault holds in the snapshot. For ${profile === 'prod' ? 30 : 7} days it is had back by ${aws(`secretsmanager restore-secret --secret-id ${id}`)}`,
          };
    default:
      return undefined;
  }
};

/** The key that encrypts everything at rest: made, and protected; or one that is there already. */
import { Alias } from '@pulumi/aws/kms/alias.js';
import { Key } from '@pulumi/aws/kms/key.js';
import * as pulumi from '@pulumi/pulumi';
import { keyPolicy } from './permissions/key.ts';
import { guarded, type WorkerSite } from './site.ts';

export function installationKey(
  site: WorkerSite,
  { parent }: { parent: pulumi.Resource },
): pulumi.Output<string> {
  const { accountId, region, given } = site.config;
  if (given.kmsKey !== undefined) return pulumi.output(given.kmsKey);
  const key = new Key(
    'key',
    {
      description: `Cove ${site.name}: everything at rest`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: keyPolicy({ accountId, region, installation: site.name }),
    },
    { parent, ...guarded(site, 'secrets') },
  );
  new Alias('key', { name: `alias/cove-${site.name}`, targetKeyId: key.keyId }, { parent });
  return key.arn;
}

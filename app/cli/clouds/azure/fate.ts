import type { AzureConfig, AzureWorkersConfig } from '../../../../config/schema.ts';
import { type FateOf, nameOf } from '../fate.ts';

/** Of PostgreSQL `last-backup.ts` tells, which makes it. */
export const azureFate: FateOf<AzureConfig | AzureWorkersConfig> = (
  resource,
  { profile, subscriptionId },
) => {
  const { type, id = '' } = resource;
  const short = id.split('/').at(-1);
  switch (type) {
    case 'azure-native:storage:StorageAccount':
      return nameOf(resource) === 'storage'
        ? {
            lost: ['data', 'platform']
              .map(
                (container) =>
                  `az storage blob download-batch --auth-mode login --account-name ${short} --source ${container} --destination FOLDER`,
              )
              .join('\n    '),
          }
        : undefined;
    case 'azure-native:storage:FileShare':
      return { lost: 'from a machine that mounts it' };
    case 'azure-native:keyvault:Vault':
      return {
        left: `it opens what Vault holds in PostgreSQL. For ${profile === 'prod' ? 90 : 7} days it is had back by az keyvault recover --name ${short} --subscription ${subscriptionId}`,
      };
    default:
      return undefined;
  }
};

/** Azure, as the command line asks it. */
import { addressOf } from '../../../../config/addresses.ts';
import type { AzureConfig, AzureWorkersConfig } from '../../../../config/schema.ts';
import { bucketStore } from '../../engine/state-store.ts';
import type { Cloud } from '../cloud.ts';
import { administratorOf } from './administrator.ts';
import { azureFate } from './fate.ts';
import { bootLog, runOnHost } from './host.ts';
import { lastBackup } from './last-backup.ts';
import { CONTAINER, secretsProvider, stateAccount, stateUrl } from './names.ts';
import { containerObjects } from './objects.ts';
import { preflight } from './preflight.ts';

export const azureCloud: Cloud<AzureConfig, AzureWorkersConfig> = {
  backend: (name, config) => ({
    url: stateUrl(name, config),
    secretsProvider: secretsProvider(name, config),
  }),
  state: (name, config) =>
    bucketStore(containerObjects(stateAccount(name, config), CONTAINER, `npx cove init azure -s ${name}`)),
  addressOf: (_name, { subscriptionId }, type, inputs) =>
    addressOf(type, inputs, { subscription: subscriptionId }),
  preflight: (name, config) => preflight(name, config),
  administrator: administratorOf,
  lastBackup: (name, config, kept, say) => lastBackup(name, config, kept, say),
  bootLog: (name, config) => bootLog(name, config),
  runOnHost: (name, config, command) => runOnHost(name, config, command),
  fate: azureFate,
};

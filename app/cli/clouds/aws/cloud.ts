/** AWS, as the command line asks it. */
import type { AwsConfig, AwsWorkersConfig } from '../../../../config/schema.ts';
import { bucketStore } from '../../engine/state-store.ts';
import type { Cloud } from '../cloud.ts';
import { findAddress } from './address.ts';
import { administratorOf } from './administrator.ts';
import { awsFate } from './fate.ts';
import { bootLog, runOnHost } from './host.ts';
import { secretsProvider, stateBucket, stateUrl } from './names.ts';
import { bucketObjects } from './objects.ts';
import { preflight } from './preflight.ts';

export const awsCloud: Cloud<AwsConfig, AwsWorkersConfig> = {
  backend: (name, config, env) => ({
    url: stateUrl(name, config, env),
    secretsProvider: secretsProvider(name, config),
  }),
  state: (name, config) =>
    bucketStore(bucketObjects(stateBucket(name, config), config.region, `npx cove init aws -s ${name}`)),
  addressOf: findAddress,
  preflight,
  administrator: administratorOf,
  bootLog,
  runOnHost,
  fate: awsFate,
};

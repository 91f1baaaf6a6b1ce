/** Google Cloud, as the command line asks it. */
import { addressOf } from '../../../../config/addresses.ts';
import type { GcpConfig, GcpWorkersConfig } from '../../../../config/schema.ts';
import { bucketStore } from '../../engine/state-store.ts';
import type { Cloud } from '../cloud.ts';
import { administratorOf, resetPassword } from './administrator.ts';
import { openGoogle } from './api.ts';
import { gcpFate } from './fate.ts';
import { bootLog, lookAtHost, runOnHost, serviceLog } from './host.ts';
import { secretsProvider, stateBucket, stateUrl } from './names.ts';
import { bucketObjects } from './objects.ts';
import { preflight } from './preflight.ts';

export const gcpCloud: Cloud<GcpConfig, GcpWorkersConfig> = {
  backend: (name, config) => ({
    url: stateUrl(name, config),
    secretsProvider: secretsProvider(name, config),
  }),
  state: (name, config) =>
    bucketStore(bucketObjects(openGoogle(), stateBucket(name, config), `npx cove init gcp -s ${name}`)),
  addressOf: (_name, { projectId: project, region }, type, inputs) =>
    addressOf(type, inputs, { project, region }),
  preflight: (name, config) => preflight(name, config),
  administrator: (name, config) => administratorOf(name, config),
  bootLog: (name, config) => bootLog(name, config),
  runOnHost: (name) => runOnHost(name),
  resetPassword: (name, config) => resetPassword(name, config),
  lookAtHost: (name, config) => lookAtHost(name, config),
  serviceLog: (name, config, service, count) => serviceLog(name, config, service, count),
  fate: gcpFate,
};

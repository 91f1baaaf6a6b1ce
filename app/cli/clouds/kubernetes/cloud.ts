/** A Kubernetes cluster, as the command line asks it. */
import type { KubernetesConfig, KubernetesWorkersConfig } from '../../../../config/schema.ts';
import { CliError, EXIT } from '../../errors.ts';
import type { Cloud } from '../cloud.ts';
import { administratorOf } from './administrator.ts';
import { kubernetesFate } from './fate.ts';
import { bootLog, lookAtHost, serviceLog } from './host.ts';
import { lastBackup } from './last-backup.ts';
import { preflight } from './preflight.ts';
import { stateOf } from './state.ts';

export const kubernetesCloud: Cloud<KubernetesConfig, KubernetesWorkersConfig> = {
  backend: (_name, { state }) => state,
  state: (_name, config) => stateOf(config),
  preflight,
  administrator: administratorOf,
  lastBackup,
  bootLog,
  serviceLog,
  moreServices: ({ database, queue }) => [
    ...(database.kind === 'own' ? ['database'] : []),
    ...(queue.kind === 'own' ? ['queue'] : []),
  ],
  lookAtHost,
  runOnHost: async () => {
    throw new CliError('In a cluster there is no host to run commands on.', { exitCode: EXIT.usage });
  },
  fate: kubernetesFate,
};

/** API and scheduler: two Deployments with two identities. */
import { Deployment } from '@pulumi/kubernetes/apps/v1/deployment.js';
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap.js';
import { PodDisruptionBudget } from '@pulumi/kubernetes/policy/v1/podDisruptionBudget.js';
import type * as pulumi from '@pulumi/pulumi';
import { sizeOf } from '../../../config/checks/kubernetes-sizes.ts';
import type { ClusterBoot } from '../../boot/contract.ts';
import { apiSettings, SCRATCH, schedulerSettings } from '../../boot/settings.ts';
import type { AppHostArgs } from '../appHost.ts';
import { API_PORT } from '../ingress.ts';
import { labelsOf, metaOf, selector } from '../meta.ts';
import { execProbe, httpProbe, patient, scratch } from '../pod.ts';
import { STORAGE_FOLDER } from '../storage.ts';
import { digestOf, platformPod, settingsFiles } from './pods.ts';

const SETTINGS = { api: apiSettings, scheduler: schedulerSettings };
/** Of what the platform may take together; Vault has the rest. */
const SHARE = { api: 1 / 2, scheduler: 1 / 4 };

const PROBES = {
  api: {
    ports: [{ name: 'http', containerPort: API_PORT }],
    startupProbe: patient(httpProbe('/readyz', API_PORT)),
    readinessProbe: httpProbe('/readyz', API_PORT),
    // Not whether databases answer: a pod made anew would not mend those.
    livenessProbe: { tcpSocket: { port: API_PORT }, periodSeconds: 15, failureThreshold: 4 },
  },
  scheduler: {
    readinessProbe: { ...execProbe('node', 'app/probe.ts', '/etc/cove/settings.json'), periodSeconds: 60 },
  },
};

export function service(
  role: 'api' | 'scheduler',
  { site, identity, registry, storage }: AppHostArgs,
  boot: pulumi.Output<ClusterBoot>,
  options: pulumi.CustomResourceOptions,
): Deployment {
  const files = boot.apply((known) => settingsFiles(known, SETTINGS[role](known)));
  const meta = (name: string) => metaOf(site, { name, component: role });
  const settings = new ConfigMap(
    `${role}-settings`,
    { metadata: meta(`${role}-settings`), data: files },
    options,
  );
  new PodDisruptionBudget(
    role,
    { metadata: meta(role), spec: { maxUnavailable: 1, selector: { matchLabels: selector(site, role) } } },
    options,
  );
  const { secret, key } = identity.written[`approle-${role}`];
  const { volume } = storage;
  return new Deployment(
    role,
    {
      metadata: meta(role),
      spec: {
        replicas: 1,
        selector: { matchLabels: selector(site, role) },
        // The new one is ready before the old one goes; each of them finishes what it has begun.
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          metadata: { labels: labelsOf(site, role), annotations: { 'cove/settings': files.apply(digestOf) } },
          spec: {
            ...platformPod({
              role,
              image: registry.images.platform,
              account: identity.accounts[role],
              pullSecrets: registry.pullSecrets,
              settings: settings.metadata.name,
              login: { secret, key, file: 'approle.json' },
              size: { ...sizeOf(site.config, 'appHost'), share: SHARE[role] },
              container: PROBES[role],
              mounts: [
                ...(role === 'api' ? [{ name: 'scratch', mountPath: SCRATCH }] : []),
                ...(volume === undefined ? [] : [{ name: 'storage', mountPath: STORAGE_FOLDER }]),
              ],
              volumes: [
                ...(role === 'api' ? [scratch('scratch')] : []),
                ...(volume === undefined
                  ? []
                  : [{ name: 'storage', persistentVolumeClaim: { claimName: volume.metadata.name } }]),
              ],
            }),
            terminationGracePeriodSeconds: 30,
          },
        },
      },
    },
    options,
  );
}

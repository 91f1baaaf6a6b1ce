/**
 * Pods for deployed endpoints, apart from the platform and from the workers: a Deployment of agents, which join as the
 * environment `endpoint-host`, to which no job is sent.
 */
import { Deployment } from '@pulumi/kubernetes/apps/v1/deployment.js';
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap.js';
import { PodDisruptionBudget } from '@pulumi/kubernetes/policy/v1/podDisruptionBudget.js';
import * as pulumi from '@pulumi/pulumi';
import { ENDPOINT_HOSTS } from '../boot/environments.ts';
import { digestOf } from './appHost/pods.ts';
import { metaOf, selector } from './meta.ts';
import type { Network } from './network.ts';
import { execProbe } from './pod.ts';
import type { Registry } from './registry.ts';
import type { Site } from './site.ts';
import { workerGroup } from './worker-names.ts';
import { authoritiesOf, GROUP_LABEL, workerPod, workerSettings } from './workers/template.ts';
import type { Workers } from './workers.ts';

export interface EndpointHostsArgs {
  site: Site;
  network: Network;
  registry: Registry;
  /** Whose ServiceAccount they have. */
  workers: Workers;
}

export class EndpointHosts extends pulumi.ComponentResource {
  constructor(
    name: string,
    { site, network, registry, workers }: EndpointHostsArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:kubernetes:EndpointHosts', name, {}, options);
    const { endpointHosts } = site.config;
    if (endpointHosts !== undefined) {
      const group = workerGroup(ENDPOINT_HOSTS);
      const within = { parent: this, dependsOn: [...network.ready, workers] };
      const metadata = metaOf(site, { name: group, component: 'worker', space: 'jobs' });
      const host = { ...endpointHosts, slug: ENDPOINT_HOSTS, gpus: 0, mounts: [], serviceAccount: undefined };
      const data = { 'settings.json': JSON.stringify(workerSettings(site, host)), ...authoritiesOf(site) };
      const settings = new ConfigMap(group, { metadata, data }, within);
      const matchLabels = { ...selector(site, 'worker'), [GROUP_LABEL]: group };
      new PodDisruptionBudget(
        ENDPOINT_HOSTS,
        { metadata, spec: { maxUnavailable: 1, selector: { matchLabels } } },
        within,
      );
      const probe = { ...execProbe('node', 'app/probe.ts', '/etc/cove/settings.json'), periodSeconds: 60 };
      new Deployment(
        ENDPOINT_HOSTS,
        {
          metadata,
          spec: {
            replicas: endpointHosts.count,
            selector: { matchLabels },
            template: registry.images.platform.apply((image) => {
              const { labels, spec } = workerPod(site, host, image);
              const containers = spec.containers.map((container) => ({
                ...container,
                readinessProbe: probe,
              }));
              const annotations = { 'cove/settings': digestOf(data) };
              return { metadata: { labels, annotations }, spec: { ...spec, containers } };
            }),
          },
        },
        { ...within, dependsOn: [...within.dependsOn, settings] },
      );
    }
    this.registerOutputs({});
  }
}

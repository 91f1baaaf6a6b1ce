/** The network: two namespaces, made or given; who may talk to whom; and how much jobs may take together. */
import { Namespace } from '@pulumi/kubernetes/core/v1/namespace.js';
import { ResourceQuota } from '@pulumi/kubernetes/core/v1/resourceQuota.js';
import { NetworkPolicy } from '@pulumi/kubernetes/networking/v1/networkPolicy.js';
import * as pulumi from '@pulumi/pulumi';
import { labelsOf, metaOf } from './meta.ts';
import { firewall } from './network/firewall.ts';
import type { Space, WorkerSite } from './site.ts';

/** Pod Security of both: the cluster itself refuses a pod with more rights. */
const RESTRICTED = Object.fromEntries(
  ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
);
/** Pods of the platform at once: what it has, twice while it is replaced, and dumps. */
const MOST_PLATFORM_PODS = '30';

export class Network extends pulumi.ComponentResource {
  /** What has to be there before anything is made in the namespaces. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, { site }: { site: WorkerSite }, options?: pulumi.ComponentResourceOptions) {
    super('cove:kubernetes:Network', name, {}, options);
    const spaces = site.config.given.namespaces === undefined ? this.#namespaces(site) : [];
    const within = { parent: this, dependsOn: spaces };
    for (const { name: policy, space, component, spec } of firewall(site))
      new NetworkPolicy(
        `${space}-${policy}`,
        { metadata: metaOf(site, { name: policy, component, space }), spec },
        within,
      );
    const hosts = 'joins' in site.config ? 0 : (site.config.endpointHosts?.count ?? 0);
    const jobs = site.config.environments.reduce((sum, { ceiling }) => sum + ceiling, 0);
    const quotas = {
      platform: { pods: MOST_PLATFORM_PODS },
      // A job is two: the agent, and the program; ended Jobs stay for a while.
      jobs: { 'count/jobs.batch': String(jobs * 4), pods: String(jobs * 2 + hosts * 2) },
    };
    for (const [space, hard] of Object.entries(quotas))
      new ResourceQuota(
        space,
        {
          metadata: metaOf(site, { name: 'cove', component: 'network', space: space as Space }),
          spec: { hard },
        },
        within,
      );
    this.ready = spaces;
    this.registerOutputs({});
  }

  /** They go last, and only when nothing that holds data is left in them. */
  #namespaces(site: WorkerSite): Namespace[] {
    return Object.entries(site.namespaces).map(
      ([space, namespace]) =>
        new Namespace(
          space,
          { metadata: { name: namespace, labels: { ...labelsOf(site, space), ...RESTRICTED } } },
          { parent: this },
        ),
    );
  }
}

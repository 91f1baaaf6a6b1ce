/**
 * The network: dedicated, or one that is there already; who may talk to whom in it; where Google's services are reached.
 * A dedicated network with its NAT costs about 40 US dollars a month, in private mode nothing.
 */
import * as pulumi from '@pulumi/pulumi';
import { dedicatedNetwork, type Placed } from './network/dedicated.ts';
import type { Group } from './network/firewall.ts';
import { firewallRules, INSIDE, tagsFor } from './network/rules.ts';
import { privateServices, serviceAccess } from './network/services.ts';
import type { WorkerSite } from './site.ts';

export class Network extends pulumi.ComponentResource {
  readonly networkId: pulumi.Output<string>;
  readonly subnets: Placed['subnets'];
  /** Network tags of machines, by what they are. */
  readonly tags: Record<Group, string>;
  readonly natAddresses: pulumi.Output<string>[];
  /** What has to be there before a database is made in it. */
  readonly services: pulumi.Resource[];
  /** What has to be there before an internal load balancer is made in it. */
  readonly proxies: pulumi.Resource[];
  /** What has to be there before a machine boots: routes, names, rules. */
  readonly ways: pulumi.Resource[];

  constructor(name: string, { site }: { site: WorkerSite }, options?: pulumi.ComponentResourceOptions) {
    super('cove:gcp:Network', name, {}, options);
    const within = { parent: this };
    const { network, given } = site.config;
    const placed = network.kind === 'dedicated' ? dedicatedNetwork(site, within) : existingNetwork(site);
    this.networkId = placed.networkId;
    this.subnets = placed.subnets;
    this.natAddresses = placed.natAddresses;
    this.proxies = placed.proxies;
    this.tags = tagsFor(site);
    this.services = serviceAccess(site, placed, within);
    const { layout } = placed;
    const rules = given.firewall
      ? []
      : firewallRules(
          site,
          {
            networkId: placed.networkId,
            services: layout === undefined ? INSIDE : [layout.services],
            proxies: layout === undefined ? INSIDE : [layout.proxies],
          },
          within,
        );
    this.ways = [...placed.ways, ...privateServices(site, placed, within), ...rules];
    this.registerOutputs({ networkId: this.networkId, subnets: this.subnets });
  }
}

/** Subnets that are there. */
function existingNetwork(site: WorkerSite): Placed {
  const { network } = site.config;
  if (network.kind !== 'existing') throw new Error('the config asks for a network of its own');
  const { subnetIds } = network;
  const host = 'scaler' in subnetIds ? subnetIds.scaler : subnetIds.appHost;
  return {
    networkId: pulumi.output(network.networkId),
    subnets: { host: pulumi.output(host), workers: pulumi.output(subnetIds.workers) },
    proxies: [],
    layout: undefined,
    natAddresses: [],
    ways: [],
  };
}

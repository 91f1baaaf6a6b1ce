/** A network of the installation's own: subnets of its region, the way out, what is recorded. */
import { Address } from '@pulumi/gcp/compute/address.js';
import { Network } from '@pulumi/gcp/compute/network.js';
import { NetworkPeering } from '@pulumi/gcp/compute/networkPeering.js';
import { Router } from '@pulumi/gcp/compute/router.js';
import { RouterNat } from '@pulumi/gcp/compute/routerNat.js';
import { Subnetwork } from '@pulumi/gcp/compute/subnetwork.js';
import * as pulumi from '@pulumi/pulumi';
import type { WorkerSite } from '../site.ts';
import type { Group } from './firewall.ts';
import { type RegionLayout, regionLayout } from './layout.ts';

export interface Placed {
  networkId: pulumi.Output<string>;
  /** `host`: of the one machine that always runs. */
  subnets: { host: pulumi.Output<string>; workers: pulumi.Output<string> };
  /** The subnet of an internal load balancer's proxies, where it has to be there first. */
  proxies: pulumi.Resource[];
  layout: RegionLayout | undefined;
  /** Public addresses that the installation's machines are seen with. */
  natAddresses: pulumi.Output<string>[];
  /** What has to be there before a machine boots. */
  ways: pulumi.Resource[];
}

/** Addresses that machines of a busy installation share: each has some 64 000 ports. */
const NAT_ADDRESSES = 2;

export function dedicatedNetwork(site: WorkerSite, options: pulumi.CustomResourceOptions): Placed {
  const { network } = site.config;
  if (network.kind !== 'dedicated') throw new Error('the config names an existing network');
  const { config } = site;
  const { region } = config;
  const layout = regionLayout(network.cidr);
  const vpc = new Network(
    'network',
    {
      name: site.named('network'),
      description: `Cove ${site.name}`,
      autoCreateSubnetworks: false,
      routingMode: 'REGIONAL',
      // The route to the internet goes with them.
      deleteDefaultRoutesOnCreate: network.private,
    },
    options,
  );
  const subnet = (kind: Group, ipCidrRange: string) =>
    new Subnetwork(
      kind,
      {
        name: site.named(kind === 'appHost' ? 'app-host' : kind),
        network: vpc.id,
        region,
        ipCidrRange,
        privateIpGoogleAccess: true,
        logConfig: {
          aggregationInterval: 'INTERVAL_5_MIN',
          flowSampling: 0.5,
          metadata: 'INCLUDE_ALL_METADATA',
        },
      },
      options,
    );
  const subnets = {
    host: subnet('joins' in config ? 'scaler' : 'appHost', layout.appHost),
    workers: subnet('workers', layout.workers),
  };
  const isInternal = 'access' in config && config.access.internal;
  const proxies = isInternal
    ? [
        new Subnetwork(
          'proxies',
          {
            name: site.named('proxies'),
            network: vpc.id,
            region,
            ipCidrRange: layout.proxies,
            purpose: 'REGIONAL_MANAGED_PROXY',
            role: 'ACTIVE',
          },
          options,
        ),
      ]
    : [];
  const out = network.private ? undefined : wayOut(site, vpc, options);
  const peerings = network.connections.map(
    ({ cidr, via }) =>
      new NetworkPeering(
        `peering-${cidr}`,
        {
          name: site.named(`peering-${cidr.replaceAll(/\D/g, '-')}`),
          network: vpc.id,
          peerNetwork: via,
          importCustomRoutes: true,
        },
        options,
      ),
  );
  return {
    networkId: vpc.id,
    subnets: { host: subnets.host.id, workers: subnets.workers.id },
    proxies,
    layout,
    natAddresses: out?.addresses ?? [],
    ways: [subnets.host, subnets.workers, ...(out === undefined ? [] : [out.nat]), ...peerings],
  };
}

/** NAT for everything: no machine has an address of its own. */
function wayOut(site: WorkerSite, vpc: Network, options: pulumi.CustomResourceOptions) {
  const { region } = site.config;
  const addresses = Array.from(
    { length: NAT_ADDRESSES },
    (_, index) =>
      new Address(
        `nat-${index}`,
        { name: site.named(`nat-${index}`), region, addressType: 'EXTERNAL', labels: site.labels },
        options,
      ),
  );
  const router = new Router('router', { name: site.named('router'), network: vpc.id, region }, options);
  const nat = new RouterNat(
    'nat',
    {
      name: site.named('nat'),
      router: router.name,
      region,
      natIpAllocateOption: 'MANUAL_ONLY',
      natIps: pulumi.all(addresses.map(({ selfLink }) => selfLink)),
      sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
      logConfig: { enable: true, filter: 'ERRORS_ONLY' },
    },
    options,
  );
  return { nat, addresses: addresses.map(({ address }) => address) };
}

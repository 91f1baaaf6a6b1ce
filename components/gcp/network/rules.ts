/** Firewall rules, from the table of `firewall.ts`; what it does not name is refused, in and out. */
import { Firewall } from '@pulumi/gcp/compute/firewall.js';
import type * as pulumi from '@pulumi/pulumi';
import { namedPorts } from '../../named-ports.ts';
import { physicalName } from '../../naming.ts';
import type { WorkerSite } from '../site.ts';
import { type Group, groupsOf, rulesOf, workerStackRules } from './firewall.ts';

export interface RuleFacts {
  networkId: pulumi.Output<string>;
  services: string[];
  proxies: string[];
}

/** Private addresses, where a network does not say which are its own. */
export const INSIDE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** Network tags: rules go by them. */
export const tagsFor = (site: WorkerSite): Record<Group, string> => ({
  appHost: site.named('app-host'),
  endpointHosts: site.named('endpoint-hosts'),
  scaler: site.named('scaler'),
  workers: site.named('workers'),
});

export function firewallRules(
  site: WorkerSite,
  { networkId, services, proxies }: RuleFacts,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { network } = site.config;
  const tags = tagsFor(site);
  const inside =
    network.kind === 'existing' ? INSIDE : [network.cidr, ...network.connections.map(({ cidr }) => cidr)];
  const facts = { isPrivate: network.private, inside, named: namedPorts(site.config), services, proxies };
  const rules =
    'joins' in site.config
      ? workerStackRules({ ...site.config, ...facts })
      : rulesOf({ ...site.config, ...facts });
  const named = (part: string) => physicalName(site.name, part.toLowerCase(), 63);
  // Google lets everything out where no rule says otherwise: jobs could reach PostgreSQL's address.
  const refuse = new Firewall(
    'refuse-out',
    {
      name: named('refuse-out'),
      network: networkId,
      description: 'everything that no other rule lets out',
      direction: 'EGRESS',
      priority: 65_000,
      destinationRanges: ['0.0.0.0/0'],
      targetTags: groupsOf(site.config).map((group) => tags[group]),
      denies: [{ protocol: 'all' }],
    },
    options,
  );
  const made = rules.map(
    ({ name, way, group, peers, port, lastPort, why }) =>
      new Firewall(
        name,
        {
          name: named(name),
          network: networkId,
          description: why,
          direction: way === 'in' ? 'INGRESS' : 'EGRESS',
          targetTags: [tags[group]],
          allows: [
            { protocol: 'tcp', ports: [lastPort === undefined ? String(port) : `${port}-${lastPort}`] },
          ],
          ...(way === 'out'
            ? { destinationRanges: peers as string[] }
            : Array.isArray(peers)
              ? { sourceRanges: peers }
              : { sourceTags: [tags[peers.group]] }),
        },
        options,
      ),
  );
  return [refuse, ...made];
}

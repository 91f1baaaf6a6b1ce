/** Network security groups, from the table of `firewall.ts`. */
import { NetworkSecurityGroup } from '@pulumi/azure-native/network/networkSecurityGroup.js';
import * as pulumi from '@pulumi/pulumi';
import { namedPorts } from '../../named-ports.ts';
import type { Group as ResourceGroup } from '../group.ts';
import type { WorkerSite } from '../site.ts';
import { type Group, type Peer, type Rule, rulesOf, workerStackRules } from './firewall.ts';

/** Groups of machines, which their network interfaces carry. */
export type MachineGroup = 'appHost' | 'endpointHosts' | 'scaler' | 'workers';

export const isMachines = (name: Group): boolean => !['ingress', 'database', 'endpoints'].includes(name);

/** Private addresses, where a network does not say which are its own. */
const INSIDE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
const LAST = 4096;

/** Addresses of each group's subnet. */
export type Prefixes = Record<Group, pulumi.Input<string>>;

export function securityGroup(
  name: Group,
  { site, group, prefixes }: { site: WorkerSite; group: ResourceGroup; prefixes: Prefixes },
  options: pulumi.CustomResourceOptions,
): NetworkSecurityGroup {
  const { network } = site.config;
  const inside =
    network.kind === 'existing' ? INSIDE : [network.cidr, ...network.connections.map(({ cidr }) => cidr)];
  const facts = { isPrivate: network.private, inside, named: namedPorts(site.config) };
  const rules =
    'joins' in site.config
      ? workerStackRules({ ...site.config, ...facts })
      : rulesOf({ ...site.config, ...facts });
  const isThis = (peer: Peer) => 'group' in peer && peer.group === name;
  const entering = rules.filter(({ to }) => isThis(to));
  // What Azure runs for us has ways of its own out of its subnet.
  const machines = isMachines(name);
  const leaving = machines ? rules.filter(({ from }) => isThis(from)) : [];
  return new NetworkSecurityGroup(
    name,
    {
      ...group.place,
      networkSecurityGroupName: site.named(name),
      securityRules: [
        ...entering.map((rule, index) => ruleOf(rule, 'Inbound', 100 + index, prefixes)),
        refusal('Inbound', 'VirtualNetwork'),
        ...leaving.map((rule, index) => ruleOf(rule, 'Outbound', 100 + index, prefixes)),
        ...(machines ? [refusal('Outbound', '*')] : []),
      ],
    },
    options,
  );
}

const ruleOf = (
  { name, from, to, port, why }: Rule,
  direction: 'Inbound' | 'Outbound',
  priority: number,
  prefixes: Prefixes,
) => ({
  name,
  description: why,
  access: 'Allow',
  direction,
  priority,
  protocol: 'Tcp',
  sourceAddressPrefix: addresses(from, prefixes),
  sourcePortRange: '*',
  destinationAddressPrefix: addresses(to, prefixes),
  destinationPortRange: port,
});

/** Azure lets a network speak with itself, and with the world, unless a rule refuses it. */
const refusal = (direction: 'Inbound' | 'Outbound', of: string) => ({
  name: `refuse-${direction.toLowerCase()}`,
  description: 'everything else',
  access: 'Deny',
  direction,
  priority: LAST,
  protocol: '*',
  sourceAddressPrefix: direction === 'Inbound' ? of : '*',
  sourcePortRange: '*',
  destinationAddressPrefix: '*',
  destinationPortRange: '*',
});

function addresses(peer: Peer, prefixes: Prefixes): pulumi.Input<string> {
  if ('group' in peer) return prefixes[peer.group];
  return 'cidr' in peer ? peer.cidr : peer.tag;
}

/** Groups that the operator made; their rules are the operator's too (docs/azure.md lists them). */
export function givenGroups(
  given: { workers: string } & ({ appHost: string } | { scaler: string }),
): Partial<Record<MachineGroup, pulumi.Output<string>>> {
  const all = { endpointHosts: given.workers, ...given };
  return Object.fromEntries(Object.entries(all).map(([name, id]) => [name, pulumi.output(id)]));
}

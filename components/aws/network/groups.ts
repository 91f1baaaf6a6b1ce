/** Security groups and their rules, from the table of `firewall.ts`. */

import { getManagedPrefixListOutput } from '@pulumi/aws/ec2/getManagedPrefixList.js';
import { SecurityGroup } from '@pulumi/aws/ec2/securityGroup.js';
import { SecurityGroupEgressRule } from '@pulumi/aws/vpc/securityGroupEgressRule.js';
import { SecurityGroupIngressRule } from '@pulumi/aws/vpc/securityGroupIngressRule.js';
import * as pulumi from '@pulumi/pulumi';
import { namedPorts } from '../../named-ports.ts';
import type { WorkerSite } from '../site.ts';
import { serviceName } from './endpoints.ts';
import { type Group, groupsOf, type Peer, rulesOf, workerStackRules } from './firewall.ts';

/** Those that the stack has. */
export type Groups = Record<Group, pulumi.Output<string>>;

export interface GroupFacts {
  vpcId: pulumi.Output<string>;
  /** Public addresses of the installation's own machines: a public load balancer sees them come from there. */
  natAddresses: pulumi.Output<string>[];
  /** S3's prefix list, where a gateway of ours tells it. */
  s3: pulumi.Output<string> | undefined;
}

/** Private addresses, where a network does not say which are its own. */
const INSIDE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

export function securityGroups(
  site: WorkerSite,
  { vpcId, natAddresses, s3 }: GroupFacts,
  options: pulumi.CustomResourceOptions,
): { groups: Groups; rules: pulumi.Resource[] } {
  const { network, region } = site.config;
  const groups = Object.fromEntries(
    groupsOf(site.config).map((name) => {
      const group = new SecurityGroup(
        name,
        {
          vpcId,
          name: site.named(name),
          description: `Cove ${site.name}: ${name}`,
          tags: { Name: site.named(name), component: name },
        },
        options,
      );
      return [name, group.id];
    }),
  ) as Groups;
  const inside =
    network.kind === 'existing' ? INSIDE : [network.cidr, ...network.connections.map(({ cidr }) => cidr)];
  const prefixList = s3 ?? getManagedPrefixListOutput({ name: serviceName(region, 's3') }, options).id;
  const facts = { isPrivate: network.private, inside, named: namedPorts(site.config) };
  const rules =
    'joins' in site.config
      ? workerStackRules({ ...site.config, ...facts })
      : rulesOf({ ...site.config, ...facts });
  const made = rules.flatMap(({ name, from, to, port, lastPort = port, why }) => {
    const rule = {
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: lastPort,
      description: why,
      tags: { Name: name },
    };
    return [
      ...('group' in to
        ? [
            new SecurityGroupIngressRule(
              name,
              { ...rule, ...other(from, groups, prefixList), securityGroupId: groups[to.group] },
              options,
            ),
          ]
        : []),
      ...('group' in from
        ? [
            new SecurityGroupEgressRule(
              name,
              { ...rule, ...other(to, groups, prefixList), securityGroupId: groups[from.group] },
              options,
            ),
          ]
        : []),
    ];
  });
  // Where everybody may come, our own machines may as well.
  const access = 'access' in site.config ? site.config.access : undefined;
  const own =
    access === undefined || access.internal || access.allowedCidrs.includes('0.0.0.0/0') ? [] : natAddresses;
  const ownAddresses = own.map(
    (address, index) =>
      new SecurityGroupIngressRule(
        `nat-${index}-ingress`,
        {
          securityGroupId: groups.ingress,
          ipProtocol: 'tcp',
          fromPort: 443,
          toPort: 443,
          cidrIpv4: pulumi.interpolate`${address}/32`,
          description: 'machines of the installation, as the internet sees them',
        },
        options,
      ),
  );
  return { groups, rules: [...made, ...ownAddresses] };
}

function other(peer: Peer, groups: Groups, prefixListId: pulumi.Output<string>) {
  if ('group' in peer) return { referencedSecurityGroupId: groups[peer.group] };
  return 'cidr' in peer ? { cidrIpv4: peer.cidr } : { prefixListId };
}

/** Groups that the operator made; their rules are the operator's too (docs/aws.md lists them). */
export function givenGroups(
  given: { workers: string; endpoints: string } & Partial<Record<Group, string>>,
): Groups {
  const all = { endpointHosts: given.workers, mounts: given.endpoints, ...given };
  return Object.fromEntries(Object.entries(all).map(([name, id]) => [name, pulumi.output(id)])) as Groups;
}

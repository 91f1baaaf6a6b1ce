/** Who is let in, told alike for every cloud: each firewall rule as sources and ports. */
import type { Resource } from '../resource.ts';
import { list, type Props } from '../resource.ts';
import { listeners } from './local.ts';
import { EVERY_PORT, type Ports, portsOf } from './ports.ts';

export interface IngressRule {
  /** Networks, or the cloud's words for many of them; empty where only groups, tags or identities are named. */
  from: string[];
  ports: Ports[];
  /** What it lets in to, where the rule itself says so. */
  to?: string;
}

const ALL_PROTOCOLS = ['-1', 'all', '*', -1];

/** AWS: `-1` and no ports mean everything. */
function awsPorts({ protocol, ipProtocol, fromPort, toPort }: Props): Ports[] {
  const spoken = protocol ?? ipProtocol;
  if (ALL_PROTOCOLS.includes(spoken) || fromPort === undefined || fromPort === null) return [EVERY_PORT];
  return [{ from: Math.max(0, fromPort), to: toPort < 0 ? 65535 : (toPort ?? fromPort) }];
}
const awsInline = (rule: Props): IngressRule => ({
  from: [...list(rule.cidrBlocks), ...list(rule.ipv6CidrBlocks)],
  ports: awsPorts(rule),
});

/** Google: a rule without a source is one for everybody. */
function gcpFirewall({
  direction,
  disabled,
  allows,
  sourceRanges,
  sourceTags,
  sourceServiceAccounts,
}: Props) {
  if (direction === 'EGRESS' || disabled === true) return [];
  const named = list(sourceTags).length + list(sourceServiceAccounts).length > 0;
  const from: string[] = list(sourceRanges);
  return list(allows).map(
    (allow): IngressRule => ({
      from: from.length === 0 && !named ? ['0.0.0.0/0'] : from,
      ports: list(allow.ports).length === 0 ? [EVERY_PORT] : list(allow.ports).map(portsOf),
    }),
  );
}
function gcpPolicyRule({ direction, action, match }: Props): IngressRule[] {
  if (direction !== 'INGRESS' || action !== 'allow') return [];
  const ports = list(match?.layer4Configs).flatMap((layer) =>
    list(layer.ports).length === 0 ? [EVERY_PORT] : list(layer.ports).map(portsOf),
  );
  return [{ from: list(match?.srcIpRanges), ports: ports.length === 0 ? [EVERY_PORT] : ports }];
}

/** Azure: one rule, inline in its group or a resource of its own. */
export function azureRule(rule: Props): IngressRule[] {
  if (rule.access !== 'Allow' || rule.direction !== 'Inbound') return [];
  const ports = [...list(rule.destinationPortRange), ...list(rule.destinationPortRanges)].map(portsOf);
  return [
    {
      from: [...list(rule.sourceAddressPrefix), ...list(rule.sourceAddressPrefixes)],
      ports: ports.length === 0 ? [EVERY_PORT] : ports,
      to: [...list(rule.destinationAddressPrefix), ...list(rule.destinationAddressPrefixes)].join(', '),
    },
  ];
}

/** Kubernetes: a rule without `from` is one for everybody. */
function networkPolicy({ spec }: Props): IngressRule[] {
  return list(spec?.ingress).map(
    (rule: Props): IngressRule => ({
      from:
        list(rule.from).length === 0
          ? ['0.0.0.0/0']
          : list(rule.from).flatMap((peer) => list(peer.ipBlock?.cidr)),
      ports:
        list(rule.ports).length === 0
          ? [EVERY_PORT]
          : list(rule.ports).map((port) =>
              port.endPort === undefined ? portsOf(port.port) : { from: port.port, to: port.endPort },
            ),
    }),
  );
}
function kubernetesService({ spec, metadata }: Props): IngressRule[] {
  if (!['LoadBalancer', 'NodePort'].includes(spec?.type)) return [];
  const ranges = list(spec.loadBalancerSourceRanges);
  // Each cloud's word for a balancer that only its own network sees has this in its name.
  const internal = Object.keys(metadata?.annotations ?? {}).some((key) =>
    /internal|load-balancer-type/.test(key),
  );
  return [
    {
      from: ranges.length > 0 || internal ? ranges : ['0.0.0.0/0'],
      ports: list(spec.ports).map(({ port }) => portsOf(port)),
    },
  ];
}

const ADAPTERS: Record<string, (props: Props, resource: Resource) => IngressRule[]> = {
  'aws.ec2.SecurityGroup': ({ ingress }) => list(ingress).map(awsInline),
  'aws.ec2.DefaultSecurityGroup': ({ ingress }) => list(ingress).map(awsInline),
  'aws.ec2.SecurityGroupRule': (props) => (props.type === 'ingress' ? [awsInline(props)] : []),
  'aws.vpc.SecurityGroupIngressRule': (props) => [
    { from: [...list(props.cidrIpv4), ...list(props.cidrIpv6)], ports: awsPorts(props) },
  ],
  'gcp.compute.Firewall': gcpFirewall,
  'gcp.compute.NetworkFirewallPolicyRule': gcpPolicyRule,
  'gcp.compute.RegionNetworkFirewallPolicyRule': gcpPolicyRule,
  'azure-native.network.NetworkSecurityGroup': ({ securityRules }) =>
    list(securityRules).flatMap((rule) => azureRule(rule.properties ?? rule)),
  'azure-native.network.SecurityRule': azureRule,
  'kubernetes.NetworkPolicy': networkPolicy,
  'kubernetes.Service': kubernetesService,
  'cove.File': (_props, resource) =>
    listeners(resource).map(({ host, port }) => ({ from: [host], ports: [portsOf(port)] })),
};

export const INGRESS_KINDS = Object.keys(ADAPTERS);

export const ingressRules = (resource: Resource): IngressRule[] =>
  ADAPTERS[resource.kind]?.(resource.props, resource) ?? [];

/** The way out of the network (NET-06), per cloud. */
import { isLoopback } from '../facts.ts';
import { type Finding, type Seen, untilUnknown } from '../policy.ts';
import { list, ofKind, type Resource, yes } from '../resource.ts';
import { WORKLOADS } from './text.ts';

export function egressIsExplicit(seen: Seen): Finding[] {
  return [aws, gcp, azure, kubernetes, local].flatMap((look) => [...untilUnknown(() => look(seen))]);
}

/** What a host and its workers ask at least (reference: private networks). */
const AWS_ENDPOINTS = [
  's3',
  'sts',
  'kms',
  'secretsmanager',
  'ecr.api',
  'ecr.dkr',
  'logs',
  'autoscaling',
  'ec2',
];

function* aws({ resources, facts }: Seen): Iterable<Finding> {
  const ways = ofKind(resources, 'aws.ec2.NatGateway', 'aws.ec2.InternetGateway');
  const [vpc] = ofKind(resources, 'aws.ec2.Vpc');
  if (facts.private) {
    for (const resource of ways) yield { resource, found: 'a way to the internet in private mode' };
    if (vpc === undefined) return;
    const present = ofKind(resources, 'aws.ec2.VpcEndpoint').map(({ props }) => String(props.serviceName));
    const missing = AWS_ENDPOINTS.filter((service) => !present.some((name) => name.endsWith(`.${service}`)));
    if (missing.length > 0)
      yield { resource: vpc, found: `private mode without endpoints for ${missing.join(', ')}` };
    return;
  }
  const routed = ofKind(resources, 'aws.ec2.NatGateway', 'aws.ec2.Route').some(
    ({ kind, props, uses }) =>
      kind === 'aws.ec2.NatGateway' ||
      [
        'transitGatewayId',
        'vpcPeeringConnectionId',
        'natGatewayId',
        'networkInterfaceId',
        'vpcEndpointId',
      ].some((way) => props[way] !== undefined || uses[way] !== undefined),
  );
  if (vpc !== undefined && !routed) yield { resource: vpc, found: 'the network has no NAT and no route out' };
}

function* gcp({ resources, facts }: Seen): Iterable<Finding> {
  const [network] = ofKind(resources, 'gcp.compute.Network');
  const nats = ofKind(resources, 'gcp.compute.RouterNat');
  if (!facts.private) {
    if (network !== undefined && nats.length === 0 && ofKind(resources, 'gcp.compute.Route').length === 0)
      yield { resource: network, found: 'the network has no NAT and no route out' };
    return;
  }
  for (const resource of nats) yield { resource, found: 'a way to the internet in private mode' };
  for (const resource of ofKind(resources, 'gcp.compute.Subnetwork')) {
    if (resource.props.purpose === undefined && !yes(resource.props.privateIpGoogleAccess))
      yield { resource, found: 'private mode without privateIpGoogleAccess' };
  }
  const refused = ofKind(resources, 'gcp.compute.Firewall').some(
    ({ props }) =>
      props.direction === 'EGRESS' && list(props.denies).some(({ protocol }) => protocol === 'all'),
  );
  if (network !== undefined && !refused)
    yield { resource: network, found: 'private mode without a rule that refuses all other egress' };
}

const AZURE_SERVICES = [
  'azure-native.storage.StorageAccount',
  'azure-native.keyvault.Vault',
  'azure-native.containerregistry.Registry',
  'azure-native.dbforpostgresql.Server',
];
const publicAccess = ({ props }: Resource) =>
  props.publicNetworkAccess ?? props.properties?.publicNetworkAccess ?? props.network?.publicNetworkAccess;

function* azure({ resources, facts }: Seen): Iterable<Finding> {
  const nats = ofKind(resources, 'azure-native.network.NatGateway');
  const [network] = ofKind(resources, 'azure-native.network.VirtualNetwork');
  if (!facts.private) {
    const routes = ofKind(resources, 'azure-native.network.RouteTable', 'azure-native.network.Route');
    if (network !== undefined && nats.length + routes.length === 0)
      yield { resource: network, found: 'the network has no NAT gateway and no route out' };
    return;
  }
  for (const resource of nats) yield { resource, found: 'a way to the internet in private mode' };
  for (const resource of ofKind(resources, ...AZURE_SERVICES)) {
    if (publicAccess(resource) !== 'Disabled')
      yield {
        resource,
        found: `publicNetworkAccess is ${publicAccess(resource) ?? 'not set'} in private mode`,
      };
  }
}

/** Each namespace with pods has a policy about what they may send. */
function* kubernetes({ resources }: Seen): Iterable<Finding> {
  const policies = ofKind(resources, 'kubernetes.NetworkPolicy').filter(({ props }) =>
    list(props.spec?.policyTypes).includes('Egress'),
  );
  const told = new Set<string>();
  for (const resource of ofKind(resources, ...WORKLOADS)) {
    const namespace = resource.props.metadata?.namespace ?? 'default';
    if (told.has(namespace) || policies.some(({ props }) => props.metadata?.namespace === namespace))
      continue;
    told.add(namespace);
    yield { resource, found: `no NetworkPolicy says what namespace ${namespace} may send` };
  }
}

/** A local installation speaks with itself, and with what its config names. */
function* local({ resources, facts }: Seen): Iterable<Finding> {
  for (const resource of ofKind(resources, 'cove.File').filter(({ name }) => name.endsWith('.json'))) {
    const content = [...untilUnknown(() => [String(resource.props.content ?? '')])].join('');
    for (const [, host = ''] of content.matchAll(/"https?:\/\/(\[[^\]]*\]|[^/:"\s]+)/g)) {
      if (!isLoopback(host) && !facts.hosts.includes(host.replace(/^\[|\]$/g, '')))
        yield { resource, found: `its settings name ${host}, which is not this machine` };
    }
  }
}

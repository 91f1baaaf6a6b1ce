/** Who reaches the database and the queue (NET-03), per cloud. */
import { isLoopback } from '../facts.ts';
import type { Finding, Seen } from '../policy.ts';
import { untilUnknown } from '../policy.ts';
import { list, ofKind, type Props, type Resource, refersTo } from '../resource.ts';
import { ingressRules } from './ingress.ts';
import { isFile, listeners, show } from './local.ts';
import { covers, holds, isWorld } from './ports.ts';

/** PostgreSQL; Redis, Azure's Redis, the queue host's TLS port. */
const DATABASE = [5432];
const DATA = [...DATABASE, 6379, 10000, 63790];

const touches = (ports: { from: number; to: number }[], wanted: number[]) =>
  wanted.some((port) => ports.some((range) => holds(range, port)));

export function reachOfData(seen: Seen): Finding[] {
  return [aws, gcp, azure, kubernetes, local].flatMap((look) => [...untilUnknown(() => look(seen))]);
}

/** Groups by whose rules a thing is guarded; what a rule names is known by what it was made from, else by its id. */
const namesGroup = (rule: Resource, property: string, group: Resource, id: string) =>
  refersTo(rule, group, property) || (group.props.id !== undefined && rule.props[id] === group.props.id);

function* aws({ resources }: Seen): Iterable<Finding> {
  const groups = ofKind(resources, 'aws.ec2.SecurityGroup');
  const rules = ofKind(resources, 'aws.vpc.SecurityGroupIngressRule', 'aws.ec2.SecurityGroupRule');
  const guards = (kinds: string[], properties: string[]) =>
    groups.filter((group) =>
      ofKind(resources, ...kinds).some((user) => properties.some((name) => refersTo(user, group, name))),
    );
  const ofDatabase = guards(['aws.rds.Instance', 'aws.rds.Cluster'], ['vpcSecurityGroupIds']);
  const ofQueue = guards(
    ['aws.elasticache.ReplicationGroup', 'aws.elasticache.ServerlessCache'],
    ['securityGroupIds'],
  );
  const ofWorkers = groups.filter((group) =>
    resources.some(
      ({ part, kind, ...user }) =>
        part === 'workers' && kind === 'aws.ec2.LaunchTemplate' && refersTo({ part, kind, ...user }, group),
    ),
  );
  for (const group of [...ofDatabase, ...ofQueue]) {
    const own = rules.filter((rule) => namesGroup(rule, 'securityGroupId', group, 'securityGroupId'));
    for (const rule of [group, ...own]) {
      yield* [...untilUnknown(() => wide(rule, networkCidrs(resources)))].map((found) => ({
        resource: rule,
        found,
      }));
    }
    if (!ofDatabase.includes(group)) continue;
    for (const rule of own) {
      const from = ofWorkers.find((workers) =>
        ['referencedSecurityGroupId', 'sourceSecurityGroupId'].some((name) =>
          namesGroup(rule, name, workers, name),
        ),
      );
      if (from !== undefined)
        yield { resource: rule, found: `the workers' group ${from.name} reaches the database` };
    }
  }
}

const networkCidrs = (resources: Resource[]): string[] =>
  ofKind(resources, 'aws.ec2.Vpc', 'azure-native.network.VirtualNetwork').flatMap(({ props }) => [
    ...list(props.cidrBlock),
    ...list(props.addressSpace?.addressPrefixes),
  ]);

function* wide(rule: Resource, networks: string[]): Iterable<string> {
  for (const { from } of ingressRules(rule)) {
    for (const source of from) {
      if (isWide(source, networks)) yield `${source}, which is all of the network, reaches the data`;
    }
  }
}
const isWide = (source: string, networks: string[]) =>
  isWorld(source) || source === 'VirtualNetwork' || networks.some((network) => covers(source, network));

/** Google's managed databases stand behind a peering without firewall: what they refuse, and what workers may not send, counts. */
function* gcp({ resources }: Seen): Iterable<Finding> {
  const databases = ofKind(resources, 'gcp.sql.DatabaseInstance');
  for (const resource of databases) {
    const allowed = list(resource.props.settings?.ipConfiguration?.authorizedNetworks);
    for (const { value } of allowed) {
      if (isWorld(String(value))) yield { resource, found: `authorizedNetworks lets ${value} in` };
    }
  }
  const workers = resources.some(({ part, kind }) => part === 'workers' && /InstanceTemplate$/.test(kind));
  if (databases.length === 0 || !workers) return;
  const denied = ofKind(resources, 'gcp.compute.Firewall').some(
    ({ props }) => props.direction === 'EGRESS' && touchesAny(list(props.denies)),
  );
  if (!denied) yield { resource: databases[0], found: 'no EGRESS rule keeps workers from port 5432' };
}
const touchesAny = (denies: Props[]) =>
  denies.some(
    ({ protocol, ports }) =>
      protocol === 'all' || list(ports).some((port) => touches([range(port)], DATABASE)),
  );
const range = (port: Props) => {
  const [from, to] = String(port).split('-').map(Number);
  return { from: from ?? 0, to: to ?? from ?? 0 };
};

function* azure({ resources }: Seen): Iterable<Finding> {
  const networks = networkCidrs(resources);
  const stores = ofKind(
    resources,
    'azure-native.dbforpostgresql.Server',
    'azure-native.redisenterprise.RedisEnterprise',
  );
  const rules = ofKind(
    resources,
    'azure-native.network.NetworkSecurityGroup',
    'azure-native.network.SecurityRule',
  );
  let guarded = false;
  for (const resource of rules) {
    const guards = [...untilUnknown(() => ingressRules(resource))].filter(({ ports }) =>
      ports.some((ports_) => DATA.includes(ports_.from) && ports_.from === ports_.to),
    );
    guarded ||= guards.length > 0;
    for (const { from } of guards) {
      for (const source of from.filter((candidate) => isWide(candidate, networks))) {
        yield { resource, found: `${source}, which is all of the network, reaches the data` };
      }
    }
    // Azure lets a virtual network speak with itself unless a rule refuses it.
    if (guards.length > 0 && !deniesRest(resource, rules))
      yield { resource, found: 'no rule refuses the rest of the network' };
  }
  // In a network that was there before, rules of its subnets are its owner's.
  const isOurs = ofKind(resources, 'azure-native.network.Subnet').length > 0;
  if (stores[0] !== undefined && !guarded && isOurs)
    yield { resource: stores[0], found: 'no rule says who reaches it' };
}
function deniesRest(group: Resource, rules: Resource[]): boolean {
  const inline = list(group.props.securityRules).map((rule) => rule.properties ?? rule);
  const apart = rules.filter(({ kind }) => kind.endsWith('SecurityRule')).map(({ props }) => props);
  return [...inline, ...apart].some(
    (rule) =>
      rule.access === 'Deny' &&
      rule.direction === 'Inbound' &&
      ['*', 'VirtualNetwork'].includes(rule.sourceAddressPrefix),
  );
}

function* kubernetes({ resources }: Seen): Iterable<Finding> {
  for (const resource of ofKind(resources, 'kubernetes.NetworkPolicy')) {
    for (const rule of list(resource.props.spec?.ingress)) {
      const ports = list(rule.ports).map(({ port }) => range(port));
      if (!touches(ports, DATA)) continue;
      const peers = list(rule.from);
      if (peers.length === 0) yield { resource, found: 'everybody in the cluster reaches the data' };
      for (const peer of peers) {
        const chosen = { ...peer.podSelector?.matchLabels };
        const narrow = Object.keys(chosen).length + list(peer.podSelector?.matchExpressions).length > 0;
        if (!narrow) yield { resource, found: 'a whole namespace or network reaches the data' };
        if (
          touches(ports, DATABASE) &&
          Object.values(chosen).some((value) => /^(worker|runner|job)s?$/.test(String(value)))
        )
          yield { resource, found: 'workers reach the database' };
      }
    }
  }
}

function* local({ resources }: Seen): Iterable<Finding> {
  for (const resource of resources.filter(isFile)) {
    for (const listener of [...untilUnknown(() => listeners(resource))]) {
      if (['postgres', 'redis'].includes(listener.service) && !isLoopback(listener.host))
        yield { resource, found: show(listener) };
    }
  }
}

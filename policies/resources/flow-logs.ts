/** Who spoke with whom is written down (NET-05). */
import { type Finding, type Seen, untilUnknown } from '../policy.ts';
import { list, ofKind, type Resource, refersTo } from '../resource.ts';
import { isSet } from '../unknown.ts';

/** Subnets of Google that no machine stands in. */
const WITHOUT_MACHINES = ['REGIONAL_MANAGED_PROXY', 'GLOBAL_MANAGED_PROXY', 'PRIVATE_SERVICE_CONNECT'];
/** By what a flow log names its network. */
const NAMED_BY = ['vpcId', 'targetResourceId'];

type Look = (resource: Resource, all: Resource[]) => Iterable<string>;

const network: Look = function* (resource, all) {
  const isLogged = ofKind(all, 'aws.ec2.FlowLog', 'azure-native.network.FlowLog').some(
    (log) =>
      NAMED_BY.some((name) => refersTo(log, resource, name)) ||
      (resource.props.id !== undefined && NAMED_BY.some((name) => log.props[name] === resource.props.id)),
  );
  if (!isLogged) yield 'the network has no flow log';
};

const LOOKS: Record<string, Look[]> = {
  'aws.ec2.Vpc': [
    network,
    function* (resource, all) {
      const groups = ofKind(all, 'aws.ec2.DefaultSecurityGroup');
      if (!groups.some((group) => refersTo(group, resource, 'vpcId')))
        yield 'its default security group is not managed, so it lets its members speak';
    },
  ],
  'azure-native.network.VirtualNetwork': [network],
  'aws.ec2.DefaultSecurityGroup': [
    function* ({ props }) {
      const rules = [...list(props.ingress), ...list(props.egress)];
      if (rules.length > 0) yield `the default security group has ${rules.length} rules`;
    },
  ],
  'gcp.compute.Subnetwork': [
    function* ({ props }) {
      if (!isSet(props, 'logConfig') && !WITHOUT_MACHINES.includes(props.purpose))
        yield 'the subnet has no logConfig';
    },
  ],
};

export const flowLogs = ({ resources }: Seen): Finding[] =>
  resources.flatMap((resource) =>
    (LOOKS[resource.kind] ?? []).flatMap((look) =>
      [...untilUnknown(() => look(resource, resources))].map((found) => ({ resource, found })),
    ),
  );

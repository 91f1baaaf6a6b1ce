/** Who spoke with whom is written down (NET-05). */
import { type Finding, type Seen, untilUnknown } from '../policy.ts';
import { list, ofKind, refersTo } from '../resource.ts';

/** Subnets of Google that no machine stands in. */
const WITHOUT_MACHINES = ['REGIONAL_MANAGED_PROXY', 'GLOBAL_MANAGED_PROXY', 'PRIVATE_SERVICE_CONNECT'];

export function flowLogs({ resources }: Seen): Finding[] {
  const found: Finding[] = [];
  const logs = ofKind(resources, 'aws.ec2.FlowLog', 'azure-native.network.FlowLog');
  const logged = ['vpcId', 'targetResourceId'];
  for (const resource of ofKind(resources, 'aws.ec2.Vpc', 'azure-native.network.VirtualNetwork')) {
    const isLogged = logs.some(
      (log) =>
        logged.some((name) => refersTo(log, resource, name)) ||
        (resource.props.id !== undefined && logged.some((name) => log.props[name] === resource.props.id)),
    );
    if (!isLogged) found.push({ resource, found: 'the network has no flow log' });
    if (resource.kind !== 'aws.ec2.Vpc') continue;
    if (
      !ofKind(resources, 'aws.ec2.DefaultSecurityGroup').some((group) => refersTo(group, resource, 'vpcId'))
    )
      found.push({
        resource,
        found: 'its default security group is not managed, so it lets its members speak',
      });
  }
  for (const resource of ofKind(resources, 'aws.ec2.DefaultSecurityGroup')) {
    const rules = [...untilUnknown(() => [...list(resource.props.ingress), ...list(resource.props.egress)])];
    if (rules.length > 0)
      found.push({ resource, found: `the default security group has ${rules.length} rules` });
  }
  for (const resource of ofKind(resources, 'gcp.compute.Subnetwork')) {
    const { purpose, logConfig } = resource.props;
    if (!WITHOUT_MACHINES.includes(purpose) && logConfig === undefined)
      found.push({ resource, found: 'the subnet has no logConfig' });
  }
  return found;
}

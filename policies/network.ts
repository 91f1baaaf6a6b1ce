/** NET: who may speak to whom. */
import { isLoopback } from './facts.ts';
import { all, each, forKinds, type Policy, policy } from './policy.ts';
import { list, no, type Resource, yes } from './resource.ts';
import { egressIsExplicit } from './resources/egress.ts';
import { flowLogs } from './resources/flow-logs.ts';
import { INGRESS_KINDS, ingressRules } from './resources/ingress.ts';
import { listeners, show } from './resources/local.ts';
import { holds, isOnly, isWorld, showPorts } from './resources/ports.ts';
import { reachOfData } from './resources/reach.ts';

const WEB = [443, 80] as const;
const ADMIN = [22, 3389] as const;

/** Only the balancer meets the world; locally the API itself is the balancer, and TLS-01 looks at how it speaks. */
function* openToWorld(resource: Resource): Iterable<string> {
  if (resource.kind === 'cove.File') {
    for (const listener of listeners(resource)) {
      if (listener.service !== 'api' && !isLoopback(listener.host)) yield show(listener);
    }
    return;
  }
  for (const { from, ports } of ingressRules(resource)) {
    for (const source of from.filter(isWorld)) {
      for (const range of ports) {
        if (!isOnly(range, WEB)) yield `it lets ${source} in on ${showPorts(range)}`;
        else if (!isFrontDoor(resource))
          yield `it lets ${source} in on ${showPorts(range)} to something that is no load balancer`;
      }
    }
  }
}
/** By the part that made it; of what is made outside every part nothing is known, and the port decides. */
const isFrontDoor = ({ part, kind }: Resource) =>
  part === '' || part === 'ingress' || part === 'network' || kind === 'kubernetes.Service';

const openToWorldIngress = policy({
  id: 'NET-01',
  severity: 'critical',
  needed: 'nobody is let in from everywhere, except on 443 (and 80 to redirect) at the load balancer',
  why: 'What the whole internet can knock at is attacked within minutes; only the balancer is made for it.',
  todo: 'name a security group, a tag or a narrow range as source; who may reach the web address is `access.allowedCidrs`',
  on: 'MMMMM',
  seeAlso: ['CKV_AWS_260', 'CKV_GCP_106', 'CKV_AZURE_160'],
  check: each(forKinds(INGRESS_KINDS, openToWorld)),
});

const adminPorts = policy({
  id: 'NET-02',
  severity: 'critical',
  needed: 'no SSH (22) and no RDP (3389) from anywhere',
  why: 'A login port is a second front door. Hosts are reached through the cloud’s session service, which asks who it is.',
  todo: 'take the rule out and use Session Manager, IAP or Bastion',
  on: 'MMM-A',
  seeAlso: ['CKV_AWS_24', 'CKV_AWS_25', 'CKV_GCP_2', 'CKV_GCP_3', 'CKV_AZURE_9', 'CKV_AZURE_10'],
  check: each(
    forKinds(
      INGRESS_KINDS.filter((kind) => !kind.startsWith('kubernetes.')),
      function* (resource) {
        for (const { from, ports } of ingressRules(resource)) {
          if (from.length > 0 && from.every(isSessionService)) continue;
          for (const range of ports) {
            const port = ADMIN.find((admin) => holds(range, admin));
            if (port !== undefined)
              yield `it lets ${from.join(', ') || 'a group'} in on ${showPorts(range)}, which holds ${port}`;
          }
        }
      },
    ),
  ),
});
/** Google's IAP knocks from here after it has asked who it is; and what stays on the machine is no way in. */
const isSessionService = (source: string) => source === '35.235.240.0/20' || isLoopback(source);

const dataReach = policy({
  id: 'NET-03',
  severity: 'high',
  needed:
    'PostgreSQL and Redis are reached from named groups or subnets only, and PostgreSQL never from workers',
  why: 'Jobs are other people’s code. One that reaches the database needs only a password to own the platform.',
  todo: 'let in the application’s group alone (Redis: the workers’ too), and refuse the rest of the network',
  on: 'MMMMM',
  scope: 'stack',
  check: reachOfData,
});

function* awsAddresses({ props }: Resource): Iterable<string> {
  if (yes(props.associatePublicIpAddress)) yield 'it is given a public address';
  if (list(props.networkInterfaces).some((nic) => yes(nic.associatePublicIpAddress)))
    yield 'a network interface is given a public address';
}
const publicAddress = policy({
  id: 'NET-04',
  severity: 'high',
  needed: 'no public address on application, worker and queue hosts',
  why: 'A host with a public address is one firewall rule away from the internet, and jobs run on it.',
  todo: 'leave the public address out; the way out is NAT or endpoints',
  on: 'MMM--',
  seeAlso: ['CKV_AWS_88', 'CKV_GCP_40', 'CKV2_AZURE_39'],
  check: each({
    ...forKinds(['aws.ec2.Instance', 'aws.ec2.LaunchTemplate'], awsAddresses),
    *'aws.ec2.Subnet'({ props }) {
      if (yes(props.mapPublicIpOnLaunch)) yield 'machines in this subnet are given public addresses';
    },
    *'aws.ec2.EipAssociation'({ props }) {
      if (props.instanceId) yield `a public address is given to ${props.instanceId}`;
    },
    ...forKinds(
      ['gcp.compute.Instance', 'gcp.compute.InstanceTemplate', 'gcp.compute.RegionInstanceTemplate'],
      function* ({ props }) {
        for (const nic of list(props.networkInterfaces)) {
          if (list(nic.accessConfigs).length + list(nic.ipv6AccessConfigs).length > 0)
            yield 'a network interface has accessConfigs, which is a public address';
        }
      },
    ),
    *'azure-native.network.NetworkInterface'({ props }) {
      if (list(props.ipConfigurations).some((ip) => ip.publicIPAddress)) yield 'it is given a public address';
    },
    *'azure-native.compute.VirtualMachineScaleSet'({ props }) {
      const nics = list(props.virtualMachineProfile?.networkProfile?.networkInterfaceConfigurations);
      if (nics.some((nic) => list(nic.ipConfigurations).some((ip) => ip.publicIPAddressConfiguration)))
        yield 'its machines are given public addresses';
    },
  }),
});

const flowLog = policy({
  id: 'NET-05',
  severity: 'medium',
  needed: 'flow logs of every network that is made, and an empty default security group',
  why: 'After an incident the first question is who spoke with whom; and what lands in the default group by mistake must be able to do nothing.',
  todo: 'add the flow log; manage the default security group without rules',
  on: 'MMM--',
  mildInDev: true,
  scope: 'stack',
  seeAlso: ['CKV2_AWS_11', 'CKV2_AWS_12', 'CKV_GCP_26'],
  check: flowLogs,
});

const egress = policy({
  id: 'NET-06',
  severity: 'high',
  needed:
    'the way out is said: in private mode endpoints, no NAT and no public network access; else NAT or a route',
  why: 'A way out that nobody named is one that nobody watches, and a private installation that has one is not private.',
  todo: 'make NAT, or the endpoints of private mode, in the network part',
  on: 'MMMMM',
  scope: 'stack',
  seeAlso: ['CKV_GCP_74', 'CKV2_AZURE_32', 'CKV2_AZURE_33', 'CKV2_AZURE_57'],
  check: all(
    egressIsExplicit,
    each({
      *'azure-native.network.Subnet'({ props }) {
        if (!no(props.defaultOutboundAccess)) yield 'defaultOutboundAccess is not false';
      },
    }),
  ),
});

export const network: Policy[] = [openToWorldIngress, adminPorts, dataReach, publicAddress, flowLog, egress];

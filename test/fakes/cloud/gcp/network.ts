/** Google Cloud: networks, firewalls, names, load balancers. */
import type { Properties } from '../../../../components/provider/kind.ts';
import type { Behaviour } from '../behaviour.ts';
import { overlaps, parseCidr } from '../cidr.ts';
import { type FakeCloud, Refused } from '../cloud.ts';
import { list, text, texts } from '../values.ts';
import { at, compute } from './ids.ts';

const SUBNET = 'gcp:compute/subnetwork:Subnetwork';

function rangeOf(value: unknown) {
  const range = parseCidr(text(value));
  if (range === undefined)
    throw new Refused(
      `badRequest: Invalid IPCidrRange: ${text(value)} is not a CIDR block, or has host bits set`,
    );
  return range;
}

function refuseSubnet({ ipCidrRange, network, purpose, region }: Properties, cloud: FakeCloud): void {
  const range = rangeOf(ipCidrRange);
  const proxies = purpose === 'REGIONAL_MANAGED_PROXY';
  if (range.bits > (proxies ? 26 : 29))
    throw new Refused(
      `badRequest: ${text(ipCidrRange)} is too small for a subnetwork${proxies ? ' of proxies' : ''}`,
    );
  for (const other of cloud.all(SUBNET)) {
    const taken = parseCidr(text(other.inputs.ipCidrRange));
    if (other.inputs.network === network && taken !== undefined && overlaps(taken, range))
      throw new Refused(`badRequest: ${text(ipCidrRange)} conflicts with ${text(other.inputs.ipCidrRange)}`);
    if (
      proxies &&
      other.inputs.purpose === purpose &&
      other.inputs.network === network &&
      other.inputs.region === region
    )
      throw new Refused('badRequest: there is an active subnetwork of proxies in this region already');
  }
}

function refuseRule(inputs: Properties): void {
  for (const one of [...texts(inputs.sourceRanges), ...texts(inputs.destinationRanges)]) rangeOf(one);
  if (list(inputs.allows).length > 0 === list(inputs.denies).length > 0)
    throw new Refused('badRequest: a rule either allows or denies');
  if (inputs.direction === 'EGRESS' && (inputs.sourceRanges !== undefined || inputs.sourceTags !== undefined))
    throw new Refused('badRequest: an EGRESS rule has no source');
}

let addresses = 0;
const address: Behaviour = {
  outputs: ({ addressType, address: given }) => ({
    address: given ?? `${addressType === 'INTERNAL' ? '10.20.160' : '198.51.100'}.${(addresses++ % 250) + 2}`,
  }),
};

/** Both of Google's load balancers are made of the same things, each once global and once of a region. */
const balancers = (where: string, names: Record<string, string>): Record<string, Behaviour> =>
  Object.fromEntries(Object.entries(names).map(([type, kind]) => [type, compute(`${where}/${kind}/{name}`)]));

export const networkBehaviours: Record<string, Behaviour> = {
  'gcp:compute/network:Network': compute('global/networks/{name}'),
  [SUBNET]: compute('regions/{region}/subnetworks/{name}', {
    refuseCreate: refuseSubnet,
    outputs: ({ ipCidrRange }) => ({ gatewayAddress: text(ipCidrRange).replace(/\d+\/\d+$/, '1') }),
  }),
  'gcp:compute/firewall:Firewall': compute('global/firewalls/{name}', { refuseCreate: refuseRule }),
  'gcp:compute/route:Route': compute('global/routes/{name}'),
  'gcp:compute/router:Router': compute('regions/{region}/routers/{name}'),
  'gcp:compute/routerNat:RouterNat': { id: ({ router, name }) => `${text(router)}/${text(name)}` },
  'gcp:compute/networkPeering:NetworkPeering': {
    id: ({ network, name }) => `${text(network).split('/').at(-1)}/${text(name)}`,
  },
  'gcp:compute/address:Address': compute('regions/{region}/addresses/{name}', address),
  'gcp:compute/globalAddress:GlobalAddress': compute('global/addresses/{name}', address),
  'gcp:servicenetworking/connection:Connection': {
    id: ({ network, service }) => `${text(network)}:${text(service)}`,
    autoName: null,
    refuseCreate({ reservedPeeringRanges }, cloud) {
      for (const name of texts(reservedPeeringRanges))
        if (!cloud.all('gcp:compute/globalAddress:GlobalAddress').some(({ inputs }) => inputs.name === name))
          throw new Refused(`badRequest: there is no range ${name}`);
    },
  },
  'gcp:dns/managedZone:ManagedZone': at('managedZones/{name}', {
    outputs: () => ({ nameServers: ['ns-1.example.net.', 'ns-2.example.org.'] }),
  }),
  'gcp:dns/recordSet:RecordSet': at('managedZones/{managedZone}/rrsets/{name}/{type}', {
    autoName: null,
    refuseCreate({ name }) {
      if (!text(name).endsWith('.')) throw new Refused(`badRequest: ${text(name)} does not end in a dot`);
    },
  }),
  'gcp:certificatemanager/dnsAuthorization:DnsAuthorization': at(
    'locations/global/dnsAuthorizations/{name}',
    {
      outputs: ({ domain }) => ({
        dnsResourceRecords: [
          {
            name: `_acme-challenge.${text(domain)}.`,
            type: 'CNAME',
            data: '0123.authorize.certificatemanager.goog.',
          },
        ],
      }),
    },
  ),
  'gcp:certificatemanager/certificate:Certificate': at('locations/global/certificates/{name}'),
  'gcp:certificatemanager/certificateMap:CertificateMap': at('locations/global/certificateMaps/{name}'),
  'gcp:certificatemanager/certificateMapEntry:CertificateMapEntry': at(
    'locations/global/certificateMaps/{map}/certificateMapEntries/{name}',
  ),
  ...balancers('global', {
    'gcp:compute/backendService:BackendService': 'backendServices',
    'gcp:compute/healthCheck:HealthCheck': 'healthChecks',
    'gcp:compute/uRLMap:URLMap': 'urlMaps',
    'gcp:compute/targetHttpProxy:TargetHttpProxy': 'targetHttpProxies',
    'gcp:compute/targetHttpsProxy:TargetHttpsProxy': 'targetHttpsProxies',
    'gcp:compute/globalForwardingRule:GlobalForwardingRule': 'forwardingRules',
    'gcp:compute/securityPolicy:SecurityPolicy': 'securityPolicies',
    'gcp:compute/sSLPolicy:SSLPolicy': 'sslPolicies',
  }),
  ...balancers('regions/{region}', {
    'gcp:compute/regionBackendService:RegionBackendService': 'backendServices',
    'gcp:compute/regionUrlMap:RegionUrlMap': 'urlMaps',
    'gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy': 'targetHttpProxies',
    'gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy': 'targetHttpsProxies',
    'gcp:compute/forwardingRule:ForwardingRule': 'forwardingRules',
    'gcp:compute/regionSecurityPolicy:RegionSecurityPolicy': 'securityPolicies',
    'gcp:compute/regionSslPolicy:RegionSslPolicy': 'sslPolicies',
  }),
};

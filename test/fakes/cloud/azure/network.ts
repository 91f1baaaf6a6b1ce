/** Azure: networks, gateways, names. */
import type { Properties } from '../../../../components/provider/kind.ts';
import type { Behaviour } from '../behaviour.ts';
import { contains, overlaps, parseCidr } from '../cidr.ts';
import { type FakeCloud, Refused } from '../cloud.ts';
import { list, text, texts } from '../values.ts';
import { addressed, lastOf } from './ids.ts';

const NETWORK = 'azure-native:network:VirtualNetwork';
const SUBNET = 'azure-native:network:Subnet';

function rangeOf(value: unknown) {
  const range = parseCidr(text(value));
  if (range === undefined)
    throw new Refused(`InvalidAddressPrefixFormat: ${text(value)} is no range, or has host bits set`);
  return range;
}

function refuseSubnet(inputs: Properties, cloud: FakeCloud): void {
  const range = rangeOf(inputs.addressPrefix);
  if (range.bits > 29) throw new Refused(`NetcfgInvalidSubnet: ${text(inputs.addressPrefix)} is too small`);
  const network = cloud
    .all(NETWORK)
    .find(({ inputs: of }) => of.virtualNetworkName === inputs.virtualNetworkName);
  if (network === undefined)
    throw new Refused(`ResourceNotFound: ${text(inputs.virtualNetworkName)} was not found`);
  const around = texts((network.inputs.addressSpace as Properties | undefined)?.addressPrefixes).map(rangeOf);
  if (!around.some((outer) => contains(outer, range)))
    throw new Refused(`NetcfgInvalidSubnet: ${text(inputs.addressPrefix)} is not in the network`);
  for (const other of cloud.all(SUBNET))
    if (
      other.inputs.virtualNetworkName === inputs.virtualNetworkName &&
      overlaps(rangeOf(other.inputs.addressPrefix), range)
    )
      throw new Refused(`NetcfgSubnetRangesOverlap: with ${text(other.inputs.addressPrefix)}`);
}

/** Rules of a group: each has its own priority, and says what it is about. */
function refuseRules({ securityRules }: Properties): void {
  const seen = new Set<string>();
  for (const rule of list(securityRules) as Properties[]) {
    const key = `${text(rule.direction)} ${text(rule.priority)}`;
    if (seen.has(key)) throw new Refused(`SecurityRuleConflict: two rules have ${key}`);
    seen.add(key);
    const priority = Number(rule.priority);
    if (!(priority >= 100 && priority <= 4096))
      throw new Refused(`SecurityRuleInvalidPriority: ${text(rule.priority)} is not in 100 to 4096`);
    for (const end of ['source', 'destination'])
      for (const property of ['AddressPrefix', 'PortRange'])
        if (rule[`${end}${property}`] === undefined && rule[`${end}${property}es`] === undefined)
          throw new Refused(`SecurityRuleParameterMissing: ${end}${property} of ${text(rule.name)}`);
  }
}

/** A gateway's parts name each other; and a second version wants a standard address. */
function refuseGateway(inputs: Properties): void {
  const named = (property: string) => new Set(list(inputs[property]).map((one) => (one as Properties).name));
  for (const rule of list(inputs.requestRoutingRules) as Properties[]) {
    const listener = lastOf(text((rule.httpListener as Properties | undefined)?.id));
    if (!named('httpListeners').has(listener))
      throw new Refused(`InvalidResourceReference: rule ${text(rule.name)} names no listener`);
    if (rule.priority === undefined)
      throw new Refused('ApplicationGatewayRequestRoutingRulePriorityCannotBeEmpty');
  }
  for (const listener of list(inputs.httpListeners) as Properties[])
    if (
      listener.protocol === 'Https' &&
      !named('sslCertificates').has(lastOf(text((listener.sslCertificate as Properties | undefined)?.id)))
    )
      throw new Refused('ApplicationGatewayHttpsListenerMustReferenceSslCertificate');
  const { tier } = (inputs.sku ?? {}) as Properties;
  if (tier !== 'WAF_v2' && inputs.firewallPolicy !== undefined)
    throw new Refused('ApplicationGatewayFirewallNotEnabledForSku');
}

/** A certificate that is not there yet is refused; one in another's key vault counts as there. */
function refuseCertificate(inputs: Properties, cloud: FakeCloud): void {
  for (const { keyVaultSecretId } of list(inputs.sslCertificates) as Properties[]) {
    const vault = new URL(text(keyVaultSecretId)).host.split('.')[0];
    const own = cloud.all('azure-native:keyvault:Vault').some((one) => one.inputs.vaultName === vault);
    const secrets = cloud.all('azure-native:keyvault:Secret').map((one) => one.inputs.secretName);
    if (own && !secrets.includes(lastOf(text(keyVaultSecretId))))
      throw new Refused(`ApplicationGatewayKeyVaultSecretException: ${text(keyVaultSecretId)}`);
  }
}

const addresses: Behaviour = {
  outputs: (_inputs, id, cloud) => ({
    ipAddress: `198.51.100.${cloud.all('azure-native:network:PublicIPAddress').length + 1}`,
    resourceGuid: lastOf(id),
  }),
  refuseCreate({ sku, publicIPAllocationMethod }) {
    if ((sku as Properties | undefined)?.name === 'Standard' && publicIPAllocationMethod !== 'Static')
      throw new Refused('StandardSkuPublicIPAddressesMustBeStatic');
  },
};

export const networkBehaviours: Record<string, Behaviour> = {
  ...addressed('network:VirtualNetwork', {
    refuseCreate: ({ addressSpace }) =>
      texts((addressSpace as Properties | undefined)?.addressPrefixes).forEach((range) => {
        rangeOf(range);
      }),
  }),
  ...addressed('network:Subnet', { refuseCreate: refuseSubnet }),
  ...addressed('network:NetworkSecurityGroup', {
    refuseCreate: refuseRules,
    refuseUpdate: (inputs) => refuseRules(inputs),
    longestName: 80,
  }),
  ...addressed('network:PublicIPAddress', addresses),
  ...addressed('network:NatGateway'),
  ...addressed('network:RouteTable'),
  ...addressed('network:VirtualNetworkPeering'),
  ...addressed('network:FlowLog'),
  ...addressed('network:PrivateEndpoint'),
  ...addressed('network:PrivateDnsZoneGroup'),
  ...addressed('network:WebApplicationFirewallPolicy', {
    refuseCreate({ policyName }) {
      if (!/^[A-Za-z][A-Za-z0-9]*$/.test(text(policyName)))
        throw new Refused(`InvalidResourceName: ${text(policyName)} may hold letters and digits alone`);
    },
  }),
  ...addressed('network:ApplicationGateway', {
    refuseCreate(inputs, cloud) {
      refuseGateway(inputs);
      refuseCertificate(inputs, cloud);
    },
    refuseUpdate(inputs, _resource, cloud) {
      refuseGateway(inputs);
      refuseCertificate(inputs, cloud);
    },
    outputs: ({ frontendIPConfigurations }) => ({
      frontendIPConfigurations: (list(frontendIPConfigurations) as Properties[]).map((one) =>
        one.publicIPAddress === undefined ? { ...one, privateIPAddress: '10.20.128.10' } : one,
      ),
    }),
  }),
  ...addressed('privatedns:PrivateZone'),
  ...addressed('privatedns:VirtualNetworkLink'),
  ...addressed('dns:Zone', {
    outputs: () => ({ nameServers: [1, 2, 3, 4].map((number) => `ns${number}-01.azure-dns.example.`) }),
  }),
  ...addressed('dns:RecordSet', {
    outputs: ({ relativeRecordSetName, zoneName }) => ({
      fqdn: `${text(relativeRecordSetName)}.${text(zoneName)}.`,
    }),
  }),
};

/** Where Google's own services are reached: its network of databases, and in private mode its addresses for all the rest. */
import { GlobalAddress } from '@pulumi/gcp/compute/globalAddress.js';
import { Route } from '@pulumi/gcp/compute/route.js';
import { ManagedZone } from '@pulumi/gcp/dns/managedZone.js';
import { RecordSet } from '@pulumi/gcp/dns/recordSet.js';
import { Connection } from '@pulumi/gcp/servicenetworking/connection.js';
import type * as pulumi from '@pulumi/pulumi';
import type { WorkerSite } from '../site.ts';
import type { Placed } from './dedicated.ts';
import { RESTRICTED } from './firewall.ts';

const ADDRESSES = ['199.36.153.4', '199.36.153.5', '199.36.153.6', '199.36.153.7'];
const DOMAINS = ['googleapis.com', 'pkg.dev', 'gcr.io'];

/** Private Service Access: Cloud SQL, Memorystore and Filestore stand in a network of Google's that is peered with ours. */
export function serviceAccess(
  site: WorkerSite,
  { networkId, layout }: Placed,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { network, mounts } = site.config;
  if (network.kind === 'existing' && network.serviceAccess) return [];
  // Of what stands there a worker stack has file systems alone.
  if ('joins' in site.config && mounts.every((mount) => mount.export !== undefined)) return [];
  const [address, prefix] = layout?.services.split('/') ?? [];
  const range = new GlobalAddress(
    'services',
    {
      name: site.named('services'),
      purpose: 'VPC_PEERING',
      addressType: 'INTERNAL',
      network: networkId,
      // In a network that is there Google looks for a free range.
      ...(address === undefined ? { prefixLength: 20 } : { address, prefixLength: Number(prefix) }),
      labels: site.labels,
    },
    options,
  );
  return [
    new Connection(
      'services',
      {
        network: networkId,
        service: 'servicenetworking.googleapis.com',
        reservedPeeringRanges: [range.name],
        // Google keeps its side for days after the last database is gone.
        deletionPolicy: 'ABANDON',
      },
      options,
    ),
  ];
}

/** Private mode: names of Google's services lead to addresses that no internet is needed for. */
export function privateServices(
  site: WorkerSite,
  { networkId }: Placed,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { network } = site.config;
  if (!network.private || (network.kind === 'existing' && network.googleNames)) return [];
  const route = new Route(
    'services',
    {
      name: site.named('services'),
      network: networkId,
      destRange: RESTRICTED,
      nextHopGateway: 'default-internet-gateway',
    },
    options,
  );
  const records = DOMAINS.flatMap((domain) => {
    const zone = new ManagedZone(
      domain,
      {
        name: site.named(domain.replace('.', '-')),
        dnsName: `${domain}.`,
        description: `Cove ${site.name}: ${domain} without the internet`,
        visibility: 'private',
        privateVisibilityConfig: { networks: [{ networkUrl: networkId }] },
        labels: site.labels,
      },
      options,
    );
    const record = (name: string, type: string, rrdatas: string[]) =>
      new RecordSet(`${name} ${type}`, { managedZone: zone.name, name, type, ttl: 300, rrdatas }, options);
    return [record(`${domain}.`, 'A', ADDRESSES), record(`*.${domain}.`, 'CNAME', [`${domain}.`])];
  });
  return [route, ...records];
}

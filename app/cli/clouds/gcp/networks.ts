/** Networks as Google tells of them. */
import { parseCidr, sizeOf } from '../../../../config/cidr.ts';
import type { GcpConfig, GcpWorkersConfig } from '../../../../config/schema.ts';
import type { Google } from './api.ts';
import { type FoundNetwork, type FoundSubnet, GOOGLE_DOMAINS, RESERVED, type Use } from './existing.ts';

const API = 'compute/compute/v1';
const PEER = 'servicenetworking-googleapis-com';

interface Network {
  peerings?: { name: string; state: string }[];
}
interface Subnet {
  selfLink: string;
  network: string;
  ipCidrRange: string;
  privateIpGoogleAccess?: boolean;
  purpose?: string;
  utilizationDetails?: { ipv4Utilizations?: { rangeName?: string; totalFreeIp: string }[] };
}
interface Router {
  network: string;
  nats?: { sourceSubnetworkIpRangesToNat: string; subnetworks?: { name: string }[] }[];
}
interface Route {
  network: string;
  destRange: string;
  nextHopGateway?: string;
}

/** `https://www.googleapis.com/compute/v1/projects/…` → `projects/…` */
const nameOf = (link: string): string => /projects\/.*$/.exec(link)?.[0] ?? link;

/** All pages of a list. */
async function listed<T>(google: Google, url: string): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined = '';
  while (token !== undefined) {
    const page: { items?: T[]; nextPageToken?: string } | null = await google.get(
      token === '' ? url : `${url}${url.includes('?') ? '&' : '?'}pageToken=${encodeURIComponent(token)}`,
    );
    all.push(...(page?.items ?? []));
    token = page?.nextPageToken;
  }
  return all;
}

/** Null: there is no such network. */
export async function lookAtExisting(
  name: string,
  { region, projectId }: GcpConfig | GcpWorkersConfig,
  {
    networkId,
    subnetIds,
    private: isPrivate,
  }: Extract<(GcpConfig | GcpWorkersConfig)['network'], { kind: 'existing' }>,
  google: Google,
): Promise<FoundNetwork | null> {
  const network = await google.get<Network>(`${API}/${networkId}`);
  if (network === null) return null;
  // Of a shared network they lie in its own project.
  const home = networkId.split('/').slice(0, 2).join('/');
  const [routes, routers, subnets, zones, services] = await Promise.all([
    listed<Route>(google, `${API}/${home}/global/routes`),
    listed<Router>(google, `${API}/${home}/regions/${region}/routers`),
    Promise.all(
      Object.entries(subnetIds).map(async ([use, id]) => {
        const subnet = id && (await google.get<Subnet>(`${API}/${id}?views=WITH_UTILIZATION`));
        return [use as Use, subnet || null] as const;
      }),
    ),
    isPrivate ? googleZones(name, [`projects/${projectId}`, home], networkId, google) : [],
    servicesOf(name, network, networkId, google),
  ]);
  const own = routers.filter((router) => nameOf(router.network) === networkId);
  const byDefault = routes.find(
    (route) => nameOf(route.network) === networkId && route.destRange === '0.0.0.0/0',
  );
  return {
    subnets: Object.fromEntries(subnets.map(([use, told]) => [use, told && subnetOf(told, own)])),
    defaultRoute:
      byDefault &&
      (byDefault.nextHopGateway?.endsWith('/default-internet-gateway') === true ? 'internet' : 'other'),
    services,
    zones,
  };
}

function subnetOf(told: Subnet, routers: Router[]): FoundSubnet {
  const id = nameOf(told.selfLink);
  // The subnet's own range comes first, and has no name.
  const [used] = told.utilizationDetails?.ipv4Utilizations ?? [];
  return {
    networkId: nameOf(told.network),
    cidr: told.ipCidrRange,
    free: used === undefined ? sizeOf(parseCidr(told.ipCidrRange)) - RESERVED : Number(used.totalFreeIp),
    googleAccess: told.privateIpGoogleAccess === true,
    purpose: told.purpose ?? 'PRIVATE',
    hasNat: routers
      .flatMap(({ nats = [] }) => nats)
      .some(
        ({ sourceSubnetworkIpRangesToNat, subnetworks = [] }) =>
          sourceSubnetworkIpRangesToNat !== 'LIST_OF_SUBNETWORKS' ||
          subnetworks.some(({ name }) => nameOf(name) === id),
      ),
  };
}

/** Prefixes of the ranges that were allocated to Google's services; undefined: nothing is connected, or by us. */
async function servicesOf(
  installation: string,
  { peerings = [] }: Network,
  networkId: string,
  google: Google,
): Promise<number[] | undefined> {
  if (!peerings.some(({ name, state }) => name === PEER && state === 'ACTIVE')) return undefined;
  const home = networkId.split('/').slice(0, 2).join('/');
  const all = await listed<{ name: string; purpose?: string; network?: string; prefixLength?: number }>(
    google,
    `${API}/${home}/global/addresses`,
  );
  const ranges = all.filter(
    ({ purpose, network = '' }) => purpose === 'VPC_PEERING' && nameOf(network) === networkId,
  );
  if (ranges.some(({ name }) => name === `cove-${installation}-services`)) return undefined;
  return ranges.flatMap(({ prefixLength }) => prefixLength ?? []);
}

async function googleZones(
  installation: string,
  projects: string[],
  networkId: string,
  google: Google,
): Promise<string[]> {
  interface Zone {
    name: string;
    dnsName: string;
    visibility?: string;
    labels?: Record<string, string>;
    privateVisibilityConfig?: { networks?: { networkUrl: string }[] };
  }
  const pages = await Promise.all(
    [...new Set(projects)].map((project) =>
      google.get<{ managedZones?: Zone[] }>(`dns/dns/v1/${project}/managedZones`),
    ),
  );
  const serving = pages
    .flatMap((page) => page?.managedZones ?? [])
    .filter(
      ({ visibility, labels, privateVisibilityConfig }) =>
        visibility === 'private' &&
        // An installation's own are no obstacle to itself.
        labels?.installation !== installation &&
        privateVisibilityConfig?.networks?.some(({ networkUrl }) => nameOf(networkUrl) === networkId),
    )
    .map(({ dnsName }) => dnsName.replace(/\.$/, ''));
  return GOOGLE_DOMAINS.filter((domain) => serving.includes(domain));
}

/** Networks of the project in this region, with their addresses; the installation's own is left out. */
export async function lookAtOthers(
  name: string,
  { projectId, region }: GcpConfig | GcpWorkersConfig,
  google: Google,
): Promise<{ id: string; cidr: string }[]> {
  const all = await listed<Subnet>(google, `${API}/projects/${projectId}/regions/${region}/subnetworks`);
  return all
    .map(({ network, ipCidrRange }) => ({ id: nameOf(network), cidr: ipCidrRange }))
    .filter(({ id }) => !id.endsWith(`/cove-${name}-network`));
}
